// What a cancelled call leaves behind: nothing, whatever its error and its signal can see of it.
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { kw, type PythonReference, python } from '../src/index.js'

const cancelled = python.import('./python/cancelled.py')
const math = python.import('math')

beforeAll(async () => {
  await cancelled
  await python.import('asyncio').sleep(0)
})

type Options = ReturnType<typeof kw>
type Call = (options: Options) => PythonReference

/** vitest would call a reference, because it is a function. */
async function failure(promise: PythonReference, message: string): Promise<void> {
  await expect(promise.then()).rejects.toThrow(message)
}

async function abort(call: Call): Promise<void> {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 5)
  await failure(call(kw({ $signal: controller.signal })), 'was aborted')
}

/** Aborts from where the call can be seen, as the functions of a program do. */
async function abortInSight(call: Call, reason?: Error): Promise<void> {
  const controller = new AbortController()
  let promise: PythonReference | undefined
  setTimeout(() => {
    if (promise !== undefined) controller.abort(reason)
  }, 5)
  promise = call(kw({ $signal: controller.signal }))
  await failure(promise, 'was aborted')
}

async function temps(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    global.gc?.()
    await delay(10)
    await math.sqrt(1)
  }
  return python.stats().temps
}

const calls: Record<string, Call> = {
  'a call': (options) => cancelled.spin(30, options),
  'a coroutine': (options) => cancelled.wait('x', 30, options),
}
const ends: Record<string, (call: Call) => Promise<void>> = {
  'by a signal': abort,
  'by a signal, where the call can be seen': abortInSight,
  'with an error as the reason, where the call can be seen': (call) => abortInSight(call, new Error('mine')),
  'by its time limit': (call) => failure(call(kw({ $timeout: 5 })), 'within 5 ms'),
}

for (const [what, call] of Object.entries(calls)) {
  for (const [how, end] of Object.entries(ends)) {
    it(`${what} that is cancelled ${how} is forgotten with its reference`, async () => {
      await end(call)
      const before = await temps()
      for (let i = 0; i < 20; i++) await end(call)
      await expect.poll(temps, { timeout: 20_000 }).toBeLessThanOrEqual(before + 2)
    })
  }
}
