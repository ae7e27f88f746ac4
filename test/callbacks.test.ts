import { describe, expect, it } from 'vitest'
import { theChannel } from '../src/channel.js'
import { kw, PythonLookupError, PythonValueError, python } from '../src/index.js'

const callbacks = python.import('./python/callbacks.py')
const blocking = python.sync.import('./python/callbacks.py')
const { builtins } = python.sync

describe('a JavaScript function in Python', () => {
  it('is called from a thread of the pool, and on the JavaScript thread', async () => {
    const negative = (x: number) => -x
    expect(await python.builtins.sorted([3, 1, 2], kw({ key: negative }))).toEqual([3, 2, 1])
    expect(builtins.sorted([2.5, 1.5, 3.5], kw({ key: negative }))).toEqual([3.5, 2.5, 1.5])
  })

  it('is the same object while it lives, and comes back as itself', async () => {
    const fn = () => 1
    expect(await callbacks.are_same(fn, fn)).toBe(true)
    expect(await callbacks.identity([fn, { fn }])).toEqual([fn, { fn }])
    await callbacks.store('kept', fn)
    expect(await callbacks.is_stored('kept', fn)).toBe(true)
    expect(blocking.take('kept')).toBe(fn)
  })

  it('takes attributes, as decorators set them, for as long as Python holds it', async () => {
    const fn = (a: number, b: number) => [a, b]
    const marked = python.sync.exec(`
import functools, inspect
def mark(f):
    f.marks = getattr(f, 'marks', []) + ['one']
    f.__name__ = 'renamed'
    f.__doc__ = 'what it does'
    return f
def look(f):
    return [f.marks, f.__name__, f.__qualname__, f.__doc__, vars(f)['marks'], str(inspect.signature(f)), f(1, 2)]
def wrapped(f):
    wrapper = functools.wraps(f)(lambda *args: f(*args))
    return [wrapper.marks, wrapper.__name__, wrapper.__doc__]
def sign(f):
    f.__signature__ = inspect.signature(lambda x, /, *, y: None)
    return str(inspect.signature(f))
def unmark(f):
    del f.marks
    try:
        del f.__name__
    except TypeError as error:
        return [hasattr(f, 'marks'), str(error)]
`)
    const held = marked.mark.$keep(fn)
    marked.mark(fn)
    expect(marked.look(fn)).toEqual([
      ['one', 'one'],
      'renamed',
      'fn',
      'what it does',
      ['one', 'one'],
      '(a, b, /)',
      [1, 2],
    ])
    expect(await python.eval('look(f)', { look: marked.look, f: fn })).toEqual(marked.look(fn))
    expect(marked.wrapped(fn)).toEqual([['one', 'one'], 'renamed', 'what it does'])
    expect(marked.sign(fn)).toBe('(x, /, *, y)')
    expect(marked.unmark(fn)).toEqual([false, 'this attribute of a JavaScript function cannot be deleted'])
    held?.$release?.()
  })

  it('is forgotten when Python has dropped it, however often it was sent', async () => {
    const { jsValues } = theChannel()
    await callbacks.collect()
    const before = jsValues.size
    for (let i = 0; i < 10; i++) {
      const fn = () => i
      const result = callbacks.identity([fn, fn, () => i])
      expect((await result)[0]).toBe(fn)
      result.$release()
      blocking.identity(fn)
    }
    expect(() => callbacks.identity([() => 1, Symbol('s')])).toThrow()
    await expect(callbacks.identity(callbacks.missing, () => 1)).rejects.toThrow()
    await callbacks.collect()
    await expect.poll(() => jsValues.size).toBe(before)
  })

  it('gets its arguments by the table, and what has no value as references', async () => {
    const seen: unknown[] = []
    await callbacks.call_with((...args: unknown[]) => void seen.push(...args))
    expect(seen.slice(0, 4)).toEqual([1, 2.5, 'text', [1, { a: null }]])
    expect(await (seen[4] as { value: Promise<number> }).value).toBe(42)
    blocking.call_with((...args: unknown[]) => void seen.push(...args))
    expect((seen[9] as { value: number }).value).toBe(42)
  })

  it('gets keyword arguments as one plain object, the last argument', async () => {
    const args = await callbacks.call_keywords((...all: unknown[]) => all)
    expect(args).toEqual([1, { size: 2, values: [3] }])
    expect(await callbacks.call_empty((...all: unknown[]) => all)).toEqual([])
  })

  it('that throws raises in Python, and the error comes back as itself', async () => {
    const mine = new RangeError('mine')
    const fail = () => {
      throw mine
    }
    await expect(callbacks.invoke(fail)).rejects.toBe(mine)
    expect(() => blocking.invoke(fail)).toThrow(mine)
    expect(await callbacks.caught(fail)).toEqual(['JavaScriptError', 'RangeError: mine'])
  })

  it('lets a Python exception through as itself', async () => {
    const raising = (...args: unknown[]) => blocking.raise_value(...args)
    expect(await callbacks.passes_through(raising)).toBe(true)
    expect(blocking.passes_through(raising)).toBe(true)
    await expect(callbacks.invoke(raising)).rejects.toBeInstanceOf(PythonValueError)
  })

  it('raises an exception of Python that it throws: a reference, pending or not, or a class', async () => {
    const { builtins } = python
    const kept = await builtins.KeyError('kept')
    const thrown: [unknown, string][] = [
      [builtins.KeyError('key'), 'key'],
      [kept, 'kept'],
      [builtins.KeyError, ''],
    ]
    for (const [error, text] of thrown) {
      const fail = () => {
        throw error
      }
      expect(await callbacks.caught(fail)).toEqual(['KeyError', text && `'${text}'`])
      expect(await callbacks.caught(async () => fail())).toEqual(['KeyError', text && `'${text}'`])
      expect(blocking.caught(fail)).toEqual(['KeyError', text && `'${text}'`])
    }
    const error = await Promise.resolve(callbacks.invoke(() => Promise.reject(kept))).catch((error) => error)
    expect(error).toBeInstanceOf(PythonLookupError)
    expect(error.$exception).toBe(kept)
    const list = await builtins.list([1]).$keep // no exception: it comes back as it was thrown
    expect(await Promise.resolve(callbacks.invoke(() => Promise.reject(list))).catch((error) => error)).toBe(list)
    let count = 0
    const next = () => {
      if (count === 3) throw builtins.StopIteration()
      return count++
    }
    expect(await builtins.list(builtins.iter(next, -1))).toEqual([0, 1, 2])
  })

  it('is itself in a copy of what holds it, as functions of Python are', async () => {
    const fn = () => 1
    const copy = python.import('copy')
    expect(await copy.copy(fn)).toBe(fn)
    expect(await copy.deepcopy([fn, { fn }])).toEqual([fn, { fn }])
    const { FunctionTransformer } = python.import('sklearn.preprocessing')
    const clone = await python.import('sklearn.base').clone(FunctionTransformer(fn))
    expect(await clone.func).toBe(fn)
  })

  it('that returns what throws when it is looked at for a `then` raises that', async () => {
    const error = new RangeError('mine')
    const fails = () => {
      throw error
    }
    const { proxy: revoked, revoke } = Proxy.revocable({}, {})
    revoke()
    const unreadable = Object.defineProperty({}, 'then', { get: fails })
    const call = await python.eval('lambda f: f()')
    const blocking = python.sync.eval('lambda f: f()')
    for (const returned of [unreadable, { then: fails }, new Proxy({}, { get: fails })]) {
      expect(await call(() => returned).catch((caught: unknown) => caught)).toBe(error)
      expect(await call(python.callback(() => returned)).catch((caught: unknown) => caught)).toBe(error)
    }
    expect(() => blocking(() => unreadable)).toThrow(error)
    await expect(call(() => revoked)).rejects.toThrow('revoked')
    expect(() => blocking(() => revoked)).toThrow('revoked')
    expect(await call(() => 1)).toBe(1)
  })

  it('that is async is awaited by the thread that called it', async () => {
    const later = async (x: number) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return x + 1
    }
    expect(await callbacks.invoke(later, 1)).toBe(2)
  })

  it('cannot return a promise to a blocking call', () => {
    expect(() => blocking.invoke(async function later() {})).toThrow('the function later')
  })
})
