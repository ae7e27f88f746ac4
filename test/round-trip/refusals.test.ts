import vm from 'node:vm'
import { expect, describe as group, it } from 'vitest'
import { theChannel } from '../../src/channel.js'
import { ConversionError, kw, PyDateTime, PythonTypeError, PythonValueError, python } from '../../src/index.js'
import { clean, run } from '../process/program.js'

// Iterates over every list that the collector knows.
const walk = 'sum(len([item for item in each]) for each in __import__("gc").get_objects() if type(each) is list) > 0'

const { identity, value } = python.import('../python/round_trip.py')
const blocking = python.sync.import('../python/round_trip.py')

class Account {
  owner = 'x'
}
class Empty extends Account {}
const proxiedMap = new Proxy(new Map(), {})
const forgedMap = Object.create(Map.prototype)

group('a JavaScript value that cannot cross is named with its place', () => {
  it.each<[place: string, args: unknown[], came: string]>([
    ['argument 1', [Symbol('s')], 'Symbol(s)'],
    ['argument 2.rows[3].key', [0, { rows: [1, 2, 3, { key: Symbol('deep') }] }], 'Symbol(deep)'],
    ['argument 1.a', [{ a: new WeakMap() }], 'a WeakMap'],
    ['argument 1.a', [{ a: new WeakSet() }], 'a WeakSet'],
    ['argument 1[1]', [[1, new WeakRef({})]], 'class WeakRef'],
    ['argument 1', [new Account()], 'class Account'],
    ['argument 1.a[0]', [{ a: [new Empty()] }], 'class Empty'],
    ['argument 1["a b"]', [{ 'a b': new Account() }], 'class Account'],
    ['argument 1.x', [new Map([['x', new Account()]])], 'class Account'],
    ['argument 1[5]', [new Map([[5, new Account()]])], 'class Account'],
    ['argument 1', [new Map([[Symbol('k'), 1]])], 'Symbol(k)'],
    ['argument 1[1]', [new Set([1, Symbol('k')])], 'Symbol(k)'],
    ['argument 1[1]', [python.tuple([1, Symbol('k')])], 'Symbol(k)'],
    ['argument 1.k', [python.dict({ k: Symbol('v') })], 'Symbol(v)'],
    ['keyword argument size', [kw({ size: Symbol('v') })], 'Symbol(v)'],
    ['keyword argument size.a', [1, kw({ ok: 1, size: { a: Symbol('v') } })], 'Symbol(v)'],
    ['argument 1', [new Boolean(true)], 'a boxed Boolean'],
    ['argument 1', [new String('x')], 'a boxed String'],
    ['argument 1', [Object(1n)], 'a boxed BigInt'],
    ['argument 1', [[kw({ a: 1 })]], 'keyword arguments'],
    ['argument 1', [kw({ a: 1 }), 2], 'keyword arguments'],
    ['argument 1', [process.env], 'pass a plain object: { ...value }'],
    ['argument 1.a', [{ a: Object.create({ b: 1 }) }], 'an object with a prototype of its own'],
    ['argument 1', [proxiedMap], 'a Proxy'],
    ['argument 1', [forgedMap], 'class Map'],
    ['argument 1', [new Intl.NumberFormat()], 'class NumberFormat'],
    ['argument 1', [new URLSearchParams('a=1')], 'class URLSearchParams'],
    ['argument 1', [new Blob([])], 'class Blob'],
    ['argument 1.a', [{ a: new Date(Number.NaN) }], 'an invalid one'],
    ['argument 1[0]', [[new Date(-1e15)]], 'the year -29'],
    ['argument 1.re', [{ re: /a/y }], '/a/y'],
    ['argument 1.re', [{ re: /a/v }], '/a/v'],
    ['argument 1', [vm.runInNewContext('new (class Foreign {})')], 'class Foreign'],
  ])('%s', async (place, args, came) => {
    const expected = (error: Error) => {
      expect(error).toBeInstanceOf(ConversionError)
      expect(error.message).toContain(place)
      expect(error.message).toContain(came)
      return true
    }
    expect(() => identity(...args)).toThrow(expect.toSatisfy(expected))
    expect(() => blocking.identity(...args)).toThrow(expect.toSatisfy(expected))
    expect(await identity('still works')).toBe('still works')
  })

  it('names the target of an assignment, a key and an operand', async () => {
    const object = value('Plain()')
    expect(() => {
      object.name = Symbol('s')
    }).toThrow(/Symbol\(s\)/)
    expect(() => value('[1]').$item(Symbol('s') as never)).toThrow(/Symbol\(s\)/)
    expect(() => value('5').$add({ a: new Account() })).toThrow(/\.a.*class Account/)
    expect(() => python.eval('x', { x: new Account() })).toThrow(/class Account/)
    expect(await object.$repr).toContain('Plain')
  })

  it('passes on what a getter throws, and the next call works', async () => {
    const error = new Error('mine')
    const trap = {
      get a() {
        throw error
      },
    }
    for (const call of [() => identity([1, trap]), () => blocking.identity([1, trap])]) expect(call).toThrow(error)
    const proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw error
        },
      },
    )
    expect(() => identity(proxy)).toThrow(error)
    const { proxy: revoked, revoke } = Proxy.revocable([1], {})
    revoke()
    expect(() => identity({ revoked })).toThrow(TypeError)
    expect(await identity([1, { a: 2 }])).toEqual([1, { a: 2 }])
  })

  it('forgets what the refused call held', () => {
    const { jsValues } = theChannel()
    const before = jsValues.size
    for (const call of [identity, blocking.identity])
      expect(() => call([new Error('x'), Symbol('s')])).toThrow(/Symbol/)
    expect(jsValues.size).toBe(before)
  })

  it('refuses a getter that uses Python itself, and the next call works', async () => {
    const busy = {
      get a() {
        return blocking.identity(1)
      },
    }
    expect(() => identity([1, 2, busy])).toThrow(/getter/)
    expect(() => blocking.identity(busy)).toThrow(/getter/)
    expect(await identity([1, 2])).toEqual([1, 2])
  })

  it('survives arguments that change while they are read', async () => {
    const items: unknown[] = [1, 'a', null]
    const shrinking = {
      get a() {
        items.length = 0
        return 1
      },
    }
    items.unshift(shrinking)
    expect(await identity(items)).toEqual([{ a: 1 }, null, null, null])
    const growing: unknown[] = []
    growing.push(
      {
        get a() {
          growing.push(1)
          return 1
        },
      },
      2,
    )
    expect(await identity(growing)).toEqual([{ a: 1 }, 2])
  })

  it('refuses a setter of Date on a datetime', () => {
    const moment = new PyDateTime({ year: 2024, month: 1, day: 1 })
    Date.prototype.setHours.call(moment, 5)
    expect(() => identity({ moment })).toThrow(/argument 1\.moment.*Date was set/)
  })
})

