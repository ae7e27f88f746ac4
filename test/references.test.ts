import { EventEmitter } from 'node:events'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  ForeignReferenceError,
  isReference,
  kw,
  type PythonReference,
  python,
  ReleasedReferenceError,
} from '../src/index.js'

const builtins = python.builtins
const shapes = python.import('./python/shapes.py')
const identity = python.eval('lambda value: value')

describe('attributes, items and calls', () => {
  it('reads, writes and deletes attributes', async () => {
    const point = await shapes.Point(1, 2)
    point.x = 10
    expect(await point.x).toBe(10)
    delete point.y
    expect(await builtins.hasattr(point, 'y')).toBe(false)
    await point.$set('class', 'reserved')
    expect(await point.$get('class')).toBe('reserved')
  })

  it('reads an attribute where it was written, whatever comes next', async () => {
    const point = await shapes.Point(1, 2)
    const before = point.x
    point.x = 10
    const after = point.x
    point.$release()
    expect(await Promise.all([before, after])).toEqual([1, 10])
  })

  it('reads an attribute before a blocking call that is written behind it', async () => {
    const held = python.sync.import('./python/shapes.py').Point(1, 2)
    const before = held.$on('pool').x
    held.x = 10
    expect(await before).toBe(1)
  })

  it('reads, writes and deletes items', async () => {
    const list = await builtins.list.$keep([1, 2, 3]).$keep
    list[0] = 'first'
    expect(await list[0]).toBe('first')
    expect(await list.$item(-1)).toBe(3)
    expect(await list.$item(python.slice(1, null))).toEqual([2, 3])
    delete list[0]
    expect(await list.$toArray()).toEqual([2, 3])
    const dict = await builtins.dict().$keep
    dict.$setItem(1, 2, 'value')
    expect(await dict.$item(1, 2)).toBe('value')
    await dict.$deleteItem(1, 2)
    expect(await dict.$len).toBe(0)
  })

  it('calls with keyword arguments, and only as the last argument', async () => {
    expect(await builtins.sorted([3, 1, 2], kw({ reverse: true }))).toEqual([3, 2, 1])
    expect(() => builtins.sorted(kw({ reverse: true }), [1])).toThrow('must be the last argument')
    expect(await new shapes.Point(1, kw({ y: 2 })).y).toBe(2)
  })

  it('looks an attribute up again when it is used again', async () => {
    const { sqrt } = python.import('math')
    expect(await sqrt(4)).toBe(2)
    expect(await sqrt(9)).toBe(3)
    expect(isReference(await sqrt)).toBe(true)
    expect(await builtins.list(builtins.map(sqrt, [16, 25]))).toEqual([4, 5])
  })

  it('answers operators, comparisons and questions', async () => {
    const seven = await identity(7)
    expect(seven).toBe(7)
    const ref = identity(7)
    expect(await ref.$add(1)).toBe(8)
    expect(await ref.$floordiv(2)).toBe(3)
    expect(await ref.$pow(2, 10)).toBe(9)
    expect(await ref.$neg()).toBe(-7)
    expect(await ref.$divmod(2)).toEqual([3, 1])
    expect(await ref.$lt(8)).toBe(true)
    expect(await ref.$not()).toBe(false)
    expect(await identity([1, 2]).$len).toBe(2)
    expect(await identity([1, 2]).$in(2)).toBe(true)
    expect(await identity('a').$repr).toBe("'a'")
    expect(await identity(null).$bool).toBe(false)
    expect(await identity(1).$isinstance(builtins.int)).toBe(true)
    expect(await identity(1).$type.__name__).toBe('int')
  })
})

