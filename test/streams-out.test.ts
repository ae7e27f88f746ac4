// Python iterators as asynchronous iterators of JavaScript: what comes, when, and how it ends.
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { theChannel } from '../src/channel.js'
import { kw, PythonError, type PythonReference, type PythonStream, python } from '../src/index.js'

const { builtins } = python
const streams = python.import('./python/streams.py')
const itertools = python.import('itertools')

/** All items; what the stream ends with is thrown or dropped. */
async function all(source: AsyncIterable<unknown>, into: unknown[] = []): Promise<unknown[]> {
  for await (const item of source) into.push(item)
  return into
}

async function logged(name: string): Promise<boolean> {
  return ((await streams.log) as string[]).includes(name)
}

describe('items', () => {
  it('come as the conversion table has them, each by itself', async () => {
    const items = await all(streams.mixed())
    expect(items.slice(0, 12)).toEqual([
      null,
      true,
      1,
      1.5,
      2n ** 70n,
      'text',
      'grün',
      Buffer.from('bytes'),
      [1, 2],
      [[1], [1]],
      { a: new Map([[1, 2]]) },
      new Set([3]),
    ])
    const shared = items[9] as unknown[]
    expect(shared[0]).toBe(shared[1])
    expect(await (items[12] as PythonReference)([1, 2, 3])).toBe(3)
    expect(items.slice(13)).toEqual([expect.objectContaining({ re: 1, im: 2 }), { then: 1 }])
  })

  const sources: Record<string, [() => PythonReference, unknown[]]> = {
    list: [() => builtins.list([1, 'a', null]).$keep, [1, 'a', null]],
    dict: [() => builtins.dict({ a: 1, b: 2 }).$keep, ['a', 'b']],
    range: [() => builtins.range(3), [0, 1, 2]],
    str: [() => builtins.str('añ😀'), ['a', 'ñ', '😀']],
    bytes: [() => builtins.bytes([7, 8]), [7, 8]],
    'a NumPy array': [() => python.import('numpy').arange(3), [0, 1, 2]],
    'rows of a NumPy array': [
      () => python.import('numpy').eye(2).tolist(),
      [
        [1, 0],
        [0, 1],
      ],
    ],
    'csv.reader': [
      () => python.import('csv').reader(['a,b', '1,"2,3"']),
      [
        ['a', 'b'],
        ['1', '2,3'],
      ],
    ],
    'a text file': [() => python.import('io').StringIO('x\ny\n'), ['x\n', 'y\n']],
    enumerate: [() => builtins.enumerate(['x']), [[0, 'x']]],
    'nothing at all': [() => builtins.iter([]), []],
  }
  for (const [name, [make, expected]] of Object.entries(sources)) {
    it(`of ${name}`, async () => expect(await all(make())).toEqual(expected))
  }

  it('of pandas: rows, and chunks of a file as references', async () => {
    const pd = python.import('pandas')
    const text = `a,b\n${Array.from({ length: 100 }, (_, i) => `${i},${i * 2}`).join('\n')}\n`
    const frame = pd.read_csv(python.import('io').StringIO(text))
    const rows = await all(frame.itertuples())
    expect(rows).toHaveLength(100)
    expect(rows[99]).toEqual({ Index: 99, a: 99, b: 198 })
    let sum = 0
    const sizes: unknown[] = []
    for await (const chunk of pd.read_csv(python.import('io').StringIO(text), kw({ chunksize: 30 }))) {
      sum += await chunk.b.sum()
      sizes.push(await builtins.len(chunk))
    }
    expect([sum, sizes]).toEqual([9900, [30, 30, 30, 10]])
  })

  it('of a source without an end, until the loop is left', async () => {
    const seen: number[] = []
    for await (const item of itertools.count(5)) if (seen.push(item) === 2000) break
    expect(seen.at(-1)).toBe(2004)
  })

  it('that are JavaScript’s own come back as themselves, though Python drops each as it goes', async () => {
    const { jsValues } = theChannel()
    const before = jsValues.size
    const functions = Array.from({ length: 2000 }, (_, i) => () => i)
    let index = 0
    for await (const item of streams.popping(functions)) expect(item).toBe(functions[index++])
    expect(index).toBe(2000)
    await python.import('gc').collect()
    await expect.poll(() => jsValues.size).toBeLessThanOrEqual(before)
  })

  it('that are arrays share memory with Python; one that is made anew each time in the same array is seen as it is now', async () => {
    const arrays = (await all(streams.one_array(3))) as { data: Float64Array }[]
    const copying = process.env.SNAKEBRIDGE_COPY_BUFFERS === '1'
    expect(new Set(arrays.map(({ data }) => data.buffer)).size).toBe(copying ? 3 : 1)
    expect(arrays.map(({ data }) => data[0])).toEqual(copying ? [0, 1, 2] : [2, 2, 2])
    const before = python.stats().arrayBytesCopied
    expect(
      ((await all(streams.arrays(5, 100_000))) as { data: Float64Array }[]).map(({ data }) => data[99_999]),
    ).toEqual([0, 1, 2, 3, 4])
    if (!copying) expect(python.stats().arrayBytesCopied).toBe(before)
  })

  it('feed a model as it is trained', async () => {
    const train = python.exec(trainer).$item('train')
    const losses = (await all(train(30))) as number[]
    expect(losses).toHaveLength(30)
    expect(losses.at(-1)).toBeGreaterThan(0.9)
  })
})

