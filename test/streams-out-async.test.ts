// Asynchronous iterators of Python: driven on the event loop, each in a task of its own.
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type PythonStream, python, StreamTimeoutError } from '../src/index.js'

const streams = python.import('./python/async_streams.py')

async function all(source: AsyncIterable<unknown>, into: unknown[] = []): Promise<unknown[]> {
  for await (const item of source) into.push(item)
  return into
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

describe('asynchronous items', () => {
  it('come in order, from generators and other iterators', async () => {
    for (const count of [0, 1, 3, 5000]) {
      expect(await all(streams.counting(count))).toEqual(numbers(count))
      expect(await all(streams.yielding(count))).toEqual(numbers(count))
    }
    expect(await all(streams.Plain(3))).toEqual([2, 1, 0])
    expect(await all(await streams.gives_stream())).toEqual([0, 1, 2])
  })

  it('take few trips', async () => {
    const before = python.stats().trips
    expect(await all(streams.counting(100_000))).toHaveLength(100_000)
    expect(python.stats().trips - before).toBeLessThan(1000)
  })

  it('arrive when they are made', async () => {
    const sizes = [1, 1, 1, 2, 40, 300, 7]
    const taken = await streams.semaphore()
    const counts = sizes.map(() => 0)
    for await (const burst of streams.bursts(sizes, taken) as AsyncIterable<number>) {
      counts[burst] = (counts[burst] as number) + 1
      if (counts[burst] === sizes[burst]) await streams.release(taken)
    }
    expect(counts).toEqual(sizes)
  })

  it('come from thousands of streams at once', async () => {
    const sums = await Promise.all(Array.from({ length: 1000 }, async () => (await all(streams.slow(3, 0.01))).length))
    expect(sums).toEqual(Array(1000).fill(3))
  })

  it('never more than the buffer ahead', async () => {
    for (const bufferSize of [1, 5, 40]) {
      const counter = await streams.Counter()
      let consumed = 0
      let most = 0
      for await (const _ of counter.items().$stream({ bufferSize })) {
        if (consumed % 10 === 0) await delay(5)
        most = Math.max(most, ((await counter.produced) as number) - consumed)
        if (++consumed === 100) break
      }
      expect(most).toBeLessThanOrEqual(bufferSize)
    }
  })

  it('of a slow source are not made ahead', async () => {
    const counter = await streams.Counter()
    let consumed = 0
    for await (const _ of counter.items(0.003)) {
      await delay(10)
      expect(await counter.produced).toBe(++consumed)
      if (consumed === 10) break
    }
  })

  it('are what async for gives, where a source has both', async () => {
    expect(await all(streams.Both())).toEqual(['async for'])
    expect([...python.sync.import('./python/async_streams.py').Both()]).toEqual(['for'])
  })

  it('come from one task: timeouts, task groups and context variables hold over yields', async () => {
    expect(await all(streams.in_one_task(20))).toEqual(Array(20).fill(true))
  })
})

describe('the end of an asynchronous stream', () => {
  it('by an error comes after the items before it', async () => {
    for (const count of [0, 1, 700]) {
      const items: unknown[] = []
      await expect(all(streams.failing(count, 'no more'), items)).rejects.toMatchObject({
        pythonType: 'LookupError',
        message: 'no more',
      })
      expect(items).toEqual(numbers(count))
    }
    const items: unknown[] = []
    await expect(all(streams.hostile(300), items)).rejects.toThrow('NaN')
    expect(items).toEqual(numbers(300))
  })

  const ways: Record<string, (stream: PythonStream) => Promise<unknown>> = {
    break: async (stream) => {
      for await (const item of stream) if (item === 3) break
    },
    'return()': async (stream) => {
      await stream.next()
      await stream.return()
    },
    'throw()': async (stream) => {
      await stream.next()
      const error = new Error('thrown')
      await expect(stream.throw(error)).rejects.toBe(error)
    },
  }
  for (const [name, leave] of Object.entries(ways)) {
    it(`by ${name} has run finally`, async () => {
      await streams.log.clear()
      const stream = streams.with_finally(name, 10 ** 6).$stream()
      await leave(stream)
      expect(await streams.log).toEqual([name])
      expect(await stream.next()).toEqual({ value: undefined, done: true })
    })
  }

  it('cancels a wait that would last for ever', async () => {
    for (const end of ['return', 'abort', 'timeout']) {
      await streams.log.clear()
      const abort = new AbortController()
      const options = end === 'abort' ? { signal: abort.signal } : end === 'timeout' ? { timeout: 50 } : {}
      const stream = streams.waiting(2).$stream(options)
      expect([await stream.next(), await stream.next()]).toMatchObject([{ value: 0 }, { value: 1 }])
      const third = stream.next()
      if (end === 'timeout') {
        await expect(third).rejects.toThrow(StreamTimeoutError)
        await stream.next()
      } else if (end === 'abort') {
        await delay(20)
        abort.abort('enough')
        await expect(third).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' })
      } else {
        await delay(20)
        await stream.return()
        expect(await third).toEqual({ value: undefined, done: true })
      }
      expect(await streams.log).toEqual(['cancelled', 'finally'])
    }
  })

  it('passes on what finally raises', async () => {
    const loop = async () => {
      for await (const _ of streams.failing_finally()) break
    }
    await expect(loop()).rejects.toThrow('in finally')
  })

  it('before the first item runs nothing', async () => {
    await streams.log.clear()
    const generator = await streams.with_finally('never', 3)
    await generator.$stream().return()
    expect(await all(generator)).toEqual([])
    expect(await streams.log).toEqual([])
  })

  it('comes to one that is forgotten', async () => {
    await streams.log.clear()
    await (async () => {
      const stream = streams.with_finally('forgotten', 10 ** 6).$stream()
      for (let i = 0; i < 50; i++) await stream.next()
    })()
    for (let tries = 0; ((await streams.log) as string[]).length === 0; tries++) {
      expect(tries).toBeLessThan(200)
      global.gc?.()
      await delay(10)
    }
    expect(await streams.log).toEqual(['forgotten'])
  })
})

it('sends into and throws into an asynchronous generator', async () => {
  const stream = streams.echo().$stream({ bufferSize: 1 })
  expect(await stream.next()).toEqual({ value: 'ready', done: false })
  expect(await stream.send([1])).toEqual({ value: [1], done: false })
  expect(await stream.throw(await python.eval('ValueError("v")'))).toEqual({ value: 'ValueError v', done: false })
  expect(await stream.send('stop')).toMatchObject({ done: true })
})

it('is a blocking loop under python.sync', () => {
  const blocking = python.sync.import('./python/async_streams.py')
  expect([...blocking.yielding(1000)]).toEqual(numbers(1000))
  blocking.$keep.log.clear()
  for (const item of blocking.with_finally('sync', 100)) if (item === 5) break
  expect(blocking.log).toEqual(['sync'])
  expect(() => [...blocking.failing(2, 'sync')]).toThrow('sync')
})
