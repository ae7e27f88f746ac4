// The bound of a lane's queue: clear errors, and nothing lost.
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { LaneFullError, python } from '../src/index.js'

const file = './python/lanes.py'
let gates = 0

beforeAll(async () => {
  await python.start({ poolSize: 2, queueLimit: 50 })
})

/** Keeps the lane busy until the function it gives is called. */
async function occupy(lane: string, times = 1): Promise<() => Promise<unknown>> {
  const gate = `gate ${gates++}`
  const { wait } = await python.lane(lane).import(file)
  const waiting = Array.from({ length: times }, () => Promise.resolve(wait(gate)))
  const isWaiting = (call: { lane: string; operation: string }) => call.lane === lane && call.operation === '.wait()'
  await until(() => python.stats().running.filter(isWaiting).length === times)
  return async () => {
    python.sync.import(file).open_gate(gate)
    await Promise.all(waiting)
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !holds(); ) {
    if (Date.now() > end) expect.fail(`waited in vain: ${JSON.stringify(python.stats())}`)
    await delay(2)
  }
}

it('refuses a turn when as many operations wait for a lane as it allows, and takes the next when there is room', async () => {
  const lane = python.lane('bounded', { queueLimit: 3 })
  const math = await lane.import('math')
  const leave = await occupy('bounded')
  const accepted = Promise.all([math.sqrt(1), math.sqrt(4), math.sqrt(9)])
  await delay(0)
  expect(python.stats().lanes.find(({ name }) => name === 'bounded')).toMatchObject({ waiting: 3, queueLimit: 3 })
  const refused = await Promise.allSettled([math.sqrt(16), math.sqrt(25)])
  for (const { reason } of refused as PromiseRejectedResult[]) {
    expect(reason).toBeInstanceOf(LaneFullError)
    expect(reason).toBe((refused[0] as PromiseRejectedResult).reason)
    expect(reason).toMatchObject({ code: 'ERR_SNAKEBRIDGE_LANE_FULL', lane: 'bounded', waiting: 3, limit: 3 })
    expect(reason.message).toBe(
      'expected fewer than 3 operations waiting for the lane bounded, got 3: await results before writing more, ' +
        'or raise python.lane("bounded", { queueLimit })',
    )
  }
  expect(await python.import('math').sqrt(36)).toBe(6) // other lanes go on
  await leave()
  expect(await accepted).toEqual([1, 2, 3])
  expect(await math.sqrt(49)).toBe(7)
})

it('counts operations of the pool that nobody has begun, not batches', async () => {
  const { sleep } = await python.import('time')
  const many = Array.from({ length: 60 }, () => Promise.resolve(sleep(0.01)))
  await delay(5)
  expect(python.stats().pool).toMatchObject({ queueLimit: 50, limit: 2 })
  expect(python.stats().pool.waiting).toBeGreaterThanOrEqual(50)
  await expect(Promise.resolve(sleep(0))).rejects.toThrow(
    /^expected fewer than 50 operations waiting for the pool, got \d+: await results before writing more, or raise python\.start\(\{ queueLimit \}\)$/,
  )
  await Promise.all(many)
  expect(await sleep(0)).toBe(null)
  await until(() => python.stats().pool.waiting === 0)
})

it('takes a turn of any size when there is room', async () => {
  const { sqrt } = await python.import('math')
  const roots = await Promise.all(Array.from({ length: 5000 }, (_, i) => sqrt(i * i)))
  expect(roots[4999]).toBe(4999)
})

it('fails what depends on a refused operation with the same error', async () => {
  const lane = python.lane('dependent', { queueLimit: 1 })
  const builtins = await lane.import('builtins')
  const leave = await occupy('dependent')
  const first = Promise.resolve(builtins.len([1]))
  await delay(0)
  const refused = builtins.list([1, 2])
  const [one] = await Promise.allSettled([refused.$len])
  const [two] = await Promise.allSettled([python.builtins.len(refused)])
  expect((one as PromiseRejectedResult).reason).toBeInstanceOf(LaneFullError)
  expect((two as PromiseRejectedResult).reason).toBe((one as PromiseRejectedResult).reason)
  await leave()
  expect(await first).toBe(1)
})

