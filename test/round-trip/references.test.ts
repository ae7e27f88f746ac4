import { setImmediate as turn } from 'node:timers/promises'
import { expect, describe as group, it } from 'vitest'
import { isReference, kw, NDArray, PyDateTime, PyTime, PythonError, python, Slice } from '../../src/index.js'

const { value, identity, describe } = python.import('../python/round_trip.py')
const blocking = python.sync.import('../python/round_trip.py')

group('references within containers', () => {
  it('are the same reference for the same object', async () => {
    const arrived = await value('(lambda p: [p, {"k": p}, {1: (p,)}, Pair(p), slice(p), p])(Plain())')
    const all = [arrived[0], arrived[1].k, arrived[2].get(1)[0], arrived[3].left, arrived[4].stop, arrived[5]]
    expect(all.every((each) => each === arrived[0])).toBe(true)
    expect(isReference(arrived[0])).toBe(true)
    const again = await identity(arrived[0])
    expect(again === arrived[0]).toBe(true)
  })

  it('go back as their object, settled and unsettled, from every container', async () => {
    const plain = value('Plain()')
    const settled = await plain
    const places = [
      plain,
      [settled],
      { k: plain },
      new Map([[settled, plain]]),
      python.tuple([plain, settled]),
      new Slice(settled),
    ]
    const code = 'all(p is v[0] for p in [v[1][0], v[2]["k"], *v[3], *v[3].values(), *v[4], v[5].start])'
    expect(await python.eval(code, { v: places })).toBe(true)
    expect(await python.eval('(lambda a, *, k: a is k[0])').$call(plain, kw({ k: [settled] }))).toBe(true)
  })

  it('go from the asynchronous to the blocking API and back', async () => {
    const unsettled = value('Plain()')
    expect(blocking.describe([unsettled])).toBe('list [<Plain>]')
    const object = blocking.value('Plain()')
    expect(await describe({ k: object })).toBe("dict {str 'k': <Plain>}")
    expect(await python.eval('v[0] is v[1]', { v: [object, await identity(object)] })).toBe(true)
    expect(blocking.identity([await unsettled])[0]).toSatisfy(isReference)
  })

  it('can be the key of a Map and the element of a Set', async () => {
    const map = await value('(lambda p: {p: 1, "self": p})(Plain())')
    const [[key, one]] = [...map]
    expect([isReference(key), one, map.get('self') === key]).toEqual([true, 1, true])
    const set = await value('{Color.RED, 1}')
    expect([...set].filter(isReference)).toHaveLength(1)
    expect(
      await python.eval('v == {Color.RED: 2}', {
        v: new Map([[await value('Color.RED'), 2]]),
        Color: await value('Color'),
      }),
    ).toBe(true)
  })

  it('a failed one fails what it is passed to, with the same error', async () => {
    const broken = value('1 / 0')
    const results = await Promise.allSettled([broken, identity([broken]), identity({ k: new Map([[1, broken]]) })])
    const reasons = results.map((each) => (each.status === 'rejected' ? each.reason : undefined))
    expect(reasons[0]).toBeInstanceOf(PythonError)
    expect(reasons.every((each) => each === reasons[0])).toBe(true)
  })

  it('a released one is named, and the next call works', async () => {
    const object = await value('Plain()')
    object.$release()
    expect(() => identity([1, { k: object }])).toThrow(/release/)
    expect(() => blocking.identity([object])).toThrow(/release/)
    expect(await identity([1])).toEqual([1])
  })

  it("hold somebody else's time zone", async () => {
    const moment = await value('datetime(2024, 1, 2, 3, tzinfo=MyZone())')
    expect(moment).toBeInstanceOf(PyDateTime)
    expect([isReference(moment.tz), moment.offset, moment.toISOString()]).toEqual([
      true,
      3600,
      '2024-01-02T02:00:00.000Z',
    ])
    expect(await describe(moment)).toBe('datetime.datetime(2024, 1, 2, 3, 0) fold 0 in <MyZone>')
    const time = await value('time(3, tzinfo=MyZone())')
    expect(time).toBeInstanceOf(PyTime)
    expect(await describe(time)).toBe('datetime.time(3, 0) fold 0 in <MyZone>')
  })

  it('are given back when a result was refused, and when it was dropped', async () => {
    const counted = await value('types.SimpleNamespace(n=0)')
    const finalizer = '__import__("weakref").finalize(p, lambda: setattr(counted, "n", counted.n + 1))'
    const made = await python.eval(
      `lambda value: [[(lambda p: [${finalizer}, p][1])(value('Plain()')) for _ in range(50)], value("{float('nan'): 1, float('nan'): 2}")]`,
      { counted },
    )
    await expect(made(value).then()).rejects.toThrow(/two NaNs/)
    await expect(made(value).then()).rejects.toThrow(/two NaNs/)
    for (let i = 0; i < 50 && (await counted.n) < 100; i++) {
      ;(globalThis as { gc?: () => void }).gc?.()
      await turn()
      await identity(i)
    }
    expect(await counted.n).toBe(100)
  })
})

group('errors as values', () => {
  it('an exception goes back as itself', async () => {
    const error = await value('1 / 0').then(undefined, (error: unknown) => error)
    expect(await describe(error)).toBe('<ZeroDivisionError>')
    expect(await python.eval('v[0] is v[1]["e"]', { v: [error, { e: error.$exception }] })).toBe(true)
  })

  it('a JavaScript error is an exception, and the same error when it comes back', async () => {
    class Special extends RangeError {}
    const error = new Special('mine')
    const raise = python.eval('lambda e: (_ for _ in ()).throw(e)')
    await expect(raise(error).then()).rejects.toBe(error)
    expect(await python.eval('[type(e).__name__, isinstance(e, Exception), str(e)]', { e: error })).toEqual([
      'JavaScriptError',
      true,
      expect.stringContaining('mine'),
    ])
    await expect(raise.$call(new AggregateError([1], 'many')).then()).rejects.toBeInstanceOf(AggregateError)
    const foreign = new DOMException('stopped', 'AbortError')
    await expect(raise(foreign).then()).rejects.toBe(foreign)
  })
})

group('arrays within containers', () => {
  it('share their memory, and go back as the same object', async () => {
    const { a, views } = await value("(lambda a: {'a': a, 'views': [a, (a,), {1: a[::2]}]})(np.arange(6.0))")
    expect(a).toBeInstanceOf(NDArray)
    views[0].data[0] = 42
    expect(a.data[0]).toBe(a.copied ? 0 : 42)
    expect(views[2].get(1).shape).toEqual([3])
    // A copy goes back as an array of its own: what JavaScript wrote into it must arrive.
    expect(
      await python.eval('(v[0] is v[1]["x"]) is shared and isinstance(v[0], np.ndarray)', {
        shared: !a.copied,
        v: [a, { x: views[1][0] }],
        np: python.import('numpy'),
      }),
    ).toBe(true)
  })

  it('are one memory however often they are passed', async () => {
    const data = Float64Array.of(1, 2, 3)
    await python.exec('v[0][0] = 9; v[1]["x"][1] = 8; assert v[2].tolist() == [8.0, 3.0]', {
      v: [data, { x: data }, data.subarray(1)],
    })
    expect([...data]).toEqual([9, 8, 3])
  })
})