const trainer = `
def train(rounds):
    import numpy as np
    from sklearn.datasets import load_digits
    from sklearn.linear_model import SGDClassifier
    x, y = load_digits(return_X_y=True)
    model = SGDClassifier(random_state=0)
    for i in range(rounds):
        model.partial_fit(x, y, classes=np.arange(10))
        yield model.score(x, y)
`

/** Takes a burst of items at a time: the next is made when the whole of the last has arrived. */
async function takeBursts(source: PythonReference, sizes: number[]): Promise<number[]> {
  const taken = await streams.semaphore()
  const counts: number[] = sizes.map(() => 0)
  for await (const burst of source.bursts(sizes, taken)) {
    counts[burst] = (counts[burst] as number) + 1
    if (counts[burst] === sizes[burst]) await taken.release()
  }
  return counts
}

describe('trips and time', () => {
  it('10⁵ small items take a few hundred trips', async () => {
    const before = python.stats().trips
    expect((await all(streams.counting(100_000))).length).toBe(100_000)
    expect(python.stats().trips - before).toBeLessThan(1000)
  })

  it('the first item and every slow one arrive when they are made, not when others are', async () => {
    expect(await takeBursts(streams, [1, 1, 1, 1, 1])).toEqual([1, 1, 1, 1, 1])
  })

  for (const [where, entry] of Object.entries({ 'the pool': python, 'a dedicated lane': python.lane('streams') })) {
    it(`items in front of a step that blocks are not held back: on ${where}`, async () => {
      const source = entry.import(new URL('./python/streams.py', import.meta.url))
      expect(await takeBursts(source, [2, 40, 300, 7])).toEqual([2, 40, 300, 7])
    })
  }

  it('many streams at once each go on while others block', async () => {
    const gate = await streams.gate()
    const stuck = Array.from({ length: 4 }, () => all(streams.blocking(3, gate)))
    expect(await Promise.all([1, 2, 3].map((n) => all(streams.counting(n * 1000))))).toEqual(
      [1, 2, 3].map((n) => Array.from({ length: n * 1000 }, (_, i) => i)),
    )
    await gate.set()
    expect(await Promise.all(stuck)).toEqual(Array(4).fill([0, 1, 2, -1]))
  })

  it('no pool thread is held while the consumer is slow', async () => {
    const stream = streams.counting(10 ** 9).$stream()
    for (let i = 0; i < 5000; i++) await stream.next()
    for (let tries = 0; python.stats().pool.busy > 0 && tries < 100; tries++) await delay(10)
    expect(python.stats().pool.busy).toBe(0)
    await stream.return()
  })
})

