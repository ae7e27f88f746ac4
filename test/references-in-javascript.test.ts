// What JavaScript's own facilities make of references, settled and pending.
import assert from 'node:assert'
import { format, inspect, isDeepStrictEqual } from 'node:util'
import { MessageChannel } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isReference, type PythonReference, python } from '../src/index.js'

const { builtins } = python
const shapes = python.import('./python/shapes.py')

let point: PythonReference
let other: PythonReference
const unhandled: unknown[] = []
const listener = (error: unknown) => unhandled.push(error)
beforeAll(async () => {
  point = await shapes.Point(1, 2)
  other = await shapes.Point(1, 2)
  process.on('unhandledRejection', listener)
})
afterAll(async () => {
  await new Promise((resolve) => setTimeout(resolve, 30))
  process.off('unhandledRejection', listener)
  expect(unhandled).toEqual([])
})

describe('a settled reference', () => {
  it('goes through promises as itself', async () => {
    const thenable = await shapes.Thenable()
    expect(await (async () => thenable)()).toBe(thenable)
    expect(await Promise.all([thenable, point])).toEqual([thenable, point])
    expect(await Promise.race([thenable])).toBe(thenable)
    expect(await Promise.resolve(thenable).then((value) => value)).toBe(thenable)
    expect(await new Promise((resolve) => resolve(thenable))).toBe(thenable)
    for await (const value of [thenable]) expect(value).toBe(thenable)
    expect('then' in thenable).toBe(false)
  })

  it('is the same by whatever way it comes', async () => {
    const list = await builtins.list([point, { deep: [point] }]).$keep
    expect(await list[0]).toBe(point)
    const [first, second] = await list.$toArray()
    expect([first, second.deep[0]]).toEqual([point, point])
    expect(first).toBe(point)
    expect(await builtins.dict(new Map([[point, 1]])).then((map: Map<unknown, unknown>) => [...map.keys()][0])).toBe(
      point,
    )
    expect(await point.__class__).toBe(await shapes.Point)
    expect(await python.import('sys').modules.$item('os')).toBe(await python.import('os'))
    for await (const item of list) {
      expect(item).toBe(point)
      break
    }
  })

  it('is a function to typeof, without own properties, and cannot be changed as an object', () => {
    expect(typeof point).toBe('function')
    expect(Object.keys(point)).toEqual([])
    expect({ ...point }).toEqual({})
    expect(Object.prototype.toString.call(point)).toBe('[object PythonReference]')
    expect('x' in point).toBe(false)
    expect('$repr' in point).toBe(true)
    expect(() => Object.freeze(point)).toThrow('cannot be frozen')
    expect(() => Object.defineProperty(point, 'x', { value: 1 })).toThrow('expected an assignment')
    expect(() => Object.setPrototypeOf(point, null)).toThrow('no prototype')
    expect(() => ({}) instanceof (point as never)).toThrow('$isinstance')
    expect(() => {
      ;(point as unknown as Record<symbol, unknown>)[Symbol('s')] = 1
    }).toThrow('expected the name of an attribute')
  })

  it('is an error in JSON, also inside, where a function would be left out', () => {
    for (const use of [
      () => JSON.stringify(point),
      () => JSON.stringify([1, { a: 1, point }]),
      () => format('%j', point),
    ])
      expect(use).toThrow(
        'expected a value for JSON, got the Python reference .Point(), an object that stays in Python',
      )
  })

  it('cannot be cloned or sent to another thread', () => {
    expect(() => structuredClone(point)).toThrow('could not be cloned')
    expect(() => structuredClone({ a: [point] })).toThrow('could not be cloned')
    const { port1 } = new MessageChannel()
    expect(() => port1.postMessage(point)).toThrow('could not be cloned')
    port1.close()
  })

  it('is no text and no number, and says what to do', () => {
    for (const use of [
      () => `${point}`,
      () => String(point),
      () => +point,
      () => (point as never) + 1,
      () => (point as never) < 1,
    ])
      expect(use).toThrow(
        /^expected (text|a number), got the Python reference \.Point\(\), an object that stays in Python: its /,
      )
  })

  it('is compared by identity, by every library, without waiting', () => {
    expect(point).toBe(point)
    expect(point).toEqual(point)
    expect(point).not.toBe(other)
    expect(point).not.toEqual(other)
    expect({ a: [point] }).toEqual({ a: [point] })
    expect({ a: [point] }).not.toEqual({ a: [other] })
    assert.deepStrictEqual({ a: point }, { a: point })
    assert.notDeepStrictEqual({ a: point }, { a: other })
    assert.throws(() => assert.deepStrictEqual({ a: point }, { a: other }), assert.AssertionError)
    assert.throws(() => assert.strictEqual(point, other), assert.AssertionError)
    expect(isDeepStrictEqual([point], [other])).toBe(false)
    expect(new Set([point, point, other]).size).toBe(2)
    expect([other, point].indexOf(point)).toBe(1)
  })

  it('is printed by util.inspect in every way', async () => {
    await point.$repr
    expect(inspect(point)).toBe('[Python Point(1, 2)]')
    expect(format('%o', point)).toContain('Point(1, 2)')
    expect(format('%O', { point })).toContain('Point(1, 2)')
    expect(format(point, [point])).toBe('[Python Point(1, 2)] [ [Python Point(1, 2)] ]')
    expect(inspect(point, { showProxy: true })).toContain('Proxy')
    expect(inspect(new Map([[point, 1]]))).toBe('Map(1) { [Python Point(1, 2)] => 1 }')
    expect(inspect({ deep: { deeper: { deepest: { point } } } })).toContain('[Object]')
  })

  it('is recognised, and nothing else is', () => {
    expect(isReference(point)).toBe(true)
    expect(isReference(builtins.len([]))).toBe(true)
    for (const value of [null, undefined, 1, 'x', {}, [], () => {}, { $repr: 'x' }, new Proxy(() => {}, {})])
      expect(isReference(value)).toBe(false)
  })
})