it('keeps a result whose value could not be asked for', async () => {
  const lane = python.lane('fetched', { queueLimit: 1 })
  const builtins = await lane.import('builtins')
  const kept = builtins.list([1, 2])
  await until(() => python.stats().batchesInFlight === 0)
  const leave = await occupy('fetched')
  const waiting = Promise.resolve(builtins.len([]))
  await delay(0)
  await expect(Promise.resolve(kept)).rejects.toThrow(LaneFullError)
  await leave()
  await waiting
  expect(await kept).toEqual([1, 2])
})

it('gives back what was let go, though the batch that should have told it was refused', async () => {
  const lane = python.lane('releases', { queueLimit: 1 })
  const builtins = await lane.import('builtins')
  const before = python.stats()
  const lists = await Promise.all(Array.from({ length: 100 }, () => builtins.list([]).$keep))
  expect(python.stats().references).toBeGreaterThanOrEqual(before.references + 100)
  const leave = await occupy('releases')
  const waiting = Promise.resolve(builtins.len([]))
  await delay(0)
  for (const list of lists) list.$release()
  await expect(Promise.resolve(builtins.len([1]))).rejects.toThrow(LaneFullError)
  await leave()
  await waiting
  await until(() => python.stats().references <= before.references + 5)
})

it('uses the numbers of refused operations again', async () => {
  const lane = python.lane('numbers', { queueLimit: 1 })
  const builtins = await lane.import('builtins')
  const leave = await occupy('numbers')
  const waiting = Promise.resolve(builtins.len([]))
  await delay(0)
  for (let i = 0; i < 200; i++) await expect(Promise.resolve(builtins.len([i]))).rejects.toThrow(LaneFullError)
  await leave()
  await waiting
  const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => builtins.abs(-i)))
  expect(answers).toEqual(Array.from({ length: 300 }, (_, i) => i))
})

it('ends what has begun even where the queue is full', async () => {
  const lane = python.lane('ending', { queueLimit: 1 })
  const log = await python.builtins.list([]).$keep
  const guard = await lane.import(file).Guard(log)
  let waiting: Promise<unknown> | undefined
  let leave: (() => Promise<unknown>) | undefined
  const left = python.with(guard, async () => {
    leave = await occupy('ending')
    waiting = Promise.resolve(lane.builtins.len([]))
    await delay(0)
  })
  await until(() => (python.stats().lanes.find(({ name }) => name === 'ending')?.waiting ?? 0) >= 2)
  await leave?.()
  await left
  await waiting
  expect(await log.$toArray()).toEqual(['left'])
})

it('closes a generator even where the queue is full', async () => {
  const lane = python.lane('closing', { queueLimit: 1 })
  const log = await python.builtins.list([]).$keep
  const stream = lane.import(file).items(log)[Symbol.asyncIterator]()
  await stream.next()
  const leave = await occupy('closing')
  const waiting = Promise.resolve(lane.builtins.len([]))
  await delay(0)
  const closed = stream.return?.()
  await until(() => (python.stats().lanes.find(({ name }) => name === 'closing')?.waiting ?? 0) >= 2)
  await leave()
  await Promise.all([waiting, closed])
  expect(await log.$toArray()).toEqual(['closed'])
})

it('is an unhandled rejection like any other when nobody awaits the refused operation', async () => {
  const lane = python.lane('unheard', { queueLimit: 1 })
  const list = await lane.import('builtins').list([]).$keep
  const leave = await occupy('unheard')
  const waiting = Promise.resolve(list.$len)
  await delay(0)
  const unheard = new Promise((resolve) => process.once('unhandledRejection', resolve))
  list.append(1)
  expect(await unheard).toBeInstanceOf(LaneFullError)
  await leave()
  await waiting
})