group('what Python refuses', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['an Array as a key', () => new Map([[[1], 1]]), /an Array cannot be a dict key.*python\.tuple/],
    ['an object as a key', () => new Map([[{}, 1]]), /an object or Map cannot be a dict key/],
    ['a Set in a Set', () => new Set([new Set()]), /a Set cannot be an element of a set.*python\.frozenset/],
    ['an Array in a Set', () => [new Set([[1]])], /an Array cannot be an element of a set/],
    [
      'a Buffer as a key',
      () => new Map([[Buffer.from('a'), 1]]),
      /a Buffer or typed array cannot be a dict key.*python\.bytes/,
    ],
    ['a typed array in a Set', () => new Set([new Uint8Array(1)]), /cannot be an element of a set.*python\.bytes/],
    ['a list in a tuple as a key', () => new Map([[python.tuple([[1]]), 1]]), /unhashable type: 'list'/],
  ])('%s', async (_title, make, message) => {
    for (const call of [async () => await identity(make()), async () => blocking.identity(make())]) {
      await expect(call()).rejects.toThrow(message)
      await expect(call()).rejects.toSatisfy(
        (error) => error instanceof PythonTypeError || error instanceof PythonValueError,
      )
    }
  })

  it.each<[string, () => unknown, RegExp]>([
    [
      'keys that are equal in Python',
      () =>
        new Map<unknown, unknown>([
          [1, 'a'],
          [true, 'b'],
        ]),
      /two keys of a Map are equal in Python/,
    ],
    [
      '1 and 1n',
      () =>
        new Map<unknown, unknown>([
          [1, 'a'],
          [1n, 'b'],
        ]),
      /two keys of a Map are equal in Python/,
    ],
    ['1 and 1.0', () => new Set([1, python.float(1)]), /two elements of a Set are equal in Python/],
    ['false and 0 in a frozenset', () => python.frozenset([false, 0]), /two elements of a Set are equal in Python/],
    ['a RegExp that Python cannot express', () => /(?<=a|bc)d/, /got one with: look-behind requires fixed-width/],
    ['a RegExp with Unicode properties', () => /\p{L}/u, /got \\p\{…\}/],
  ])('%s', async (_title, make, message) => {
    await expect((async () => await identity(make()))()).rejects.toThrow(message)
    expect(() => blocking.identity(make())).toThrow(message)
    expect(await identity('still works')).toBe('still works')
  })
})

group('what JavaScript cannot hold', () => {
  const nans = [
    "{float('nan'): 1, float('nan'): 2}",
    "{float('nan'), float('nan')}",
    "{'a': [{float('nan'): 1, float('nan'): 2}]}",
  ]

  it.each(nans)('%s', async (code) => {
    await expect(value(code).then()).rejects.toThrow(/two that are the same there \(as two NaNs are\)/)
    await expect(value(code).then()).rejects.toBeInstanceOf(ConversionError)
    expect(() => blocking.value(code)).toThrow(ConversionError)
    const kept = await value(code).$keep
    expect(await kept.$len).toBeGreaterThan(0)
    kept.$release()
  })

  it('fails alone: the other results of its batch arrive', async () => {
    const results = await Promise.allSettled([
      identity(1),
      value(nans[0]),
      identity({ a: 2 }),
      value(nans[1]),
      identity('x'),
    ])
    expect(results.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected', 'fulfilled'])
  })

  it('a dict with a callable `then` arrives as a Map, because nothing else can be awaited', async () => {
    const arrived = await value("{'then': len, 'a': 1}")
    expect([...arrived.keys()]).toEqual(['then', 'a'])
    expect(blocking.value("{'then': len, 'a': 1}").a).toBe(1)
    expect((await value("[{'then': len}]"))[0].then).toBeTypeOf('function')
  })
})

it('a list that was half made when its value was refused, and lives on in a cycle, has no holes', async () => {
  const outcome = await run(`
    await python.import('gc').disable()
    const list = []
    list.push({ list }, new Map([[1, 'one'], [true, 'lost']]), 'last')
    for (const call of [() => python.builtins.len(list), async () => python.sync.builtins.len(list)])
      await Promise.resolve(call()).catch((error) => console.log(error.name))
    console.log(await python.eval(${JSON.stringify(walk)}))
  `)
  expect(outcome).toEqual(clean('PythonValueError\nPythonValueError\ntrue\n'))
})
