// A random mix of everything at once, the same for the same seed: nothing crashes, every answer is right, nothing stays.
import { expect, it } from 'vitest'
import { isReference, kw, NDArray, python } from '../../src/index.js'
import { collectUntil } from '../arrays/copying.js'
import { randomNumbers } from './random-numbers.mjs'

const steps = Number(process.env.SNAKEBRIDGE_STRESS_STEPS ?? 3000)
const seeds = (process.env.SNAKEBRIDGE_STRESS_SEEDS ?? '1,2,3').split(',').map(Number)

it.each(seeds)('seed %i', { timeout: 60_000 }, async (seed) => {
  const random = randomNumbers(seed)
  const below = (count: number): number => Math.floor(random() * count)
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T

  const lanes = [python, python.lane(`first ${seed}`), python.lane(`second ${seed}`)]
  const sync = python.sync
  const fixture = lanes.map((lane) => lane.import('../python/stress.py'))
  const blocking = sync.import('../python/stress.py')
  await fixture[0]!.forget()
  const before = python.stats()

  // biome-ignore lint/suspicious/noExplicitAny: references and values of every kind
  const kept: any[] = []
  const running: Promise<unknown>[] = []
  const check = (work: Promise<unknown>): void => {
    running.push(work)
  }
  const keep = (value: unknown): void => {
    if (kept.length < 40) kept.push(value)
    else kept[below(40)] = value
  }

  const operations: (() => void | Promise<void>)[] = [
    () => {
      const [a, b] = [below(1000), below(1000)]
      check(
        pick(fixture)
          .add(a, b)
          .then((sum: number) => expect(sum).toBe(a + b)),
      )
    },
    () => {
      const value = { a: [below(9), null, 'é😀'], b: new Map([[below(5), [true, 0.5]]]), c: new Set(['x']) }
      check(
        pick(fixture)
          .same(value)
          .then((back: unknown) => expect(back).toEqual(value)),
      )
    },
    () => {
      const number = below(1000)
      // Not `rejects`: the runner keeps what it was asked about until the test ends.
      check(
        pick(fixture)
          .fail(number)
          .then(
            () => expect.unreachable(),
            (error: Error) => expect(error.message).toBe(`failed ${number}`),
          ),
      )
    },
    () => {
      const number = below(1000)
      expect(() => blocking.fail(number)).toThrow(`failed ${number}`)
    },
    () => expect(blocking.add(2, 3)).toBe(5),
    () => keep(pick(fixture).make(below(100))),
    () => keep(blocking.make(below(100))),
    async () => keep(await pick(fixture).make(below(100))),
    async () => {
      const number = below(100)
      const made = pick(fixture).make(number)
      made.extra = [number]
      const settled = await made
      expect(isReference(settled)).toBe(true)
      expect(await settled.number).toBe(number)
      expect(await settled.extra).toEqual([number])
      settled.$release()
    },
    () => {
      const value = pick(kept)
      if (isReference(value))
        check(Promise.resolve(pick(fixture).number_of(value)).then((n) => expect(n).toBeTypeOf('number')))
    },
    async () => {
      const length = 1 + below(5000)
      const array: NDArray = await pick(fixture).ramp(length)
      expect(array.get(length - 1)).toBe(length - 1)
      expect(await pick(fixture).total(array)).toBe((length * (length - 1)) / 2)
      keep(array)
    },
    () => {
      const array: NDArray = blocking.ramp(1 + below(5000))
      keep(array.slice([null, null, 2]))
      keep(array.data.subarray(below(array.size)))
    },
    () => {
      const value = pick(kept)
      if (value instanceof NDArray || value instanceof Float64Array) {
        check(
          pick(fixture)
            .total(value)
            .then((sum: number) => expect(sum).toBeTypeOf('number')),
        )
        check(pick(fixture).hold(value))
      }
    },
    () => {
      const mine = new Float64Array(1 + below(2000)).fill(2)
      check(pick(fixture).hold(mine))
      check(
        pick(fixture)
          .total(mine)
          .then((sum: number) => expect(sum).toBe(mine.length * 2)),
      )
      keep(mine)
    },
    () => {
      const mine = new Float64Array(1 + below(2000)).fill(1)
      const total = pick(fixture).total(mine)
      if (random() < 0.5) structuredClone(mine.buffer, { transfer: [mine.buffer] })
      check(
        total.then(
          (sum: number) => expect(sum).toBeGreaterThan(0),
          (error: Error) => expect(error.message).toContain('detached'),
        ),
      )
    },
    () => check(pick(fixture).drop()),
    () => check(pick(fixture).sleep(below(3) / 1000)),
    () => check(pick(fixture).keywords(kw({ a: below(9), b: [1, 2] }))),
    () => {
      if (random() < 0.2) (globalThis.gc as () => void)()
    },
    () => {
      kept.length = below(kept.length + 1)
    },
    () => {
      const value = pick(kept)
      if (isReference(value)) {
        kept.splice(0, kept.length, ...kept.filter((other) => other !== value))
        value.$release()
      }
    },
  ]

  for (let step = 0; step < steps; step++) {
    await pick(operations)()
    if (running.length > 50) await Promise.all(running.splice(0))
    else if (random() < 0.2) await new Promise(setImmediate)
  }
  await Promise.all(running.splice(0))
  kept.length = 0
  await fixture[0]!.forget()

  await collectUntil(() => {
    const now = python.stats() // the last batch gives back what was collected
    return now.buffers <= before.buffers && now.references <= before.references && now.batchesInFlight === 0
  })
  const { buffers, bufferBytes, references, batchesInFlight } = python.stats()
  expect({ buffers, bufferBytes, batchesInFlight }).toEqual({
    buffers: before.buffers,
    bufferBytes: before.bufferBytes,
    batchesInFlight: 0,
  })
  expect(references).toBeLessThanOrEqual(before.references)
  expect(await fixture[0]!.living()).toBe(0)
})
