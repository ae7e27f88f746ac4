// Calls that wait for JavaScript, more of them than the pool has threads, while what JavaScript does needs the pool.
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { type PythonReference, python } from '../src/index.js'

let call: PythonReference

beforeAll(async () => {
  await python.start({ poolSize: 2 })
  call = python.eval('lambda function, *arguments: function(*arguments)').$keep
})

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

it('goes on when every thread waits for a function that awaits Python', async () => {
  const results = await Promise.all(numbers(40).map((i) => call(async () => python.builtins.pow(i, 2))))
  expect(results).toEqual(numbers(40).map((i) => i * i))
})

it('goes on when the functions are not known to be asynchronous, and use Python only later', async () => {
  const later = (i: number) => delay(5).then(() => python.builtins.pow(i, 2))
  const results = await Promise.all(numbers(40).map((i) => call(() => later(i))))
  expect(results).toEqual(numbers(40).map((i) => i * i))
})

it('goes on when a function gives a reference that nobody awaited', async () => {
  const results = await Promise.all(numbers(40).map((i) => call(() => python.builtins.pow(i, 2))))
  expect(results).toEqual(numbers(40).map((i) => i * i))
})

it('calls functions that call Python that calls functions, far deeper than it has threads', async () => {
  const down = async (depth: number): Promise<unknown> => (depth === 100 ? 'bottom' : call(down, depth + 1))
  expect(await down(0)).toBe('bottom')
})

it('lets blocking calls in the functions of many calls return', async () => {
  const { pow } = python.sync.builtins
  const results = await Promise.all(numbers(1000).map((i) => call(() => pow(i, 2))))
  expect(results).toEqual(numbers(1000).map((i) => i * i))
})

it('needs few threads for thousands of calls whose functions await Python', async () => {
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, python.stats().pool.threads)
  }, 5)
  const results = await Promise.all(
    numbers(3000).map((i) =>
      call(async () => {
        await delay(1)
        return python.builtins.pow(i, 2)
      }),
    ),
  )
  clearInterval(timer)
  expect(results[2999]).toBe(2999 ** 2)
  // A thread for each call would be all 1,088 there may be. They start as time goes by: under a sanitizer all takes longer.
  expect(most).toBeLessThan(process.env.SNAKEBRIDGE_SANITIZER === undefined ? 200 : 600)
})

it('keeps program order in a function: what is written there later comes later', async () => {
  const list: PythonReference = python.eval('[]').$keep
  const body = async (i: number) => {
    list.append(i)
    await list.$len
    list.append(-i)
    return null
  }
  await Promise.all(numbers(20).map((i) => call(body, i)))
  const written = (await list.$value) as number[]
  expect(written.length).toBe(40)
  for (const i of numbers(20)) expect(written.indexOf(i)).toBeLessThan(written.lastIndexOf(-i) + 1)
})

it('has no more threads than its limit when the calls have ended', async () => {
  const end = Date.now() + 10_000
  while (python.stats().pool.threads > 2 && Date.now() < end) await delay(5)
  expect(python.stats().pool).toMatchObject({ limit: 2, threads: 2, busy: 0 })
})
