// Callbacks and time: promises on an asyncio loop, functions that are fired and forgotten, and the asynchronous context.
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { theChannel } from '../src/channel.js'
import { ConversionError, kw, python } from '../src/index.js'

const callbacks = python.import('./python/async_callbacks.py')
const blocking = python.sync.import('./python/async_callbacks.py')

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const later = async (seconds: number) => {
  await sleep(seconds * 1000)
  return seconds
}
/** A promise, but not an async function: that is known only when it returns. */
const promising = (seconds: number) => later(seconds)

it('gives what an asynchronous generator function makes, on a thread with an asyncio loop as on others', async () => {
  async function* numbers() {
    yield 1
    await sleep(1)
    yield 2
  }
  expect(await callbacks.iterated(numbers)).toEqual([1, 2])
  expect(await python.eval('list(f())', { f: numbers })).toEqual([1, 2])
})

describe('a function that returns a promise, on a thread with an asyncio loop', () => {
  for (const [kind, fn] of Object.entries({
    'an async function': later,
    'a function that gives a promise': promising,
  })) {
    it(`gives an awaitable at once: ${kind}`, async () => {
      expect(await callbacks.is_awaitable(fn)).toEqual([true, true, true, 0.2])
    })

    it(`does not hold up the loop: ${kind}`, async () => {
      expect(await callbacks.loop_goes_on(fn)).toEqual([new Array(20).fill(0.2), true])
    })

    it(`may be cancelled, or waited for with a limit: ${kind}`, async () => {
      expect(await callbacks.cancelled(fn)).toBe('cancelled')
      expect(await callbacks.timed_out(fn)).toBe('timed out')
    })

    it(`works on a loop of somebody else, which may close before it settles: ${kind}`, async () => {
      expect(await callbacks.own_loop(fn)).toBe(0.01)
      expect(await callbacks.leave_unawaited(fn)).toBe(true)
      await sleep(150)
    })
  }

  it('gives an awaitable for a promise that has settled already, or settles in the same turn', async () => {
    const mine = new RangeError('mine')
    expect(await callbacks.kinds((i: number) => Promise.resolve(i), 20)).toEqual([
      ['Future'],
      Array.from({ length: 20 }, (_, i) => i),
    ])
    expect(await callbacks.kinds((i: number) => Promise.resolve(new Uint8Array([i])), 1)).toEqual([
      ['Future'],
      [expect.objectContaining({ shape: [1] })],
    ])
    expect(await callbacks.kinds(() => Promise.reject(mine), 5)).toEqual([['Future'], new Array(5).fill(mine)])
  })

  it('gives a plain value where there is no promise', async () => {
    expect(await callbacks.plain((x: number) => x + 1)).toBe(2)
  })

  it('rejects with the very error', async () => {
    const mine = new RangeError('mine')
    const fail = async () => {
      throw mine
    }
    expect(await callbacks.failing(fail)).toBe('JavaScriptError: RangeError: mine')
    await expect((async () => await callbacks.passing(fail))()).rejects.toBe(mine)
  })

  it('gives back what a cancelled call would have brought', async () => {
    const { jsValues } = theChannel()
    await callbacks.cancelled(later)
    await python.import('gc').collect()
    const before = jsValues.size
    await callbacks.cancelled(async () => {
      await sleep(50)
      return () => 'a function that nobody gets'
    })
    await expect
      .poll(async () => {
        await python.import('gc').collect()
        return jsValues.size
      })
      .toBe(before)
  })
})

describe('a function that is fired and forgotten', () => {
  it('returns at once, and is called in order', async () => {
    const seen: number[] = []
    const log = python.callback((x: number) => void seen.push(x), { fireAndForget: true })
    expect(await callbacks.repeat(log, 100)).toBe(null)
    await expect.poll(() => seen.length).toBe(100)
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i))
  })

  it('by $fireAndForget in kw() too, and is the same object in each such call', async () => {
    const seen: unknown[] = []
    const log = (...args: unknown[]) => seen.push(args)
    const both = python.eval('lambda function: (function(1), function)')
    const [nothing, given] = await both.$call(kw({ function: log, $fireAndForget: true }))
    const [, again] = await both.$call(log, kw({ $fireAndForget: true }))
    expect(nothing).toBe(null)
    expect(given).toBe(again)
    expect((await both.$call(log))[0]).toBe(3)
    expect(seen).toEqual([[1], [1], [1]])
  })

  it('is called after a blocking call that called it', async () => {
    const seen: number[] = []
    const log = python.callback((x: number) => void seen.push(x), { fireAndForget: true })
    blocking.repeat(log, 3)
    expect(seen).toEqual([])
    await expect.poll(() => seen).toEqual([0, 1, 2])
  })

  it('is bounded: Python waits while 1,024 calls are on their way, and a blocking call does some of them', async () => {
    let calls = 0
    const slow = python.callback(() => void calls++, { fireAndForget: true })
    blocking.repeat(slow, 3000)
    expect(calls).toBeGreaterThanOrEqual(3000 - 1024)
    await expect.poll(() => calls).toBe(3000)
    await callbacks.from_threads(slow, 4, 2000)
    await expect.poll(() => calls).toBe(11_000)
  })

  it('keeps the order of each thread', async () => {
    const seen = new Map<number, number>()
    let inOrder = true
    const log = python.callback(
      (thread: number, number: number) => {
        inOrder &&= (seen.get(thread) ?? -1) + 1 === number
        seen.set(thread, number)
      },
      { fireAndForget: true },
    )
    await callbacks.from_threads(log, 3, 500)
    await expect.poll(() => [...seen.values()]).toEqual([499, 499, 499])
    expect(inOrder).toBe(true)
  })
})

