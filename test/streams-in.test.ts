// JavaScript iterators in Python: what crosses, when it is taken, and how it ends.
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { theChannel } from '../src/channel.js'
import { python } from '../src/index.js'
import { ItemSource } from '../src/streams-in/item-source.js'

const consumers = python.import('./python/streams_in.py')
const blocking = python.sync.import('./python/streams_in.py')
const { builtins } = python
const itertools = python.import('itertools')

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

/** A generator that says how far it is. */
class Source {
  made = 0
  closed = 0
  async *later(count = Number.POSITIVE_INFINITY, milliseconds = 0) {
    try {
      while (this.made < count) {
        if (milliseconds > 0) await delay(milliseconds)
        yield this.made++
      }
    } finally {
      await delay(5)
      this.closed++
    }
  }
  *items(count = Number.POSITIVE_INFINITY) {
    try {
      while (this.made < count) yield this.made++
    } finally {
      this.closed++
    }
  }
}

const makers: Record<string, (count: number) => object> = {
  'a generator': (count) => new Source().items(count),
  'an iterator of an array': (count) => numbers(count).values(),
  'an iterator of a Map': (count) => new Map(numbers(count).map((number) => [number, 0])).keys(),
  'an asynchronous generator': (count) => new Source().later(count),
  'a Node stream of objects': (count) => Readable.from(numbers(count)),
  'a web stream': (count) => ReadableStream.from(numbers(count)),
  'python.iterator of an array': (count) => python.iterator(numbers(count)),
  'an object literal with Symbol.asyncIterator': (count) => ({
    other: 1,
    [Symbol.asyncIterator]: () => new Source().later(count),
  }),
}

it('is asynchronous alone as an asynchronous generator of Python, for libraries that look for __iter__ first', async () => {
  const abc = python.import('collections.abc')
  const source = new Source()
  const both = python.eval('it', { it: source.later(3) })
  for (const kind of ['Iterator', 'AsyncIterator']) expect(await builtins.isinstance(both, abc[kind])).toBe(true)
  const later = python.eval('(item async for item in it)', { it: both })
  expect(await builtins.isinstance(later, abc.Iterable)).toBe(false)
  const items: unknown[] = []
  for await (const item of later) items.push(item)
  expect(items).toEqual([0, 1, 2])
  expect(await builtins.isinstance([1].values(), abc.Iterable)).toBe(true)
})

describe('what JavaScript iterates over', () => {
  for (const [name, make] of Object.entries(makers)) {
    it(`is an iterator in Python: ${name}`, async () => {
      for (const count of [0, 1, 3, 5000]) expect(await builtins.list(make(count))).toEqual(numbers(count))
      expect(await builtins.sum(itertools.islice(make(100), 10))).toBe(45)
      expect(await consumers.class_of(make(1))).toBe('JsIterator')
    })

    it(`is an asynchronous iterator: ${name}`, async () => {
      for (const count of [0, 1, 5000]) expect(await consumers.collect(make(count))).toEqual(numbers(count))
      expect(await consumers.first(make(100), 3)).toEqual([0, 1, 2])
    })
  }

  it('is a list, a set, a dict where it was before', async () => {
    expect(await consumers.class_of([1])).toBe('list')
    expect(await consumers.class_of(new Set([1]))).toBe('set')
    expect(await consumers.class_of(new Map([[1, 2]]))).toBe('dict')
    expect(await consumers.class_of({ a: 1 })).toBe('dict')
    expect(await builtins.list(python.iterator(new Map([[1, 2]])))).toEqual([[1, 2]])
    expect(await builtins.list(python.iterator(new Set('ab')))).toEqual(['a', 'b'])
    class Plain {
      *[Symbol.iterator]() {
        yield 1
      }
    }
    expect(() => consumers.identity(new Plain())).toThrow('class Plain')
    expect(await builtins.list(python.iterator(new Plain()))).toEqual([1])
    expect(() => python.iterator(5 as never)).toThrow('expected an iterable for python.iterator, got 5')
    expect(() => python.iterator([], { bufferSize: 0 })).toThrow('bufferSize')
  })

  it('is the same object while Python has it, and comes back as itself', async () => {
    const generator = new Source().items()
    expect(await consumers.same(generator, generator)).toBe(true)
    expect(((await consumers.identity([generator])) as unknown[])[0]).toBe(generator)
    expect(await builtins.list(itertools.islice(generator, 3))).toEqual([0, 1, 2])
  })

  it('brings any values, with what the generator returned', async () => {
    const array = new Float64Array([1, 2])
    function* values() {
      yield* ['text', 1.5, null, [1, { a: 2n ** 70n }], array]
      return 'the end'
    }
    expect((await builtins.list(values())).slice(0, 4)).toEqual(['text', 1.5, null, [1, { a: 2n ** 70n }]])
    expect(await consumers.returned(values())).toBe('the end')
  })

  it('works with pandas, and in Python’s own loops', async () => {
    const records = async function* () {
      for (let i = 0; i < 1000; i++) yield { a: i, b: `${i}` }
    }
    const frame = python.import('pandas').DataFrame.from_records(records())
    expect(await frame.a.sum()).toBe(499_500)
  })
})

