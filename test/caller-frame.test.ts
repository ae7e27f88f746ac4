// What Python code finds when it asks for its caller, and that is JavaScript: libraries look there for names.
import { describe, expect, it } from 'vitest'
import { kw, python } from '../src/index.js'

const pd = python.import('pandas')
const callers = python.import('./python/callers.py')

describe('the frame of who called from JavaScript', () => {
  it('is of module __main__', async () => {
    expect(await callers.caller()).toEqual(['__main__', '<JavaScript>', '<module>'])
    expect(python.sync.import('./python/callers.py').caller()).toEqual(['__main__', '<JavaScript>', '<module>'])
  })

  it('is that of a module: its locals are its globals', async () => {
    expect(await callers.namespace_of_caller()).toEqual([true, 1, '__main__'])
  })

  it('is the last one', async () => {
    expect(await callers.depth()).toBe(2)
    expect(await callers.of_caller()).toBe(null)
    await expect(callers.caller(2)).rejects.toThrow('call stack is not deep enough')
  })

  it('is not there for a thread of Python, whose frames are its own', async () => {
    await expect(callers.past_the_last_in_thread()).resolves.toBe('call stack is not deep enough')
  })

  it('leaves depths and refusals as they are', async () => {
    expect(await callers.own_frame()).toBe('own_frame')
    await expect(python.import('sys')._getframe('x')).rejects.toThrow(/interpreted as an integer/)
    await expect(python.import('sys')._getframe(10n ** 30n)).rejects.toThrow(/int/)
  })

  it('serves DataFrame.query and DataFrame.eval', async () => {
    const frame = pd.DataFrame({ a: [1, 2, 3], b: [3, 2, 1] })
    expect(await frame.query('a > 1').a.tolist()).toEqual([2, 3])
    expect(await frame.query('a > @least', kw({ local_dict: { least: 2 } })).a.tolist()).toEqual([3])
    expect(await frame.eval('a + b').tolist()).toEqual([4, 4, 4])
    expect(
      python.sync
        .import('pandas')
        .DataFrame({ a: [1, 2] })
        .query('a > 1')
        .a.tolist(),
    ).toEqual([2])
  })
})
