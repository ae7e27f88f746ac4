import { describe, expect, it } from 'vitest'
import {
  kw,
  type PythonError,
  PythonTimeoutError,
  PythonValueError,
  PythonZeroDivisionError,
  python,
  TimeoutError,
} from '../src/index.js'

const contexts = python.import('./python/contexts.py')

describe('python.with', () => {
  it('enters nothing where there is no function to call', async () => {
    const entered: string[] = []
    const manager = python.eval('manager(enter)', { manager: contexts.entering, enter: () => entered.push('entered') })
    const missing = undefined as unknown as () => void
    await expect(python.with(manager, missing)).rejects.toThrow('expected a function for python.with, got undefined')
    expect(() => python.sync.with(python.sync.import('io').StringIO(), missing)).toThrow(
      'expected a function for python.sync.with, got undefined',
    )
    expect(entered).toEqual([])
  })

  it('gives what __enter__ gave and returns what the function returned', async () => {
    const manager = await contexts.Recorder(5)
    expect(await python.with(manager, async (value) => value + 1)).toBe(6)
    expect(await manager.left_with).toEqual([[null, null, false]])
  })

  it('hands Python’s own exception over, and throws it again', async () => {
    const manager = await contexts.Recorder()
    const work = python.with(manager, () => python.eval('1 / 0'))
    await expect(work).rejects.toBeInstanceOf(PythonZeroDivisionError)
    expect(await manager.left_with).toEqual([['ZeroDivisionError', 'division by zero', true]])
  })

  it('hands a JavaScript error over, and throws the same object again', async () => {
    const manager = await contexts.Recorder()
    const mine = new RangeError('mine')
    const work = python.with(manager, async () => {
      throw mine
    })
    await expect(work).rejects.toBe(mine)
    expect(await manager.left_with).toEqual([['JavaScriptError', 'RangeError: mine', false]])
  })

  it('lets the manager suppress the error', async () => {
    const work = python.with(contexts.Recorder(1, true), async () => {
      throw new Error('suppressed')
    })
    expect(await work).toBeUndefined()
  })

  it('fails when __exit__ does', async () => {
    await expect(python.with(contexts.Failing(), async () => 1)).rejects.toThrow('on the way out')
  })

  it('fails when __enter__ does, without calling the function', async () => {
    let called = false
    const work = python.with(contexts.NoEntry(), async () => {
      called = true
    })
    await expect(work).rejects.toThrow('on the way in')
    expect(called).toBe(false)
    await expect(python.with(python.builtins.int('x'), async () => 1)).rejects.toBeInstanceOf(PythonValueError)
  })

  it('handles the exception while __exit__ runs: bare raise, sys.exc_info, __context__, ExitStack', async () => {
    const inspector = await contexts.Inspector()
    const mine = new Error('mine')
    const fail = async () => {
      throw mine
    }
    await expect(python.with(inspector, fail)).rejects.toBe(mine)
    expect(await inspector.handled).toBe(true)
    const error = await python.with(contexts.Failing(), fail).catch((reason) => reason)
    expect(error).toMatchObject({ pythonType: 'RuntimeError', message: 'on the way out' })
    expect(error.context).toBe(mine)
    await expect(python.with(contexts.Reraising(), fail)).rejects.toBe(mine)
    const stack = await python.import('contextlib').ExitStack()
    const recorder = await contexts.Recorder(1, true)
    await stack.enter_context(recorder)
    expect(await python.with(stack, fail)).toBeUndefined()
    expect(await recorder.left_with).toEqual([['JavaScriptError', 'Error: mine', false]])
  })

  it('works with generators, nested, and with what Python offers', async () => {
    const log = await python.builtins.list([]).$keep
    const result = await python.with(contexts.logged(log, 'outer'), async (outer) =>
      python.with(contexts.logged(log, 'inner'), (inner) => [outer, inner]),
    )
    expect(result).toEqual(['outer', 'inner'])
    expect(await log.$toArray()).toEqual(['enter outer', 'enter inner', 'leave inner None', 'leave outer None'])
    const failing = python.with(contexts.logged(log, 'failing'), () => python.eval('[][0]'))
    await expect(failing).rejects.toMatchObject({ pythonType: 'IndexError' })
    expect(await log[-1]).toBe("leave failing IndexError('list index out of range')")
    const suppress = python.import('contextlib').suppress(python.builtins.KeyError)
    expect(await python.with(suppress, () => python.eval('{}["x"]'))).toBeUndefined()
    const folder = await python.with(python.import('tempfile').TemporaryDirectory(), async (name) => name)
    expect(await python.import('os').path.exists(folder)).toBe(false)
    const lock = python.import('threading').Lock()
    expect(await python.with(lock, () => lock.locked())).toBe(true)
    expect(await lock.locked()).toBe(false)
  })

  it('takes a function that is not async, and one that throws what is no error', async () => {
    expect(await python.with(contexts.Recorder(3), (value) => value)).toBe(3)
    const manager = await contexts.Recorder()
    await expect(
      python.with(manager, () => {
        throw 'text'
      }),
    ).rejects.toBe('text')
    expect(await manager.left_with).toEqual([['JavaScriptError', 'Error: text', false]])
  })

  it('lets the traceback of Python’s exception begin where it was raised', async () => {
    const error = await python
      .with(contexts.Recorder(), () => contexts.raising())
      .catch((reason: PythonError) => reason)
    expect(error.frames.map((frame: { function: string }) => frame.function)).toEqual(['raising'])
  })

  it('refuses what is no context manager', async () => {
    await expect(python.with(python.builtins.object(), async () => 1)).rejects.toThrow('expected a context manager')
  })
})

