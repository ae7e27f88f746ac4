// Streams with options: sources that run ahead, time limits, signals; and the blocking twin.
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  AbortError,
  type KeywordArguments,
  kw,
  python,
  StreamOverflowError,
  StreamTimeoutError,
  TimeoutError,
} from '../src/index.js'

const streams = python.import('./python/streams.py')

async function all(source: AsyncIterable<unknown>, into: unknown[] = []): Promise<unknown[]> {
  for await (const item of source) into.push(item)
  return into
}

describe('overflow', () => {
  it('drop-oldest lets the source run, keeps the newest and counts the others', async () => {
    const counter = await streams.Counter()
    const stream = counter.items(50_000).$stream({ bufferSize: 10, overflow: 'drop-oldest' })
    const items = [(await stream.next()).value]
    for (let tries = 0; (await counter.closed) === 0 && tries < 500; tries++) await delay(5)
    await delay(20)
    for await (const item of stream) items.push(item)
    expect(items).toHaveLength(11)
    expect(items.slice(1)).toEqual(Array.from({ length: 10 }, (_, i) => 49_990 + i))
    expect(stream.dropped).toBe(50_000 - 11)
  })

  it('drop-oldest without an end is closed when the loop is left', async () => {
    const counter = await streams.Counter()
    let last = -1
    let count = 0
    for await (const item of counter.endless().$stream({ bufferSize: 5, overflow: 'drop-oldest' })) {
      expect(item).toBeGreaterThan(last)
      last = item
      await delay(2)
      if (++count === 30) break
    }
    expect(last).toBeGreaterThan(30)
    const { 0: produced, 1: closed } = (await counter.state()) as [number, number]
    expect(closed).toBe(1)
    await delay(30)
    expect(await counter.produced).toBe(produced)
  })

  it('error delivers what fits, then fails and closes the generator', async () => {
    const counter = await streams.Counter()
    const stream = counter.endless().$stream({ bufferSize: 10, overflow: 'error' })
    const items = [(await stream.next()).value]
    for (let tries = 0; (await counter.closed) === 0 && tries < 500; tries++) await delay(5)
    expect(await counter.closed).toBe(1)
    await expect(all(stream, items)).rejects.toThrow(StreamOverflowError)
    expect(items).toEqual(Array.from({ length: 11 }, (_, i) => i))
    expect(await stream.next()).toEqual({ value: undefined, done: true })
  })

  it('does not drop while the consumer keeps up', async () => {
    const stream = streams.slow(20, 0.005).$stream({ bufferSize: 3, overflow: 'drop-oldest' })
    expect(await all(stream)).toHaveLength(20)
    expect(stream.dropped).toBe(0)
  })
})

describe('a time limit', () => {
  it('of an item fails with a typed error at once, and closes the generator when its step ends', async () => {
    await streams.log.clear()
    const gate = await streams.gate()
    const stream = streams.blocking(2, gate).$stream({ timeout: 500 })
    expect([await stream.next(), await stream.next()]).toMatchObject([{ value: 0 }, { value: 1 }])
    const start = performance.now()
    const error = await stream.next().catch((error: Error) => error)
    expect(error).toBeInstanceOf(StreamTimeoutError)
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error.message).toMatch(/within 500 ms/)
    expect(performance.now() - start).toBeLessThan(10_000)
    expect(await streams.log).toEqual([])
    await gate.set()
    expect(await stream.next()).toEqual({ value: undefined, done: true })
    expect(await streams.log).toEqual(['unblocked'])
  })

  it('starts anew with each item, and not before it is asked for', async () => {
    const stream = streams.slow(8, 0.02).$stream({ timeout: 1000 })
    let count = 0
    for await (const _ of stream) if (++count === 2) await delay(1200)
    expect(count).toBe(8)
  })
})

