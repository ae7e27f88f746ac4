import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PythonError, PythonValueError, python } from '../src/index.js'

const { builtins } = python
const unhandled: unknown[] = []
const listener = (error: unknown) => unhandled.push(error)
let others: NodeJS.UnhandledRejectionListener[] = []

beforeEach(() => {
  unhandled.length = 0
  others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', listener)
})
afterEach(() => {
  process.removeListener('unhandledRejection', listener)
  for (const other of others) process.on('unhandledRejection', other)
})

const settled = (promise: PromiseLike<unknown>) => Promise.resolve(promise).then(String, (error: unknown) => error)

async function quiet(): Promise<void> {
  await python.import('time').sleep(0.02)
  await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('a failed operation', () => {
  it('fails what depends on it with the same error object', async () => {
    const number = builtins.int('not a number')
    const sum = builtins.abs(number).$add(1)
    const [first, second] = await Promise.all([settled(sum), settled(number)])
    expect(first).toBeInstanceOf(PythonValueError)
    expect(second).toBe(first)
    expect(await settled(builtins.abs(number))).toBe(first)
    await quiet()
    expect(unhandled).toEqual([])
  })

  it('is one unhandled rejection when nobody awaits it or what depends on it', async () => {
    builtins.abs(builtins.int('unheard of'))
    await quiet()
    expect(unhandled.map(String)).toEqual(["PythonValueError: invalid literal for int() with base 10: 'unheard of'"])
  })

  it('is an unhandled rejection when it is a statement', async () => {
    const object = await builtins.object()
    object.attribute = 1
    await quiet()
    delete object.attribute
    await quiet()
    expect(unhandled.map((error) => (error as PythonError).pythonType)).toEqual(['AttributeError', 'AttributeError'])
  })

  it('names the line that made the call', async () => {
    const error = (await settled(builtins.int('x'))) as Error
    expect(error.stack).toMatch(/^PythonValueError: .*\n {4}at .*failures\.test\.ts:\d+/)
  })

  it('throws at once through the blocking API, with the caller on its stack', () => {
    let error: unknown
    try {
      python.sync.builtins.int('x')
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(PythonValueError)
    expect((error as Error).stack).toMatch(/\n {4}at .*failures\.test\.ts:\d+/)
  })
})

describe('an argument that cannot cross', () => {
  it('throws where the call is written, and the next call works', async () => {
    expect(() => builtins.len([1, { key: [Symbol('no')] }])).toThrow('argument 1[1].key[0]')
    expect(await builtins.len([1, 2])).toBe(2)
  })

  it('leaves what was written before it as it was', async () => {
    const before = builtins.len([1, 2, 3])
    expect(() => builtins.len(Symbol('s'))).toThrow('Symbol')
    const after = builtins.len([1])
    expect(await Promise.all([before, after])).toEqual([3, 1])
  })

  it('passes on what a getter throws', async () => {
    const mine = new RangeError('mine')
    const hostile = {
      get value() {
        throw mine
      },
    }
    expect(() => builtins.len(hostile)).toThrow(mine)
    expect(await builtins.len([])).toBe(0)
  })

  it('refuses getters that use Python themselves', async () => {
    const nested = {
      get value() {
        return builtins.len([])
      },
    }
    expect(() => builtins.len(nested)).toThrow('a getter or a Proxy that does')
    expect(await builtins.len([])).toBe(0)
  })
})