describe('how far Python is ahead', () => {
  it('never more than 1,024 items by default, however slow the consumer', async () => {
    const counter = await streams.Counter()
    let consumed = 0
    let most = 0
    for await (const _ of counter.endless()) {
      if (consumed % 500 === 0) {
        await delay(20)
        most = Math.max(most, ((await counter.produced) as number) - consumed)
      }
      if (++consumed === 10_000) break
    }
    expect(most).toBeLessThanOrEqual(1024)
    expect(most).toBeGreaterThan(256)
  })

  for (const bufferSize of [1, 2, 7, 100]) {
    it(`never more than a bufferSize of ${bufferSize}`, async () => {
      const counter = await streams.Counter()
      let consumed = 0
      let most = 0
      for await (const _ of counter.endless().$stream({ bufferSize })) {
        if (consumed % 10 === 0) await delay(3)
        most = Math.max(most, ((await counter.produced) as number) - consumed)
        if (++consumed === 300) break
      }
      expect(most).toBe(bufferSize)
    })
  }

  it('a slow source is not asked before the consumer asks', async () => {
    const counter = await streams.Counter()
    let consumed = 0
    for await (const _ of counter.items(1000, 0.003)) {
      consumed++
      await delay(10)
      expect(await counter.produced).toBe(consumed)
      if (consumed === 10) break
    }
    expect(await counter.state()).toEqual([10, 1])
  })

  it('with a bufferSize of one’s own a slow source works while the consumer does', async () => {
    const counter = await streams.Counter()
    const stream = counter.items(1000, 0.003).$stream({ bufferSize: 20 })
    await stream.next()
    for (let tries = 0; ((await counter.produced) as number) < 20 && tries < 200; tries++) await delay(10)
    await delay(30)
    expect(await counter.produced).toBe(20)
    await stream.return()
  })

  it('large items are not made ahead', async () => {
    let most = 0
    let count = 0
    const baseline = python.stats().bufferBytes
    for await (const { data } of streams.arrays(60, 2 ** 20)) {
      count += data.length
      await delay(1)
      most = Math.max(most, python.stats().bufferBytes - baseline)
      if (count % (10 * 2 ** 20) === 0) global.gc?.()
    }
    expect(count).toBe(60 * 2 ** 20)
    expect(most).toBeLessThan(60 * 8 * 2 ** 20)
  })
})

describe('the end', () => {
  it('brings the value that the generator returned, once', async () => {
    for (const value of ['done', null, [1, 2]]) {
      const stream = streams.returning(2, value).$stream()
      expect([await stream.next(), await stream.next(), await stream.next(), await stream.next()]).toEqual([
        { value: 0, done: false },
        { value: 1, done: false },
        { value, done: true },
        { value: undefined, done: true },
      ])
    }
  })

  it('by an error comes after the items before it, once', async () => {
    for (const count of [0, 1, 5, 3000]) {
      const items: unknown[] = []
      const stream = streams.failing(count, 'no more').$stream()
      await expect(all(stream, items)).rejects.toMatchObject({ pythonType: 'LookupError', message: 'no more' })
      expect(items).toHaveLength(count)
      expect(await stream.next()).toEqual({ value: undefined, done: true })
    }
  })

  it('by an item that JavaScript cannot hold comes after those before it, and closes the generator', async () => {
    await streams.log.clear()
    const items: unknown[] = []
    await expect(all(streams.hostile(700), items)).rejects.toThrow('NaN')
    expect(items).toHaveLength(700)
    expect(await streams.log).toEqual(['hostile'])
  })

  it('is an error that names the line of the loop', async () => {
    const error = await all(streams.failing(1, 'where')).catch((error) => error)
    expect(error).toBeInstanceOf(PythonError)
    expect(error.stack).toContain('streams-out.test.ts')
  })

  it('of what is no iterable is a rejection', async () => {
    await expect(all(builtins.object())).rejects.toThrow('not iterable')
    await expect(all(builtins.int('x'))).rejects.toThrow('invalid literal')
  })
})

