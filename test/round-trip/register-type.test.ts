import { beforeAll, expect, describe as group, it } from 'vitest'
import { ConversionError, isReference, kw, PyDateTime, python } from '../../src/index.js'

const shapes = python.import('../python/registered_types.py')
const blocking = python.sync.import('../python/registered_types.py')
const { identity, describe } = shapes

class Vector {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}
class Vector3 extends Vector {
  z = 0
}
class Money {
  constructor(readonly cents: bigint) {}
}
class Stack extends Array<number> {}
class Chain {
  constructor(public next: Chain | null) {}
}

beforeAll(async () => {
  await python.registerType(shapes.Vector, {
    export: 'lambda v: (v.x, v.y)',
    toJs: ([x, y]) => new Vector(x, y),
    class: Vector,
    toPython: (v) => shapes.Vector(v.x, v.y),
  })
  await python.registerType(shapes.Money, {
    export: shapes.cents_of,
    toJs: (cents) => new Money(BigInt(cents)),
    class: Money,
    toPython: (money) => python.tuple([money.cents]),
  })
  await python.registerType(shapes.Handle, { toJs: (reference) => ({ reference }) })
  await python.registerType(shapes.Stack, { class: Stack, toPython: (stack) => ({ stack: [...stack] }) })
  await python.registerType(shapes.Chain, {
    export: 'lambda c: c.next',
    toJs: (next) => new Chain(next),
    class: Chain,
    toPython: (chain) => [chain.next],
  })
})

group('a registered type', () => {
  it('arrives as what toJs makes of it, awaited and at once', async () => {
    for (const made of [await shapes.Vector(1, 2), blocking.Vector(1, 2)]) {
      expect(made).toBeInstanceOf(Vector)
      expect(made).toEqual(new Vector(1, 2))
    }
  })

  it('goes as what toPython makes of it, as argument and keyword argument, awaited and at once', async () => {
    expect(await describe(new Vector(1, 2))).toBe('Vector(1, 2)')
    expect(await describe(kw({ value: new Vector(1, 2) }))).toBe('Vector(1, 2)')
    expect(blocking.describe(new Vector(3, 4))).toBe('Vector(3, 4)')
    expect(await describe(new Money(10n ** 30n))).toBe(`(${10n ** 30n},)`)
    expect(await identity(new Vector(5, 6))).toEqual(new Vector(5, 6))
  })

  it('takes its subclasses along, of both languages', async () => {
    expect(await shapes.SubVector(1, 2)).toEqual(new Vector(1, 2))
    expect(await describe(new Vector3(7, 8))).toBe('Vector(7, 8)')
  })

  it('converts in containers of every kind, and as keys', async () => {
    const arrived = await shapes.vectors()
    expect(arrived.list).toEqual([new Vector(1, 2), 5, new Vector(3, 4)])
    expect(arrived.map.get(1)).toEqual(new Vector(5, 6))
    expect([...arrived.keys.keys()][0]).toEqual(new Vector(7, 8))
    expect([...arrived.set][0]).toEqual(new Vector(9, 9))
    expect(blocking.vectors().list[2]).toBeInstanceOf(Vector)
    const sent = [new Vector(1, 2), { a: new Vector(3, 4) }, new Map([[new Vector(0, 0), [new Money(5n)]]])]
    expect(await describe(sent)).toBe("[Vector(1, 2), {'a': Vector(3, 4)}, {Vector(0, 0): [(5,)]}]")
    expect(blocking.describe(sent)).toBe("[Vector(1, 2), {'a': Vector(3, 4)}, {Vector(0, 0): [(5,)]}]")
  })

  it('is one object in Python where it is one in JavaScript', async () => {
    const vector = new Vector(1, 2)
    expect(await python.eval('v[0] is v[1]', { v: [vector, vector] })).toBe(true)
  })

  it('without an export gives toJs a reference', async () => {
    const { reference } = await shapes.Handle()
    expect(isReference(reference)).toBe(true)
    expect(await reference.name).toBe('handle')
    expect(blocking.Handle().reference.name).toBe('handle')
    const [one, other] = await shapes.handles()
    expect(one.reference === other.reference).toBe(false)
  })

  it('works for subclasses of Array and of dict', async () => {
    expect(await describe(Stack.of(1, 2))).toBe("{'stack': [1, 2]}")
    expect(await describe([Stack.of(3)])).toBe("[{'stack': [3]}]")
    await python.registerType(shapes.Config, { export: 'lambda c: sorted(c.items())', toJs: (items) => ({ items }) })
    expect(await shapes.Config({ b: 1, a: 2 })).toEqual({
      items: [
        ['a', 2],
        ['b', 1],
      ],
    })
  })

  it('nests, deep', async () => {
    let chain: Chain | null = null
    for (let i = 0; i < 1000; i++) chain = new Chain(chain)
    expect(await shapes.depth_of_lists(chain)).toBe(1000)
    let depth = 0
    for (let at = await shapes.chain(10_000); at !== null; at = at.next) depth++
    expect(depth).toBe(10_000)
  })

  it('keeps references with $keep', async () => {
    const kept = await shapes.Vector(1, 2).$keep
    expect(isReference(kept)).toBe(true)
    expect(await kept.x).toBe(1)
    expect(await describe(kept)).toBe('Vector(1, 2)')
  })

  it('can be registered anew', async () => {
    await python.registerType(shapes.Changing, { toJs: () => 'first' })
    expect(await shapes.Changing()).toBe('first')
    await python.registerType(shapes.Changing, { export: 'lambda c: 7', toJs: (value) => `second ${value}` })
    expect(await shapes.Changing()).toBe('second 7')
    expect(blocking.Changing()).toBe('second 7')
  })

  it('overrides a row of the table', async () => {
    expect(await shapes.Record(1)).toEqual({ field: 1 })
    await python.registerType(shapes.Record, { export: 'lambda r: r.field', toJs: (field) => [field] })
    expect(await shapes.Record(1)).toEqual([1])
    const fractions = python.import('fractions')
    await python.registerType(fractions.Fraction, { export: 'str', toJs: (text) => `fraction ${text}` })
    expect(await fractions.Fraction(1, 2)).toBe('fraction 1/2')
    expect(await shapes.SubFraction(1, 2)).toBe('fraction 1/2')
  })

  it('leaves the rows of its subclasses as they are', async () => {
    const { date, datetime } = python.import('datetime')
    await python.registerType(date, { export: 'str', toJs: (text) => `date ${text}` })
    expect(await date(2024, 1, 2)).toBe('date 2024-01-02')
    expect(await datetime(2024, 1, 2)).toBeInstanceOf(PyDateTime)
    expect(await shapes.SubDate(2024, 1, 2)).toBe('date 2024-01-02')
  })

  it('may call Python in toJs and toPython', async () => {
    await python.registerType(shapes.Lazy, { export: 'lambda v: v.name', toJs: (name) => blocking.describe(name) })
    expect(await shapes.Lazy()).toBe("'lazy'")
    expect(await identity([1, await shapes.Lazy().$keep, 'x'.repeat(100), 2.5])).toEqual([
      1,
      "'lazy'",
      'x'.repeat(100),
      2.5,
    ])
    expect(blocking.identity([1, await shapes.Lazy().$keep, 'x'.repeat(100), 2.5])).toEqual([
      1,
      "'lazy'",
      'x'.repeat(100),
      2.5,
    ])
    class Caller {}
    await python.registerType(shapes.Lazy, { class: Caller, toPython: () => blocking.identity(41) + 1 })
    expect(await describe([new Caller()])).toBe('[42]')
    expect(blocking.describe([new Caller()])).toBe('[42]')
  })
})