describe('python.callback', () => {
  it('says the name and the signature', async () => {
    const fn = python.callback((...args: unknown[]) => args, { name: 'on_epoch', signature: 'epoch, *, loss=None' })
    expect(await callbacks.describe(fn)).toEqual(['on_epoch', '(epoch, *, loss=None)'])
    expect(await callbacks.describe(python.callback((a: number, b: number) => a + b))).toEqual([
      '<anonymous>',
      '(a, b, /)',
    ])
    expect(fn(1, 2)).toEqual([1, 2])
  })

  it('refuses what it does not know', () => {
    expect(() => python.callback(1 as never)).toThrow(ConversionError)
    expect(() => python.callback(() => 1, { forget: true } as never)).toThrow(
      'fireAndForget, keepAlive, name, signature',
    )
    expect(() => python.callback(() => 1, { name: 1 } as never)).toThrow('expected a string for the option name')
    expect(() => python.callback(() => 1, { signature: 'a\n' })).toThrow('expected one line')
  })
})

describe('what Python sees of a function', () => {
  const add = (a: number, b: number) => a + b

  it('a signature, through functools and typing too', async () => {
    expect(await callbacks.describe(add)).toEqual(['add', '(a, b, /)'])
    const double = (x: number) => 2 * x
    expect(await callbacks.describe_wrapped(double)).toEqual(['double', '(x, /)', 6])
    expect(await callbacks.describe_partial(add)).toEqual(['(b, /)', 3])
    expect(await callbacks.describe_typing(add)).toEqual([true, true, {}])
  })

  it('a signature of every kind of function, with defaults, patterns and rest', async () => {
    const holder = {
      method(_a: number, _b = 2, ..._rest: number[]) {},
      async *generator(_text = 'a, b') {},
      [`com${'puted'}`](_z: number) {},
      set value(_value: number) {},
    }
    class Made {
      constructor(
        readonly first: number,
        readonly second = [1, 2],
      ) {}
    }
    const kinds: [(...args: never[]) => unknown, string][] = [
      [(_epoch: number, _loss = 0.5) => 1, '(_epoch, _loss=0.5, /)'],
      [({ x, y }: { x: number; y: number }) => x + y, '(arg1, /)'],
      [(([x]: number[], { y = 1 }: { y?: number } = {}) => [x, y]) as never, '(arg1, arg2=…, /)'],
      [(...rest: number[]) => rest, '(*args)'],
      [async (x: number) => x, '(x, /)'],
      [holder.method, '(_a, _b=2, /, *args)'],
      [holder.generator, "(_text='a, b', /)"],
      [holder.computed as () => void, '(_z, /)'],
      [Object.getOwnPropertyDescriptor(holder, 'value')?.set as () => void, '(_value, /)'],
      [Made as never, '(first, second=[1, 2], /)'],
      [(_$: number, _a = Date.now(), _b?: number) => 1, '(arg1, _a=Date.now(), _b=undefined, /)'],
      [Math.max, '(arg1, arg2, /, *args)'],
      [add.bind(null), '(arg1, arg2, /, *args)'],
      [new Proxy(add, {}), '(arg1, arg2, /, *args)'],
      [() => 1, '()'],
    ]
    for (const [fn, expected] of kinds) expect((await callbacks.describe(fn))[1]).toBe(expected)
  })
})

describe('AsyncLocalStorage', () => {
  const storage = new AsyncLocalStorage<string>()
  const current = () => storage.getStore() ?? null

  it('is what it was where the function was last passed', async () => {
    await storage.run('first', () => callbacks.store('fn', current))
    expect(await callbacks.call_stored('fn')).toBe('first')
    expect(await storage.run('caller', () => callbacks.call_stored('fn'))).toBe('first')
    expect(storage.run('caller', () => blocking.call_stored('fn'))).toBe('first')
    await storage.run('second', () => callbacks.store('fn', current))
    expect(await callbacks.call_stored('fn')).toBe('second')
    expect(blocking.call_stored('fn')).toBe('second')
    await callbacks.drop('fn')
  })

  it('goes through an async function, and through Python called by a callback', async () => {
    const deep = async () => {
      await sleep(1)
      return callbacks.repeat(current, 1)
    }
    expect(await storage.run('outer', () => callbacks.repeat(deep, 1))).toBe('outer')
  })

  it('is left when a callback throws', async () => {
    const fail = () => {
      throw new Error('mine')
    }
    await storage.run('inside', () => expect(callbacks.repeat(fail, 1)).rejects.toThrow('mine'))
    expect(current()).toBe(null)
  })
})