/** How often an iterator was asked meanwhile. */
async function requestsOf(work: () => PromiseLike<unknown>): Promise<number> {
  const asked = vi.spyOn(ItemSource.prototype, 'pull')
  try {
    await work()
    return asked.mock.calls.length
  } finally {
    asked.mockRestore()
  }
}

/** `expect(…).rejects` calls what can be called. */
const settled = async (reference: PromiseLike<unknown>) => await reference

describe('trips, and how far JavaScript is ahead', () => {
  for (const make of ['items', 'later'] as const) {
    it(`10⁵ small items take a few hundred trips: ${make}`, async () => {
      const sum = () => consumers.total(new Source()[make](100_000))
      expect(await requestsOf(sum)).toBeLessThan(1000)
      expect(await sum()).toBe(4_999_950_000)
    })
  }

  it('nothing is taken before Python asks; never more than bufferSize ahead', async () => {
    for (const [name, make] of Object.entries({ items: 'items', later: 'later' } as const)) {
      const source = new Source()
      await consumers.keep(name, python.iterator(source[make](), { bufferSize: 8 }))
      await delay(5)
      expect(source.made).toBe(0)
      for (let taken = 1; taken <= 40; taken++) {
        await consumers.step(name)
        expect(source.made - taken).toBeLessThanOrEqual(8)
      }
      await consumers.drop(name)
      await expect.poll(() => source.closed).toBe(1)
    }
  })

  it('with a bufferSize of 1 each item is taken when Python asks for it', async () => {
    const source = new Source()
    await consumers.keep('single', python.iterator(source.later(), { bufferSize: 1 }))
    for (let taken = 1; taken <= 20; taken++) {
      await consumers.step('single')
      expect(source.made).toBe(taken)
    }
    await consumers.drop('single')
  })

  it('a slow source is not taken ahead', async () => {
    const source = new Source()
    await consumers.keep('slow', source.later(undefined, 3))
    for (let taken = 1; taken <= 10; taken++) {
      await consumers.step('slow')
      await delay(10)
      expect(source.made).toBe(taken)
    }
    await consumers.drop('slow')
  })

  it('no item waits for those behind it', async () => {
    let made = 0
    let taken = 0
    const bursts = async function* () {
      for (const size of [1, 1, 2, 40, 300, 7]) {
        for (let i = 0; i < size; i++) yield made++
        while (taken < made) await delay(1)
      }
    }
    await consumers.keep('bursts', bursts())
    for (; taken < 351; taken++) expect(await consumers.step('bursts')).toBe(taken)
    await consumers.drop('bursts')
  })

  it('items that come in turns of their own are gathered', async () => {
    const turns = async function* () {
      for (let i = 0; i < 5000; i++) {
        await new Promise(setImmediate)
        yield i
      }
    }
    expect(await requestsOf(() => consumers.total(turns()))).toBeLessThan(4000)
  })

  it('large items are not gathered', async () => {
    let made = 0
    const large = function* () {
      for (; made < 100; made++) yield new Uint8Array(2 ** 20)
    }
    await consumers.keep('large', large())
    for (let taken = 1; taken <= 20; taken++) {
      await consumers.step('large')
      expect(made - taken).toBeLessThanOrEqual(2)
    }
    await consumers.drop('large')
  })
})