describe('python.sync.with', () => {
  it('does the same at once', () => {
    const manager = python.sync.import('contextlib').nullcontext(3)
    expect(python.sync.with(manager, (value) => value * 2)).toBe(6)
    const mine = new Error('mine')
    expect(() =>
      python.sync.with(manager, () => {
        throw mine
      }),
    ).toThrow(mine)
    const suppress = python.sync.import('contextlib').suppress(python.sync.builtins.KeyError)
    expect(python.sync.with(suppress, () => python.sync.eval('{}["x"]'))).toBeUndefined()
    expect(() => python.sync.with(python.sync.builtins.object(), () => 1)).toThrow('expected a context manager')
    expect(() => python.sync.with({} as never, () => 1)).toThrow('expected a reference')
  })
})

describe('python.with of an asynchronous context manager', () => {
  const { Manager, take_journal, timeout_manager, late_timeout } = python.import('./python/coroutines.py')

  it('enters and leaves it on the event loop, in one task', async () => {
    await take_journal()
    expect(await python.with(Manager(), async (value) => `${value}!`)).toBe('value!')
    expect(await take_journal()).toEqual(['enter', 'exit same task None'])
  })

  it('hands errors over, which it may suppress', async () => {
    await take_journal()
    const mine = new RangeError('mine')
    const fail = () => {
      throw mine
    }
    await expect(python.with(Manager(), fail)).rejects.toBe(mine)
    expect(await python.with(Manager(true), fail)).toBeUndefined()
    await expect(python.with(Manager(), () => python.eval('1 / 0'))).rejects.toBeInstanceOf(PythonZeroDivisionError)
    expect(await take_journal()).toEqual([
      'enter',
      'exit same task RangeError: mine',
      'enter',
      'exit same task RangeError: mine',
      'enter',
      'exit same task division by zero',
    ])
  })

  it('tells of a manager that ended by itself', async () => {
    const work = python.with(late_timeout(0.05), () => new Promise((resolve) => setTimeout(resolve, 150)))
    await expect(work).rejects.toThrow(PythonTimeoutError)
  })

  it('leaves it when entering is cancelled', async () => {
    await take_journal()
    const work = python.with(timeout_manager(), () => 1, kw({ $timeout: 50 }))
    await expect(work).rejects.toThrow(TimeoutError)
    expect(await take_journal()).toEqual(['cancelled'])
  })

  it('has a blocking twin', () => {
    const blocking = python.sync.import('./python/coroutines.py')
    blocking.take_journal()
    expect(python.sync.with(blocking.Manager(), (value) => `${value}!`)).toBe('value!')
    expect(() =>
      python.sync.with(blocking.Manager(), () => {
        throw new RangeError('mine')
      }),
    ).toThrow(RangeError)
    expect(blocking.take_journal()).toEqual([
      'enter',
      'exit same task None',
      'enter',
      'exit same task RangeError: mine',
    ])
    expect(() => python.sync.with(blocking.timeout_manager(), () => 1, kw({ $timeout: 50 }))).toThrow(TimeoutError)
  })
})
