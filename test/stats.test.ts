// What python.stats() says of lanes and of what runs.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { python } from '../src/index.js'

const file = './python/lanes.py'

async function until<T>(find: () => T | undefined): Promise<T> {
  for (const end = Date.now() + 20_000; ; ) {
    const found = find()
    if (found !== undefined) return found
    if (Date.now() > end) expect.fail(`waited in vain: ${JSON.stringify(python.stats())}`)
    await delay(2)
  }
}

it('names what runs, where, and for how long, while Python holds the lock of the interpreter', async () => {
  const { sleep } = await python.import('time')
  const pool = Promise.resolve(sleep(0.5))
  const own = python.lane('watched').import('time')
  const dedicated = Promise.resolve(own.sleep(0.6))
  await delay(200)
  const { running } = python.stats()
  const there = running.find(({ lane }) => lane === 'watched')
  const here = running.find(({ lane }) => lane === 'pool')
  expect(there?.operation).toBe('.sleep()')
  expect(here?.operation).toBe('.sleep()')
  for (const call of [there, here]) {
    expect(call?.age).toBeGreaterThan(100)
    expect(call?.age).toBeLessThan(20_000)
  }
  await Promise.all([pool, dedicated])
  await until(() => (python.stats().running.length === 0 ? true : undefined))
})

it('answers while another thread is in C code that keeps the lock', async () => {
  const power = await python.eval('lambda n: (7 ** n) % 3')
  const long = Promise.resolve(power(3_000_000)) // one multiplication after the other, without ever giving the lock away
  const call = await until(() => python.stats().running.find(({ operation }) => operation === 'eval(…)()'))
  expect(call.lane).toBe('pool')
  await long
}, 120_000)

it('lists the longest first', async () => {
  const { wait, open_gate } = await python.import(file)
  const first = Promise.resolve(wait('first'))
  await delay(30)
  const second = Promise.resolve(wait('second'))
  await until(() => (python.stats().running.length === 2 ? true : undefined))
  const ages = python.stats().running.map(({ age }) => age)
  expect(ages[0]).toBeGreaterThan(ages[1] as number)
  await open_gate('first')
  await open_gate('second')
  await Promise.all([first, second])
})

it('counts what waits for a lane and for the pool', async () => {
  const lane = python.lane('queue')
  const { wait } = await lane.import(file)
  const list = await lane.builtins.list([]).$keep
  const blocker = Promise.resolve(wait('queue'))
  await until(() => python.stats().running.find(({ operation }) => operation === '.wait()'))
  const answers = Promise.all([list.$len, list.$len, list.$len])
  await delay(0)
  // Batches that only give references back may stand between them for a moment.
  await expect
    .poll(() => python.stats().lanes.find(({ name }) => name === 'queue'))
    .toEqual({ name: 'queue', queued: 2, waiting: 3, queueLimit: Number.POSITIVE_INFINITY })
  expect(python.stats().pool).toMatchObject({ kind: 'own', limit: 64, queueLimit: Number.POSITIVE_INFINITY })
  await python.import(file).open_gate('queue')
  await Promise.all([blocker, answers])
  await until(() => (python.stats().lanes.every(({ waiting }) => waiting === 0) ? true : undefined))
  lane.close()
  expect(python.stats().lanes.some(({ name }) => name === 'queue')).toBe(false)
})

it('counts as waiting what another operation must end before', async () => {
  const { wait, open_gate } = await python.import(file)
  const list = await python.builtins.list([]).$keep
  const late = wait('late')
  list.append(late)
  const length = Promise.resolve(list.$len)
  await until(() => (python.stats().pool.waiting >= 1 ? true : undefined))
  await open_gate('late')
  expect(await length).toBe(1)
  await until(() => (python.stats().pool.waiting === 0 ? true : undefined))
})

it('counts references, buffers and bytes', async () => {
  const np = python.import('numpy')
  const before = python.stats()
  const array = await np.zeros(1_000_000)
  const list = await python.builtins.list([]).$keep
  const after = python.stats()
  expect(after.buffers).toBe(before.buffers + 1)
  expect(after.bufferBytes).toBe(before.bufferBytes + 8_000_000)
  expect(after.references).toBeGreaterThan(before.references)
  expect(array.size).toBe(1_000_000)
  list.$release()
})
