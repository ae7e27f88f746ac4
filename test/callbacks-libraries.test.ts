// Callbacks in the hands of real libraries, and to the limits: depth, count, what is thrown.
import { describe, expect, it } from 'vitest'
import { theChannel } from '../src/channel.js'
import { type NDArray, python } from '../src/index.js'

const pool = python.import('./python/callback_libraries.py')
const blocking = python.sync.import('./python/callback_libraries.py')

/** Each from a thread of the pool, and on the JavaScript thread. */
function both(title: string, name: string, fn: (...args: never[]) => unknown, expected: unknown): void {
  it(title, async () => {
    expect(await pool[name](fn)).toEqual(expected)
    expect(blocking[name](fn)).toEqual(expected)
  })
}

describe('libraries that call back', () => {
  both('functools.reduce', 'reduce', (a: number, b: number) => a * b, 24)
  both('re.sub', 'substitute', (digits: string) => `<${digits}>`, 'a<1>b<22>')
  both('threading', 'in_threads', (i: number) => i * i, [0, 1, 4, 9])
  const squares = Array.from({ length: 20 }, (_, i) => i * i)
  both('concurrent.futures', 'in_pool', (i: number) => i * i, squares)
  both('numpy.vectorize', 'vectorize', (x: number) => x + 0.5, [0.5, 1.5, 2.5, 3.5])
  both(
    'numpy.apply_along_axis',
    'along_axis',
    (row: NDArray) => (row.data as Float64Array).reduce((a, b) => a + b),
    [3, 12],
  )
  both('sqlite3.create_function', 'in_sqlite', (x: number) => x * 10, [10, 20])
  both('a transformer of scikit-learn', 'transform', (x: NDArray) => x, [
    [0, 1],
    [2, 3],
  ])
  both('threading.Timer', 'timer', () => undefined, true)

  it('a handler of logging', async () => {
    const seen: unknown[] = []
    const record = (...args: unknown[]) => void seen.push(args)
    await pool.log_to(record)
    blocking.log_to(record)
    expect(seen).toEqual([
      ['WARNING', 'low on memory'],
      ['WARNING', 'low on memory'],
    ])
  })
})

describe('callbacks inside callbacks', () => {
  it('go eight levels deep by the asynchronous API', async () => {
    const down = async (depth: number): Promise<number> => 1 + (await pool.bounce(down, depth - 1))
    expect(await pool.bounce(down, 8)).toBe(8)
  })

  it('and by the blocking one, from the pool and from the JavaScript thread', async () => {
    const down = (depth: number): number => 1 + blocking.bounce(down, depth - 1)
    expect(await pool.bounce(down, 8)).toBe(8)
    expect(blocking.bounce(down, 8)).toBe(8)
  })

  it('and by both in turn', async () => {
    const odd = (depth: number): number => 1 + blocking.bounce(even, depth - 1)
    const even = (depth: number): number => (depth === 0 ? 0 : 1 + blocking.bounce(odd, depth - 1))
    const outer = async (depth: number): Promise<number> => 1 + (await pool.bounce(even, depth - 1))
    expect(await pool.bounce(outer, 8)).toBe(8)
  })
})

describe('what a callback throws', () => {
  for (const [title, thrown] of Object.entries({
    'a string': 'text',
    'a number': 7,
    undefined,
    null: null,
    'an object': { code: 1 },
  })) {
    it(`comes back as itself: ${title}`, async () => {
      const fail = () => {
        throw thrown
      }
      const caught = async (call: () => unknown) => {
        try {
          await call()
        } catch (error) {
          return [error]
        }
        return undefined
      }
      expect(await caught(() => pool.reduce(fail))).toEqual([thrown])
      expect(await caught(() => blocking.reduce(fail))).toEqual([thrown])
      expect(await pool.raised_by(fail)).toBe('JavaScriptError')
    })
  }

  it('KeyboardInterrupt and SystemExit go through, and end nothing', async () => {
    for (const [name, type] of Object.entries({ interrupt: 'KeyboardInterrupt', leave: 'SystemExit' })) {
      expect(await pool.raised_by(() => blocking[name]())).toBe(type)
      expect(blocking.raised_by(() => blocking[name]())).toBe(type)
      const again = async () => pool[name]()
      expect(await pool.raised_by(again)).toBe(type)
    }
  })
})

describe('memory', () => {
  it('100,000 callbacks leave nothing behind', async () => {
    const { jsValues } = theChannel()
    const collect = async () => {
      await python.import('gc').collect()
      return jsValues.size
    }
    const one = (x: number) => x
    await pool.repeat(one, 10)
    const before = await collect()
    const { references, temps } = python.stats()
    expect(blocking.repeat(one, 100_000)).toBe(100_000)
    expect(await pool.repeat(one, 5000)).toBe(5000)
    for (let i = 0; i < 1000; i++) expect(blocking.repeat((x: number) => x, 1)).toBe(1)
    await expect.poll(collect).toBeLessThanOrEqual(before)
    expect(python.stats().references).toBeLessThanOrEqual(references + 2)
    expect(python.stats().temps).toBeLessThanOrEqual(temps + 2)
  }, 60_000)

  it('a cycle through both languages lives until one side lets go', async () => {
    const before = await pool.alive()
    const holder: { node?: unknown } = {}
    const node = await pool.cycle(() => holder)
    holder.node = node
    expect(await pool.alive()).toBe(before + 1)
    node.callback = null
    node.$release()
    await expect.poll(() => pool.alive()).toBe(before)
  })
})