describe('what JavaScript asks of references', () => {
  it('finds by `in` what is there by symbol, and that a pending one can be awaited', async () => {
    const pending = builtins.object()
    const settled = (await pending) as PythonReference
    for (const reference of [pending, settled, python.sync.eval('object()')]) {
      expect([Symbol.asyncIterator in reference, Symbol.iterator in reference, Symbol.split in reference]).toEqual([
        true,
        true,
        false,
      ])
    }
    expect(['then' in pending, 'catch' in pending, 'then' in settled]).toEqual([true, true, false])
  })

  it('keeps its own names from being assigned or deleted', async () => {
    const point = (await shapes.Point(1, 2)) as PythonReference
    for (const reference of [point, python.sync.eval('p', { p: point }), shapes.Point(1, 2)]) {
      expect(() => {
        reference.$repr = 'x'
      }).toThrow(
        "expected the name of an attribute in Python, got $repr: names with $ are SnakeBridge's; use $set('$repr', value)",
      )
      expect(() => delete reference.$label).toThrow("use $delete('$label')")
    }
    await point.$set('$label', 5)
    expect(await point.$get('$label')).toBe(5)
  })

  it('is told of python.subclass where a class extends a reference', async () => {
    const settled = await shapes.Point
    for (const base of [settled, shapes.Point]) {
      class Net extends base {}
      expect(() => new Net()).toThrow('class Net extends python.subclass(')
    }
    expect(await new settled(1, 2).x).toBe(1)
    const { Point } = python.sync.import('./python/shapes.py')
    expect(() => class extends Point {}).toThrow('a JavaScript class extends python.sync.subclass(ref)')
    Point.prototype = null
    class Layer extends Point {}
    expect(() => new Layer()).toThrow('class Layer extends python.subclass(')
    delete Point.prototype
    expect(new Point(1, 2).x).toBe(1)
  })

  it('can be called as libraries call the functions that they are given: by apply, call and bind', async () => {
    const emitter = new EventEmitter()
    const seen = (await builtins.list.$keep([]).$keep) as PythonReference
    emitter.on('item', await seen.append) // Node calls listeners by apply, with the emitter as `this`
    emitter.emit('item', 7)
    expect(await seen.$toArray()).toEqual([7])

    class Self {}
    const args = (function (..._: unknown[]) {
      // biome-ignore lint/complexity/noArguments: what older libraries pass on
      return arguments
    })(2, 5)
    const { pow } = python.import('math')
    for (const settled of [await pow, pow])
      expect(
        await Promise.all([
          settled.apply(null, [2, 3]),
          settled.apply(new Self(), args),
          settled.call(undefined, 2, 4),
          settled.call(new Self(), 2, 4),
          settled.bind(null, 2)(6),
          settled.bind(new Self(), 2)(6),
          python.import('collections').OrderedDict.call(null, kw({ a: 1 })).$len,
        ]),
      ).toEqual([8, 32, 16, 16, 64, 64, 1])
    expect(await builtins.dict.apply(null)).toEqual({})

    const held = python.sync.import('math').pow
    expect([held.apply(new Self(), [2, 3]), held.call(null, 2, 4), held.bind(new Self(), 2)(6)]).toEqual([8, 16, 64])
  })

  it('has what Python calls apply, call and bind, where that is there', async () => {
    const own = await python.eval(
      'type("Own", (), {"__call__": print, "apply": lambda s, *a: ["apply", *a], "call": lambda s, *a, **k: ["call", k], "bind": 5})()',
    )
    expect(await Promise.all([own.apply(1, [2]), own.call(1, kw({ a: 2 })), own.bind])).toEqual([
      ['apply', 1, [2]],
      ['call', { a: 2 }],
      5,
    ])
    class Self {}
    await expect(Promise.resolve(own.apply(new Self(), [2]))).rejects.toThrow('got an instance of class Self')
    await expect(Promise.resolve(own.bind(1))).rejects.toThrow("'int' object is not callable")
    const object = await builtins.object()
    await expect(Promise.resolve(object.apply(null))).rejects.toThrow("'object' object has no attribute 'apply'")
    await expect(Promise.resolve(object.call(new Self()))).rejects.toThrow("'object' object has no attribute 'call'")
    expect(() => python.sync.eval('object()').bind(1)).toThrow("'object' object has no attribute 'bind'")
    expect(python.sync.eval('own', { own }).apply(3)).toEqual(['apply', 3])
  })

  it('says which call gave a value to new', () => {
    const { int } = python.sync.builtins
    expect(() => new int('5')).toThrow('expected an object from new, got 5; call it without new')
  })
})