describe('a forged reference', () => {
  it('is refused by the methods of real ones', () => {
    for (const self of [undefined, null, {}, () => {}, 1, { index: 1, generation: 1 }])
      expect(() => point.$item.call(self as never, 0)).toThrow('expected a Python reference as `this`')
    const pending = builtins.len([])
    for (const self of [{}, () => {}]) expect(() => pending.then.call(self as never)).toThrow(TypeError)
  })

  it('is an object like others as an argument', async () => {
    expect(await builtins.len({ index: 0, generation: 1 })).toBe(2)
    expect(() => builtins.len(Object.create(point))).toThrow()
    expect(() => builtins.len(new Proxy({ a: 1 }, {}))).not.toThrow()
  })

  it('is a function like others where a Proxy answers every question with itself, as mocks and remote clients do', async () => {
    const client: never = new Proxy((() => {}) as never, { get: () => client, apply: () => 'called' })
    expect(isReference(client)).toBe(false)
    const count = await python.eval('lambda *args: len(args)')
    expect(await Promise.all([count(1, 2), count(client, 1, client), count([client]), count()])).toEqual([2, 3, 1, 0])
    expect(python.sync.eval('lambda *args: len(args)')(client, 1)).toBe(2)
    expect(await python.eval('[call(), call is again]', { call: client, again: client })).toEqual(['called', true])
    expect(await python.eval('item.name(1)', { item: python.proxy({ name: client }) })).toBe('called')

    const knowsAll = new Proxy({ a: 1 }, { get: (_, key) => String(key) })
    expect(await python.eval('known.a', { known: python.proxy(knowsAll) })).toBe('a')
    expect(() => python.subclass(client)).toThrow('expected a reference to a Python class')
  })
})

describe('a pending reference', () => {
  it('is awaited as often as one likes, with one result', async () => {
    const object = builtins.object()
    const [first, second] = await Promise.all([object, object])
    expect(second).toBe(first)
    expect(await object).toBe(first)
    const list = builtins.list([1])
    expect(await list).toBe(await list)
  })

  it('has catch and finally', async () => {
    expect(await builtins.int('x').catch((error: Error) => error.message)).toContain('invalid literal')
    let ended = 0
    expect(
      await builtins.len([1]).finally(() => {
        ended++
      }),
    ).toBe(1)
    expect(ended).toBe(1)
    expect(await builtins.len([]).then((length: number) => length + 1)).toBe(1)
  })

  it('is printed by its name and state', async () => {
    const length = builtins.len([1])
    expect(inspect(length)).toBe('[Python reference .len(), pending]')
    await length
    expect(inspect(length)).toBe('[Python reference .len(), awaited]')
    const failing = builtins.int('x')
    await failing.catch(() => {})
    expect(inspect(failing)).toBe('[Python reference .int(), failed]')
    const gone = await builtins.object()
    gone.$release()
    expect(inspect(gone)).toContain('released]')
  })
})