describe('leaving', () => {
  const ways: Record<string, (stream: PythonStream) => Promise<unknown>> = {
    break: async (stream) => {
      for await (const item of stream) if (item === 3) break
    },
    'an error in the loop': async (stream) => {
      const loop = async () => {
        for await (const _ of stream) throw new Error('mine')
      }
      await expect(loop()).rejects.toThrow('mine')
    },
    'return()': async (stream) => {
      await stream.next()
      expect(await stream.return('given')).toEqual({ value: 'given', done: true })
    },
    'return() in the middle of a step': async (stream) => {
      const step = stream.next()
      await stream.return()
      expect((await step).done).toBe(true)
    },
    'throw()': async (stream) => {
      await stream.next()
      const error = new Error('thrown')
      await expect(stream.throw(error)).rejects.toBe(error)
    },
    asyncDispose: async (stream) => {
      await stream.next()
      await stream[Symbol.asyncDispose]()
    },
  }
  for (const [name, leave] of Object.entries(ways)) {
    it(`by ${name} runs the generator’s finally first, and ends the stream`, async () => {
      await streams.log.clear()
      const stream = streams.with_finally(name, 10 ** 6).$stream()
      await leave(stream)
      expect(await logged(name)).toBe(true)
      expect(await stream.next()).toEqual({ value: undefined, done: true })
      expect(await stream.return('again')).toEqual({ value: 'again', done: true })
    })
  }

  it('before the first item runs nothing of the generator', async () => {
    await streams.log.clear()
    const generator = await streams.with_finally('never', 10)
    expect(await generator.$stream().return(7)).toEqual({ value: 7, done: true })
    expect(await all(generator)).toEqual([])
    expect(await logged('never')).toBe(false)
  })

  it('waits for a step that is in progress', async () => {
    await streams.log.clear()
    const gate = await streams.gate()
    const stream = streams.blocking(1, gate).$stream()
    await stream.next()
    const second = stream.next()
    let left = false
    const leaving = stream.return().then(() => {
      left = true
    })
    await delay(50)
    expect(left).toBe(false)
    await gate.set()
    await leaving
    expect(await second).toEqual({ value: undefined, done: true })
    expect(await logged('unblocked')).toBe(true)
  })

  it('passes on what the generator’s finally raises, and a generator that does not end', async () => {
    const leave = async (source: PythonReference) => {
      for await (const _ of source) break
    }
    await expect(leave(streams.failing_finally())).rejects.toThrow('in finally')
    await expect(leave(streams.ignoring_exit())).rejects.toThrow('generator ignored GeneratorExit')
  })

  it('leaves iterators that are no generators as they are', async () => {
    const stubborn = await streams.Stubborn()
    for await (const item of stubborn) if (item === 3) break
    expect(await stubborn.closed).toBe(false)
    const file = await python.import('io').StringIO('a\nb\nc\n')
    for await (const _ of file) break
    expect(await file.closed).toBe(false)
  })

  it('while an error waits behind the items drops both', async () => {
    const stream = streams.failing(20, 'unheard').$stream({ bufferSize: 50 })
    await stream.next()
    await delay(50)
    expect(await stream.return()).toEqual({ value: undefined, done: true })
  })
})

