import { describe, expect, it } from 'vitest'
import { PythonZeroDivisionError, python } from '../src/index.js'

const contexts = python.import('./python/contexts.py')

describe('python.with', () => {
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
  })
})