describe('a signal', () => {
  it('closes the generator; the wait rejects as a call does, after finally has run', async () => {
    await streams.log.clear()
    const abort = new AbortController()
    const stream = streams.with_finally('aborted', 10 ** 9).$stream({ signal: abort.signal })
    const reason = new Error('enough')
    const loop = async () => {
      for await (const item of stream) if (item === 2000) abort.abort(reason)
    }
    const error: AbortError = await loop().then(
      () => expect.unreachable(),
      (error) => error,
    )
    expect(error).toBeInstanceOf(AbortError)
    expect(error).toMatchObject({ name: 'AbortError', code: 'ABORT_ERR' })
    expect(error.message).toContain('with_finally() was aborted')
    expect(error.cause).toBe(reason)
    expect(error.stack).toContain('streams-out-options.test.ts')
    expect(await streams.log).toEqual(['aborted'])
    expect(await stream.next()).toEqual({ value: undefined, done: true })
  })

  it('tells what finally raised', async () => {
    const abort = new AbortController()
    const loop = (async () => {
      for await (const _ of streams.failing_finally().$stream({ signal: abort.signal })) abort.abort()
    })()
    await expect(loop).rejects.toMatchObject({ name: 'AbortError', raised: { message: 'in finally' } })
  })

  it('rejects a wait for a step that blocks as soon as the step ends', async () => {
    await streams.log.clear()
    const gate = await streams.gate()
    const abort = new AbortController()
    const stream = streams.blocking(0, gate).$stream({ signal: abort.signal })
    const step = stream.next()
    step.catch(() => {})
    await delay(30)
    abort.abort()
    await gate.set()
    await expect(step).rejects.toMatchObject({ name: 'AbortError' })
    expect(await streams.log).toEqual(['unblocked'])
  })

  it('that was aborted before lets nothing of the generator run', async () => {
    const counter = await streams.Counter()
    const stream = counter.endless().$stream({ signal: AbortSignal.abort('before') })
    await expect(stream.next()).rejects.toMatchObject({ name: 'AbortError', cause: 'before' })
    expect(await counter.state()).toEqual([0, 0])
  })

  it('of another realm, or a polyfill, is one as in a call', async () => {
    const { signal } = new AbortController()
    const foreign = Object.create(null, {
      aborted: { get: () => signal.aborted },
      addEventListener: { value: signal.addEventListener.bind(signal) },
      removeEventListener: { value: signal.removeEventListener.bind(signal) },
    })
    const options = { signal: foreign, timeout: Number.POSITIVE_INFINITY }
    expect(await all(streams.counting(3).$stream(options))).toEqual([0, 1, 2])
  })

  it('after the end changes nothing, and is listened to no more', async () => {
    const abort = new AbortController()
    expect(await all(streams.counting(3).$stream({ signal: abort.signal }))).toEqual([0, 1, 2])
    abort.abort()
    await delay(10)
  })
})

it('refuses options that are none', () => {
  const list = python.builtins.list([1])
  const refused: [unknown, string][] = [
    [{ bufferSize: 0 }, '1 to'],
    [{ bufferSize: 1.5 }, '1 to'],
    [{ bufferSize: '3' }, '1 to'],
    [{ overflow: 'drop' }, 'drop-oldest'],
    [{ timeout: 0 }, 'milliseconds'],
    [{ timeout: Number.NaN }, 'milliseconds'],
    [{ signal: {} }, 'AbortSignal'],
    [{ buffersize: 3 }, 'bufferSize, overflow, timeout, signal'],
    [null, 'options'],
    [3, 'options'],
  ]
  for (const [options, text] of refused) expect(() => list.$stream(options as never)).toThrow(text)
})

describe('a step of Python code that does not end', () => {
  it('is interrupted by the signal, and its finally runs', async () => {
    const controller = new AbortController()
    const stream = streams.busy('aborted').$stream({ signal: controller.signal })
    expect((await stream.next()).value).toBe(0)
    const next = stream.next()
    await delay(50)
    controller.abort('enough')
    await expect(next).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' })
    expect(await streams.log).toContain('aborted')
  })

  it('is interrupted by the time limit', async () => {
    const stream = streams.busy('late').$stream({ timeout: 100 })
    expect((await stream.next()).value).toBe(0)
    await expect(stream.next()).rejects.toBeInstanceOf(StreamTimeoutError)
    await expect.poll(async () => ((await streams.log) as string[]).includes('late')).toBe(true)
  })

  it('of a call with an option is interrupted, too', async () => {
    const controller = new AbortController()
    const items = streams.busy('call', kw({ $signal: controller.signal }))
    const loop = (async () => {
      for await (const _ of items) setTimeout(() => controller.abort('enough'), 50)
    })()
    await expect(loop).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' })
    expect(await streams.log).toContain('call')
  })
})