describe('the end', () => {
  it('close() and aclose() call return(), whose finally has run', async () => {
    const source = new Source()
    const generator = source.later()
    await consumers.take(generator, 3)
    await expect.poll(() => source.closed).toBe(1)
    const other = new Source()
    expect(await consumers.first(other.later(), 2)).toEqual([0, 1])
    expect(other.closed).toBe(1)
    const third = new Source()
    const stored = third.items()
    await consumers.keep('third', stored)
    await consumers.step('third')
    await consumers.close(stored)
    expect(third.closed).toBe(1)
    await consumers.drop('third')
  })

  it('a stream that Python forgets is closed, if it had begun to read it', async () => {
    const begun = new Source()
    await consumers.take(begun.items(), 2)
    await expect.poll(() => begun.closed).toBe(1)
    const untouched = new Source().items()
    await consumers.identity([untouched])
    expect(untouched.next().value).toBe(0)
    const stream = Readable.from(numbers(10))
    await consumers.take(stream, 2)
    await expect.poll(() => stream.destroyed).toBe(true)
    let cancelled = false
    const web = new ReadableStream({
      pull: (controller) => controller.enqueue(1),
      cancel: () => {
        cancelled = true
      },
    })
    await consumers.take(web, 2)
    await expect.poll(() => cancelled).toBe(true)
  })

  it('errors come after the items before them, as themselves', async () => {
    for (const count of [0, 1, 3000]) {
      const error = new RangeError('mine')
      const failing = function* () {
        yield* numbers(count)
        throw error
      }
      const [items, raised] = await consumers.attempt(failing())
      expect(items).toHaveLength(count)
      await expect(consumers.total(failing())).rejects.toBe(error)
      expect(await builtins.repr(raised)).toContain('RangeError: mine')
      await expect(settled(consumers.collect(failing()))).rejects.toBe(error)
    }
  })

  it('an item that cannot cross ends the stream, after those in front of it', async () => {
    const closed: string[] = []
    const hostile = async function* (name: string) {
      try {
        yield* numbers(100)
        yield Symbol('none')
        yield 'behind'
      } finally {
        closed.push(name)
      }
    }
    const [items, raised] = await consumers.attempt(hostile('for'))
    expect(items).toEqual(numbers(100))
    expect(await builtins.str(raised)).toContain('Symbol(none)')
    await expect(settled(consumers.collect(hostile('async for')))).rejects.toThrow('Symbol(none)')
    await expect.poll(() => closed).toEqual(['for', 'async for'])
  })

  it('what is thrown and is no error is an exception too', async () => {
    const strange = function* () {
      yield 1
      throw 'text'
    }
    await expect(consumers.total(strange())).rejects.toBe('text')
    const broken = { [Symbol.asyncIterator]: () => ({ next: () => 5 }) }
    await expect(consumers.total(broken)).rejects.toThrow('expected an object from next()')
  })

  it('a wait that is cancelled in Python loses no item', async () => {
    const slow = async function* () {
      await delay(100)
      yield* numbers(5)
    }
    expect(await consumers.cancelled_once(slow())).toEqual(numbers(5))
  })

  it('a hundred streams at once are awaited by the event loop', async () => {
    const sources = Array.from({ length: 100 }, () => new Source().later(5, 10))
    expect(await consumers.gathered(...sources)).toEqual(Array(100).fill(5))
  })

  it('leaves nothing behind', async () => {
    const { jsValues } = theChannel()
    await delay(50)
    const before = jsValues.size
    for (let i = 0; i < 200; i++) await consumers.take(i % 2 ? new Source().items() : new Source().later(), 3)
    await expect.poll(() => jsValues.size).toBeLessThanOrEqual(before)
  })
})

describe('inside a blocking call', () => {
  it('what need not wait is iterated', () => {
    const source = new Source()
    expect(blocking.take(source.items(), 3)).toEqual([0, 1, 2])
    expect(blocking.total(python.iterator(numbers(10_000)))).toBe(49_995_000)
  })

  it('what has to be waited for is an error that says so', async () => {
    const source = new Source()
    expect(() => blocking.total(source.later())).toThrow('where nothing can arrive')
    expect(source.made).toBe(0)
    expect(() => blocking.total(Readable.from([1]))).toThrow('got what has to be waited for')
  })
})
