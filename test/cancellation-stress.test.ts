import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { AbortError, kw, python } from '../src/index.js'

const cancelled = python.import('./python/cancelled.py')
const math = python.import('math')

beforeAll(async () => {
  await cancelled
  await python.import('asyncio').sleep(0)
})

/** Reproducible. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

it('settles each of 1,000 calls that are cancelled at random times exactly once, and leaves nothing', async () => {
  const next = random(7)
  const calls = [
    (options: unknown) => cancelled.wait('x', 0.005, options),
    (options: unknown) => cancelled.spin(0.0005, options),
    (options: unknown) => cancelled.spin_and_clean_up_shortly(0.0005, options),
    (options: unknown) => python.import('time').sleep(0.001, options),
    (options: unknown) => math.sqrt(cancelled.spin(0.0005), options),
    (options: unknown) => python.builtins.len(cancelled.wait('y', 0.003).$await(options)),
    (options: unknown) => python.lane('stress').import('./python/cancelled.py').spin(0.0005, options),
  ]
  const before = python.stats()
  let settled = 0
  let aborted = 0
  for (let round = 0; round < 20; round++) {
    const work = Array.from({ length: 50 }, async (_, i) => {
      const controller = new AbortController()
      const call = calls[i % calls.length] as (options: unknown) => PromiseLike<unknown>
      const wait = next() * 40
      const promise = call(kw({ $signal: controller.signal }))
      if (wait < 2) controller.abort()
      else setTimeout(() => controller.abort(), wait)
      let times = 0
      await promise.then(
        () => times++,
        (error: unknown) => {
          times++
          expect(error).toBeInstanceOf(AbortError)
          aborted++
        },
      )
      await delay(next() * 3)
      expect(times).toBe(1)
      settled++
    })
    await Promise.all(work)
    expect(await math.sqrt(round * round)).toBe(round)
  }
  expect(settled).toBe(1000)
  expect(aborted).toBeGreaterThan(50)
  await expect.poll(() => python.stats().batchesInFlight, { timeout: 20_000 }).toBe(0)
  await expect
    .poll(
      async () => {
        ;(globalThis as unknown as { gc(): void }).gc()
        await delay(20)
        await math.sqrt(1)
        return python.stats().temps
      },
      { timeout: 20_000 },
    )
    .toBeLessThanOrEqual(before.temps + 10)
  expect(await python.lane('stress').import('math').sqrt(16)).toBe(4)
})
