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

  it('is found by f_back, too', async () => {
    expect(await callers.names_above()).toEqual(['__main__:<JavaScript>:1'])
    expect(await python.lane('frames').import('./python/callers.py').names_above()).toEqual(['__main__:<JavaScript>:1'])
    expect(await callers.same_names_above()).toBe(true)
  })

  it('is not below a blocking call, which takes no longer than entering it would', () => {
    expect(python.sync.import('./python/callers.py').names_above()).toEqual([])
  })

  it('is the same for every call of a turn, after errors too', async () => {
    const failed = callers.caller('x')
    const above = [callers.names_above(), callers.names_above()]
    await expect(failed).rejects.toThrow(/int/)
    expect(await Promise.all(above)).toEqual([['__main__:<JavaScript>:1'], ['__main__:<JavaScript>:1']])
  })

  it('is in no traceback', async () => {
    const error: unknown = await python.eval('1 / 0').catch((thrown: unknown) => thrown)
    expect(String((error as { traceback: string }).traceback)).not.toContain('<JavaScript>')
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

// What each gives is what it gives in a line of `__main__`.
describe.each([
  ['awaited', python.builtins],
  ['blocking', python.sync.builtins],
] as const)('builtins that want the names of their caller, %s', (_title, builtins) => {
  it('gives those of __main__', async () => {
    await python.import('__main__').$set('frame_test', 19)
    for (const name of ['globals', 'locals', 'vars'])
      expect(await builtins[name]()).toMatchObject({ __name__: '__main__', frame_test: 19 })
    expect(await builtins.dir()).toContain('frame_test')
  })

  it('runs code in them', async () => {
    await builtins.exec('frame_test = 20')
    expect(await builtins.eval('frame_test + 1')).toBe(21)
    expect(await builtins.eval.$call('frame_test + 2')).toBe(22)
    const evaluate = await builtins.eval
    expect(await evaluate('frame_test + 3')).toBe(23)
    await builtins.exec('del frame_test')
    expect(await builtins.eval('"frame_test" in dir()')).toBe(false)
  })

  it('runs it once, when it fails', async () => {
    const runs = python.import('collections').deque()
    const fail = async (code: string, ...rest: unknown[]) => builtins.exec(code, ...rest)
    const names = { runs }
    await expect(fail('runs.append(1)\nraise SystemError', names)).rejects.toThrow()
    await expect(fail('runs.append(1)\nlen(0)', names)).rejects.toThrow()
    expect(await runs.$len).toBe(2)
    await expect(fail('len(0')).rejects.toThrow('never closed')
    await expect(fail('1 / 0')).rejects.toThrow('division')
    await expect(async () => builtins.vars(1)).rejects.toThrow('__dict__')
    await expect(async () => builtins.eval(1)).rejects.toThrow('eval() arg 1')
  })
})
