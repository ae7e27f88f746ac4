import { expect, it } from 'vitest'
import { AbortError, kw, PythonValueError, python, TimeoutError } from '../src/index.js'
import { BrokenCircuitError, circuitBreaker, isTransient, retry, wrap } from '../src/resilience/index.js'
import { run } from './process/program.js'

const { Flaky } = python.import('./python/flaky.py')

it('tries again after a transient failure, with pauses, and hands other failures on at once', async () => {
  const flaky = await Flaky(2, 'ConnectionResetError')
  expect(await retry({ initialDelay: 1 }).execute(() => flaky.call())).toBe('answer')
  expect(await flaky.calls).toBe(3)
  const stubborn = await Flaky(9, 'ConnectionResetError')
  await expect(retry({ attempts: 4, initialDelay: 1 }).execute(() => stubborn.call())).rejects.toSatisfy(isTransient)
  expect(await stubborn.calls).toBe(4)
  const wrong = await Flaky(9, 'ValueError')
  await expect(retry({ initialDelay: 1 }).execute(() => wrong.call())).rejects.toThrow(PythonValueError)
  expect(await wrong.calls).toBe(1)
})

it('tries again after a time limit, and stops at an abort', async () => {
  const slow = await Flaky(0, '', 30)
  const policy = retry({ attempts: 2, initialDelay: 1 })
  await expect(policy.execute(() => slow.wait(kw({ $timeout: 20 })))).rejects.toThrow(TimeoutError)
  expect(await slow.calls).toBe(2)
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 50)
  const attempt = retry({ attempts: 5 }).execute(({ signal }) => slow.wait(kw({ $signal: signal })), controller.signal)
  await expect(attempt).rejects.toThrow(AbortError)
  expect(await slow.calls).toBe(3)
})

it('opens the circuit after failures in a row, and tries again after a while', async () => {
  const flaky = await Flaky(3, 'TimeoutError')
  const guarded = wrap(circuitBreaker({ failures: 3, resetAfter: 50 }))
  for (let i = 0; i < 3; i++) await expect(guarded.execute(() => flaky.call())).rejects.toSatisfy(isTransient)
  await expect(guarded.execute(() => flaky.call())).rejects.toThrow(BrokenCircuitError)
  expect(await flaky.calls).toBe(3)
  await new Promise((resolve) => setTimeout(resolve, 80))
  expect(await guarded.execute(() => flaky.call())).toBe('answer')
})

it('refuses senseless options', () => {
  expect(() => retry({ attempts: 0 })).toThrow('expected an integer from 1 for the attempts of retry, got 0')
  expect(() => circuitBreaker({ failures: 1.5 })).toThrow('for the failures of circuitBreaker, got 1.5')
})

it('shares its errors with the package, and is loaded on its own', async () => {
  const { stdout, stderr } = await run(`
    import { retry, isTransient } from 'snakebridge/resilience'
    import { createRequire } from 'node:module'
    const { isTransient: required } = createRequire(import.meta.url)('snakebridge/resilience')
    const error = await python.import('time').sleep(5, kw({ $timeout: 20 })).catch((error) => error)
    console.log(isTransient(error), required === isTransient, typeof retry)
    process.exit(0)`)
  expect(stdout).toBe('true true function\n')
  expect(stderr).toBe('')
})
