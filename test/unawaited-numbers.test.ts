// Numbers, bools and None that nobody has awaited: they are in JavaScript already, and Python keeps nothing for them.
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { python } from '../src/index.js'

const math = python.import('math')
const builtins = python.builtins
const here = python.eval('lambda x: x')

/** Everything that was written has ended, and what it gave back has arrived. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await math.sqrt(4)
    await new Promise(setImmediate)
  }
}

describe('what nobody awaits', () => {
  it('is not kept by Python when it is a number, a bool or None', async () => {
    await here(1)
    await settled()
    const before = python.stats().temps
    const kept = [1.5, -0, 7, 2 ** 40, 2n ** 60n, true, null].map((value) => here(value))
    await settled()
    expect(python.stats().temps).toBe(before)
    expect(await Promise.all(kept)).toEqual([1.5, -0, 7, 2 ** 40, 2n ** 60n, true, null])
  })

  it('is kept when it is anything else', async () => {
    await settled()
    const before = python.stats().temps
    const kept = ['text', 2n ** 70n, [1], { a: 1 }].map((value) => here(value))
    await settled()
    expect(python.stats().temps).toBe(before + kept.length)
    expect(await Promise.all(kept)).toEqual(['text', 2n ** 70n, [1], { a: 1 }])
  })

  it('is awaited later without a trip', async () => {
    const root = math.sqrt(16)
    await settled()
    const { trips } = python.stats()
    expect(inspect(root)).toContain('pending')
    expect(await root).toBe(4)
    expect(python.stats().trips).toBe(trips)
    expect(inspect(root)).toContain('awaited')
  })

  it('stays a float or an int where it is used', async () => {
    const float = math.sqrt(16)
    const int = math.isqrt(16)
    await settled()
    expect(await builtins.repr(float)).toBe('4.0')
    expect(await builtins.repr(int)).toBe('4')
    expect(await builtins.repr([float, int])).toBe('[4.0, 4]')
  })

  it('gives a reference where one is asked for', async () => {
    const float = math.sqrt(16)
    await settled()
    expect(inspect(await float.$keep)).toContain('4.0')
  })

  it('is awaited while it is under way', async () => {
    const made = Array.from({ length: 300 }, (_, i) => math.sqrt(i * i))
    await Promise.resolve()
    await Promise.resolve()
    await Promise.resolve()
    expect(await Promise.all(made)).toEqual(Array.from({ length: 300 }, (_, i) => i))
  })

  it('is there for Python where a function answers with it', async () => {
    const call = python.eval('lambda function: function()')
    const count = Array.from({ length: 400 }, (_, i) => i)
    expect(await Promise.all(count.map((i) => call(() => math.sqrt(i * i))))).toEqual(count)
  })

  it('fails as it did', async () => {
    const heard = new Promise((resolve) => process.once('unhandledRejection', resolve))
    math.sqrt(-1)
    expect(await heard).toMatchObject({ pythonType: 'ValueError' })
  })
})