describe('pending and settled references', () => {
  it('uses a result before it is there', async () => {
    const [quotient, remainder] = builtins.divmod(17, 5)
    expect(await builtins.list([quotient, remainder])).toEqual([3, 2])
  })

  it('keeps the exact type of an awaited scalar', async () => {
    const three = python.eval('3.0')
    expect(await three).toBe(3)
    expect(await builtins.repr(three)).toBe('3.0')
  })

  it('gives the same reference for the same object, and the same result for each await', async () => {
    const object = builtins.object()
    const settled = await object
    expect(await object).toBe(settled)
    expect(await identity(settled)).toBe(settled)
    expect((await builtins.list([settled]))[0]).toBe(settled)
  })

  it('is no thenable once settled, whatever the Python object has', async () => {
    const settled = await shapes.Thenable()
    expect(settled.then).toBeUndefined()
    expect(await settled).toBe(settled)
    expect(await settled.$get('then').$callable).toBe(true)
    const dict = await python.eval('{"then": print}')
    expect(dict).toBeInstanceOf(Map)
  })

  it('keeps a reference where a conversion would happen', async () => {
    const list = await builtins.list([1, 2]).$keep
    expect(isReference(list)).toBe(true)
    list.append(3)
    expect(await list.$toArray()).toEqual([1, 2, 3])
  })

  it('refuses to be a string or a number before it is awaited', () => {
    expect(() => `${builtins.len([])}`).toThrow(
      'expected text, got the pending Python reference .len(): await it first, or its text: await ref.$str',
    )
    expect(() => (identity(1) as unknown as number) + 1).toThrow('await it first')
    expect(() => Number(identity(1))).toThrow('expected a number, got the pending Python reference')
  })

  it('settled, refuses to be a string or a number, and says how to have one', async () => {
    const one = (await builtins.list([1]).$keep) as PythonReference
    expect(() => `${one}`).toThrow(
      /^expected text, got the Python reference \.list\(\), an object that stays in Python: its text is await ref\.\$str$/,
    )
    expect(() => Number(one)).toThrow(
      /^expected a number, got .* stays in Python: its number is await python\.builtins\.float\(ref\)$/,
    )
    expect(`${await one.$str}`).toBe('[1]')
  })

  it('is not left out of JSON without a word', async () => {
    const object = await builtins.object()
    expect(() => JSON.stringify({ score: builtins.len([]) })).toThrow(
      'expected a value for JSON, got the pending Python reference .len(): await it first',
    )
    expect(() => JSON.stringify({ rows: [object] })).toThrow(
      'expected a value for JSON, got the Python reference .object(), an object that stays in Python: await a value of it first',
    )
    const kept = (await builtins.list([1, 2]).$keep) as PythonReference
    expect(() => JSON.stringify(kept)).toThrow('await ref.$value')
    expect(JSON.stringify({ kept: await kept.$value })).toBe('{"kept":[1,2]}')
  })

  it('of the blocking API is its value in JSON, if it has one', () => {
    const { sync } = python
    const rows = sync.eval('lambda: [{"a": 1}]').$keep()
    expect(JSON.stringify({ rows })).toBe('{"rows":[{"a":1}]}')
    expect(() => JSON.stringify([sync.eval('object()')])).toThrow('stays in Python')
  })

  it('refuses a loop or a spread where only a pattern can end', () => {
    expect(() => [...builtins.range(3)]).toThrow('for await')
  })
})

describe('iteration', () => {
  it('iterates in order over more than a chunk', async () => {
    const items: number[] = []
    for await (const item of shapes.counting(2000)) items.push(item)
    expect(items).toEqual(Array.from({ length: 2000 }, (_, index) => index))
  })

  it('closes a generator when the loop is left', async () => {
    await shapes.closed.clear()
    for await (const item of shapes.counting(1_000_000)) if (item === 3) break
    expect(await shapes.closed).toEqual(['counting'])
  })

  it('gives the items that came before an error, then the error', async () => {
    const items: number[] = []
    const loop = async () => {
      for await (const item of shapes.failing()) items.push(item)
    }
    await expect(loop()).rejects.toThrow('no third')
    expect(items).toEqual([1, 2])
  })
})

describe('release', () => {
  it('refuses a reference that was released', async () => {
    const object = await builtins.object()
    object.$release()
    expect(() => identity(object)).toThrow(ReleasedReferenceError)
    expect(() => object.name).toThrow(ReleasedReferenceError)
    object.$release()
  })

  it('completes operations that were written before the release', async () => {
    const list = await builtins.list([1]).$keep
    const length = builtins.len(list)
    list.$release()
    expect(await length).toBe(1)
  })

  it('lets the Python object go', async () => {
    const point: PythonReference = await shapes.Point(1, 2)
    const watch = await python.import('weakref').ref(point)
    point[Symbol.dispose]()
    await builtins.len([])
    await python.import('time').sleep(0.05)
    expect(await watch()).toBe(null)
  })

  it('lets go of what JavaScript has collected', async () => {
    const watch = await (async () => python.import('weakref').ref(await shapes.Point(1, 2)))()
    for (let round = 0; round < 50; round++) {
      global.gc?.()
      await new Promise((resolve) => setTimeout(resolve, 10))
      if ((await watch()) === null) return
    }
    expect.fail('the object is still alive')
  })

  it('refuses $ methods without their reference', () => {
    const { $item } = builtins
    expect(() => $item(0)).toThrow(ForeignReferenceError)
  })
})

describe('inspection', () => {
  it('shows references without waiting', async () => {
    expect(inspect(builtins.len([]))).toBe('[Python reference .len(), pending]')
    const point = await shapes.Point(1, 2)
    expect(inspect(point)).toBe('[Python shapes.Point]')
    await point.$repr
    expect(inspect({ point })).toBe('{ point: [Python Point(1, 2)] }')
  })
})