group('a conversion that fails', () => {
  class Broken {}
  class Itself {}
  class Late {}
  const error = new RangeError('mine')

  beforeAll(async () => {
    const fail = () => {
      throw error
    }
    await python.registerType(shapes.Broken, { toJs: fail, class: Broken, toPython: fail })
    await python.registerType(shapes.Itself, {
      export: 'lambda i: [i]',
      toJs: (value) => value,
      class: Itself,
      toPython: (value) => value,
    })
    await python.registerType(shapes.Late, { toJs: async () => 1, class: Late, toPython: async () => 1 })
    await python.registerType(shapes.Raising, { export: 'lambda r: 1 / 0' })
  })

  it('fails with its own error', async () => {
    await expect(shapes.Broken().then()).rejects.toBe(error)
    await expect(shapes.brokens().then()).rejects.toBe(error)
    expect(() => blocking.Broken()).toThrow(error)
    expect(() => describe([new Broken()])).toThrow(error)
    expect(() => blocking.describe([new Broken()])).toThrow(error)
    await expect(shapes.Raising().then()).rejects.toThrow(/division by zero/)
    expect(() => blocking.Raising()).toThrow(/division by zero/)
    expect(await identity([1, 2])).toEqual([1, 2])
  })

  it('says that it contains itself', async () => {
    await expect(shapes.Itself().then()).rejects.toThrow(/the export of a registered type contains itself: Itself/)
    expect(() => describe(new Itself())).toThrow(/another value than the instance itself/)
    expect(await identity([1, 2])).toEqual([1, 2])
  })

  it('says that a conversion cannot wait', async () => {
    await expect(shapes.Late().then()).rejects.toThrow(/toJs.*Promise/)
    await expect(shapes.lates().then()).rejects.toThrow(ConversionError)
    expect(() => blocking.Late()).toThrow(/toJs.*Promise/)
    expect(() => describe({ a: new Late() })).toThrow(/argument 1\.a.*a Promise/)
  })

  it.each([
    ['int', 'builtins'],
    ['str', 'builtins'],
    ['dict', 'builtins'],
    ['list', 'builtins'],
    ['bool', 'builtins'],
  ])('refuses %s, whose conversion cannot change', async (name, module) => {
    const type = python.import(module).$get(name)
    await expect(python.registerType(type, { toJs: () => 1 })).rejects.toThrow(/registerType/)
    expect(await identity([1, 'a', {}])).toEqual([1, 'a', {}])
  })

  it('refuses what is no registration', async () => {
    await expect(python.registerType({} as never, {})).rejects.toThrow(ConversionError)
    await expect(python.registerType(await shapes.Vector, { class: Vector } as never)).rejects.toThrow(/toPython/)
    await expect(python.registerType(shapes.identity, { toJs: () => 1 })).rejects.toThrow(/a Python class/)
    await expect(python.registerType(shapes.Plain, { export: 'no syntax (', toJs: () => 1 })).rejects.toThrow(
      /never closed/,
    )
  })
})