describe('under python.sync', () => {
  const blocking = python.sync.import('./python/streams.py')

  it('items come in order, and the loop closes the generator', () => {
    expect([...blocking.counting(5000)]).toEqual(Array.from({ length: 5000 }, (_, i) => i))
    blocking.$keep.log.clear()
    for (const item of blocking.with_finally('sync', 10 ** 9)) if (item === 700) break
    expect(blocking.log).toEqual(['sync'])
  })

  it('10⁵ items take a few hundred trips, and Python is never more than 256 ahead', () => {
    const before = python.stats().trips
    let count = 0
    for (const _ of blocking.counting(100_000)) count++
    expect(count).toBe(100_000)
    expect(python.stats().trips - before).toBeLessThan(1000)
    const counter = blocking.Counter()
    let most = 0
    let consumed = 0
    for (const _ of counter.endless()) {
      most = Math.max(most, counter.produced - consumed)
      if (++consumed === 3000) break
    }
    expect(most).toBe(256)
  })

  it('with a bufferSize of 1 each item is made when it is asked for', () => {
    const counter = blocking.Counter()
    let consumed = 0
    for (const _ of counter.endless().$stream({ bufferSize: 1 })) {
      expect(counter.produced).toBe(++consumed)
      if (consumed === 100) break
    }
    expect(() => counter.endless().$stream({ timeout: 5 })).toThrow('bufferSize alone')
  })

  it('a slow source is not asked ahead', () => {
    const counter = blocking.Counter()
    let consumed = 0
    for (const _ of counter.items(20, 0.003)) expect(counter.produced).toBe(++consumed)
    expect(consumed).toBe(20)
  })

  it('errors come after the items before them, and the returned value at the end', () => {
    for (const count of [0, 1, 600]) {
      const items: unknown[] = []
      expect(() => {
        for (const item of blocking.failing(count, 'here')) items.push(item)
      }).toThrow('here')
      expect(items).toHaveLength(count)
    }
    const iterator = blocking.returning(1, 'value')[Symbol.iterator]()
    expect([iterator.next(), iterator.next()]).toEqual([
      { value: 0, done: false },
      { value: 'value', done: true },
    ])
    blocking.$keep.log.clear()
    const items: unknown[] = []
    expect(() => {
      for (const item of blocking.hostile(100)) items.push(item)
    }).toThrow('NaN')
    expect(items).toHaveLength(100)
    expect(blocking.log).toEqual(['hostile'])
  })
})

describe('options of the call that gives the iterator', () => {
  it('$bufferSize, $overflow and $signal hold for a stream over it, pending or settled', async () => {
    for (const settle of [false, true]) {
      const counter = await streams.Counter()
      const pending = counter.items(1e9, kw({ $bufferSize: 1 }))
      let consumed = 0
      for await (const _ of settle ? await pending : pending) {
        expect(await counter.produced).toBe(++consumed)
        if (consumed === 20) break
      }
    }
    const failing = streams.counting(100_000, kw({ $bufferSize: 5, $overflow: 'error' }))
    await expect(
      (async () => {
        for await (const _ of failing) await new Promise((resolve) => setTimeout(resolve, 1))
      })(),
    ).rejects.toBeInstanceOf(StreamOverflowError)
    const controller = new AbortController()
    const abortable = streams.counting(1e9, kw({ $signal: controller.signal }))
    await expect(
      (async () => {
        for await (const item of abortable) if (item === 100) controller.abort('enough')
      })(),
    ).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' })
  })

  it('so do those of python.eval', async () => {
    const { signal } = new AbortController()
    const items = (options: KeywordArguments) => python.eval('iter(int, 1)', options)
    await expect(all(items(kw({ $signal: AbortSignal.timeout(50) })))).rejects.toMatchObject({ name: 'AbortError' })
    await expect(all(items(kw({ $overflow: 'error', $bufferSize: 3, $signal: signal })))).rejects.toBeInstanceOf(
      StreamOverflowError,
    )
    const counter = python.sync.import('./python/streams.py').Counter()
    for (const _ of python.sync.eval('c.items(100)', { c: counter }, kw({ $bufferSize: 1 }))) break
    expect(counter.produced).toBe(1)
  })

  it('$timeout is the limit of each item, and what $stream says comes first', async () => {
    const gate = await streams.gate()
    const stream = streams.blocking(1, gate, kw({ $timeout: 60_000 })).$stream({ timeout: 50 })
    expect((await stream.next()).value).toBe(0)
    await expect(stream.next()).rejects.toBeInstanceOf(StreamTimeoutError)
    await gate.set()
    const chunks = streams.counting(10, kw({ $timeout: 60_000, $bufferSize: 2 })).$chunks(4)
    expect((await chunks.next()).value).toEqual([0, 1, 2, 3])
    await chunks.return(undefined)
  })

  it('$bufferSize holds for a blocking loop', () => {
    const blocking = python.sync.import('./python/streams.py')
    const counter = blocking.Counter()
    let consumed = 0
    for (const _ of counter.items(1e9, kw({ $bufferSize: 3 }))) {
      expect(counter.produced - consumed).toBeLessThanOrEqual(3)
      if (++consumed === 50) break
    }
  })
})