describe('the generator', () => {
  it('gets what is sent', async () => {
    const stream = streams.echo().$stream()
    expect(await stream.next()).toEqual({ value: 'ready', done: false })
    for (const value of [1, 'two', null, [3]]) expect(await stream.send(value)).toEqual({ value, done: false })
    expect(await stream.next()).toEqual({ value: null, done: false })
    expect(await stream.send('stop')).toEqual({ value: 'stopped', done: true })
    expect(await stream.send('late')).toEqual({ value: undefined, done: true })
  })

  it('refuses what is sent when it is ahead of the consumer, and goes on', async () => {
    const stream = streams.counting(100).$stream({ bufferSize: 10 })
    await stream.next()
    await delay(50)
    await expect(stream.send(1)).rejects.toThrow('bufferSize: 1')
    expect(await stream.next()).toEqual({ value: 1, done: false })
    await expect(streams.echo().$stream().send(1)).rejects.toThrow("can't send non-None value")
  })

  it('by next(value) too, as JavaScript sends into its own', async () => {
    const stream = streams.echo().$stream({ bufferSize: 1 })
    await stream.next('the first is not sent')
    for (const value of [1, 'two', null]) expect(await stream.next(value)).toEqual({ value, done: false })
    expect(await stream.next('stop')).toEqual({ value: 'stopped', done: true })

    const now = python.sync.import('./python/streams.py').echo().$stream({ bufferSize: 1 })
    now.next('the first is not sent')
    for (const value of [1, 'two', null]) expect(now.next(value)).toEqual({ value, done: false })
    expect(now.next('stop')).toEqual({ value: 'stopped', done: true })
  })

  it('by a blocking next(value) and throw(error), unless it is further', () => {
    const { exec } = python.sync
    const { numbers, catching } = exec(`
def numbers():
    for n in range(9):
        yield n
def catching():
    while True:
        try:
            yield 'item'
        except ValueError as error:
            yield f'caught {error}'
        except KeyError:
            return 'end'
`)
    const ahead = numbers().$stream()
    for (const value of [0, 1]) expect(ahead.next().value).toBe(value)
    expect(() => ahead.next(5)).toThrow('got it after 1 more items were read ahead; use ref.$stream({ bufferSize: 1 })')
    expect(ahead.next()).toEqual({ value: undefined, done: true })

    const generator = catching()[Symbol.iterator]()
    for (let i = 0; i < 4; i++) expect(generator.next().value).toBe('item')
    expect(generator.throw(exec('e = ValueError(1)').e)).toEqual({ value: 'caught 1', done: false })
    expect(generator.next()).toEqual({ value: 'item', done: false })
    expect(generator.throw(exec('e = KeyError(1)').e)).toEqual({ value: 'end', done: true })
    const mine = new RangeError('mine')
    const other = catching()[Symbol.iterator]()
    other.next()
    expect(() => other.throw(mine)).toThrow(mine)
    expect(other.next()).toEqual({ value: undefined, done: true })
  })

  it('gets what is thrown where it waits, and may go on or return', async () => {
    const stream = streams.answering().$stream()
    await stream.next()
    const error = await python.eval('ValueError("of Python")')
    expect(await stream.throw(error)).toEqual({ value: 'ValueError of Python', done: false })
    expect(await stream.throw(new RangeError('of JS'))).toEqual({
      value: 'JavaScriptError: RangeError: of JS',
      done: false,
    })
    expect(await stream.next()).toMatchObject({ done: false })
    expect(await stream.throw(await python.eval('KeyError()'))).toEqual({ value: 'returned', done: true })
    expect(await stream.next()).toEqual({ value: undefined, done: true })
    await expect(stream.throw(error)).rejects.toThrow('of Python')
  })

  it('serves several that ask at once, in order', async () => {
    const stream = streams.returning(3, 'end').$stream()
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => stream.next()))
    expect(results).toEqual([
      { value: 0, done: false },
      { value: 1, done: false },
      { value: 2, done: false },
      { value: 'end', done: true },
      { value: undefined, done: true },
    ])
  })
})

describe('a stream that is forgotten', () => {
  it('is closed when it is collected', async () => {
    await streams.log.clear()
    const generator = await streams.with_finally('forgotten', 10 ** 6)
    await (async () => {
      const stream = generator.$stream()
      for (let i = 0; i < 100; i++) await stream.next()
    })()
    for (let tries = 0; !(await logged('forgotten')); tries++) {
      expect(tries).toBeLessThan(200)
      global.gc?.()
      await delay(10)
    }
  })

  it('leaves nothing behind', async () => {
    const settled = async () => {
      for (let i = 0; i < 10; i++) {
        global.gc?.()
        await delay(10)
        await builtins.len([])
      }
      const { references, temps } = python.stats()
      return { references, temps }
    }
    const before = await settled()
    for (let i = 0; i < 200; i++) {
      await streams.counting(1000).$stream().next()
      for await (const item of streams.counting(10)) if (item === 5) break
      await all(streams.failing(3, 'x')).catch(() => {})
      for await (const item of builtins.iter([builtins.object()])) if (item === 5) break
    }
    const after = await settled()
    expect(after.references).toBeLessThanOrEqual(before.references + 5)
    expect(after.temps).toBeLessThanOrEqual(before.temps + 5)
  })
})
