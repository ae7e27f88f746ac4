import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AbortError, type CancellationError, kw, type PythonLookupError, python, TimeoutError } from '../src/index.js'

const cancelled = python.import('./python/cancelled.py')
const math = python.import('math')

beforeAll(async () => {
  await cancelled
  await python.import('asyncio').sleep(0)
})

afterEach(async () => {
  await cancelled.take_journal()
})

type Cancelled = CancellationError & { timeout?: number }

/** The error that a promise rejects with, and after how many milliseconds. */
async function failure(promise: PromiseLike<unknown>): Promise<{ error: Cancelled; after: number }> {
  const start = performance.now()
  try {
    await promise
  } catch (error) {
    return { error: error as Cancelled, after: performance.now() - start }
  }
  throw new Error('expected a rejection, got a value')
}

describe('an aborted signal', () => {
  it('sends nothing when it is aborted before', async () => {
    const reason = new Error('changed my mind')
    const { error } = await failure(cancelled.add('x', kw({ $signal: AbortSignal.abort(reason) })))
    expect(error).toBeInstanceOf(AbortError)
    expect(error.name).toBe('AbortError')
    expect(error.code).toBe('ABORT_ERR')
    expect(error.cause).toBe(reason)
    expect(error.label).toContain('.add()')
    expect(error.running).toBeUndefined()
    expect(await cancelled.journal).toEqual([])
  })

  it('stops what was written in this turn', async () => {
    const controller = new AbortController()
    const first = cancelled.add('first')
    const call = cancelled.add('second', kw({ $signal: controller.signal }))
    const third = cancelled.add('third')
    controller.abort()
    const { error } = await failure(call)
    expect(error).toBeInstanceOf(AbortError)
    await Promise.all([first, third])
    expect(await cancelled.journal).toEqual(['first', 'third'])
  })

  it('stops what waits behind a long call of a lane, which goes on', async () => {
    const lane = python.lane('cancelled')
    const own = lane.import('./python/cancelled.py')
    await own
    const long = own.sleep(0.5)
    const controller = new AbortController()
    const call = own.add('never', kw({ $signal: controller.signal }))
    const dependent = python.builtins.len(call)
    const results = Promise.allSettled([call, dependent])
    await delay(50)
    controller.abort()
    const start = performance.now()
    const [a, b] = (await results) as PromiseRejectedResult[]
    expect(performance.now() - start).toBeLessThan(400)
    expect(a?.reason).toBeInstanceOf(AbortError)
    expect(b?.reason).toBe(a?.reason)
    expect(await long).toBe('slept')
    expect(await own.add('next')).toBe('next')
    expect(await cancelled.journal).toEqual(['slept', 'next'])
  })

  it('stops what waits for an operand', async () => {
    const controller = new AbortController()
    const operand = cancelled.sleep(0.5)
    const call = math.sqrt(operand, kw({ $signal: controller.signal }))
    const settled = failure(call)
    await delay(50)
    controller.abort()
    const { error, after } = await settled
    expect(error).toBeInstanceOf(AbortError)
    expect(after).toBeLessThan(400)
    expect(await operand).toBe('slept')
  })

  it('interrupts pure Python, whose finally has run when the promise rejects', async () => {
    const controller = new AbortController()
    const settled = failure(cancelled.spin_and_clean_up('spin', kw({ $signal: controller.signal })))
    await delay(100)
    controller.abort('enough')
    const { error, after } = await settled
    expect(error).toBeInstanceOf(AbortError)
    expect(error.cause).toBe('enough')
    expect(error.running).toBeUndefined()
    expect(after).toBeLessThan(5000)
    expect(await cancelled.journal).toEqual(['finally spin'])
  })

  it('gets through except Exception, and through what swallows it', async () => {
    for (const call of [
      (options: ReturnType<typeof kw>) => cancelled.ignores_exceptions(options),
      (options: ReturnType<typeof kw>) => cancelled.swallow(3, options),
    ]) {
      const { error } = await failure(call(kw({ $signal: AbortSignal.timeout(50) })))
      expect(error).toBeInstanceOf(AbortError)
      expect((error.cause as Error).name).toBe('TimeoutError')
      expect(error.running).toBeUndefined()
    }
    expect(await cancelled.journal).toEqual(['swallowed 3'])
  })

  it('drops the value that comes nevertheless, and tells what else was raised', async () => {
    const { error } = await failure(cancelled.swallow_and_return(kw({ $timeout: 50 })))
    expect(error).toBeInstanceOf(TimeoutError)
    const other = await failure(cancelled.spin_and_raise(kw({ $timeout: 50 })))
    expect(other.error).toBeInstanceOf(TimeoutError)
    expect((other.error.raised as PythonLookupError).message).toBe('while cleaning up')
    const third = await failure(cancelled.raises_instead(kw({ $timeout: 50 })))
    expect(third.error.raised?.pythonType).toBe('LookupError')
  })

  it('cancels a coroutine, whose finally has run when the promise rejects', async () => {
    const controller = new AbortController()
    const settled = failure(cancelled.wait(kw({ $signal: controller.signal })))
    await delay(50)
    controller.abort()
    const { error, after } = await settled
    expect(error).toBeInstanceOf(AbortError)
    expect(error.running).toBeUndefined()
    expect(after).toBeLessThan(5000)
    expect(await cancelled.journal).toEqual(['start wait', 'finally wait'])
  })

  it('cancels a coroutine that is fetched later', async () => {
    const controller = new AbortController()
    const call = cancelled.wait(kw({ $signal: controller.signal }))
    await delay(20)
    const settled = failure(call)
    await delay(50)
    controller.abort()
    expect((await settled).error).toBeInstanceOf(AbortError)
    expect(await cancelled.journal).toEqual(['start wait', 'finally wait'])
    const late = cancelled.wait('late', kw({ $timeout: 30 }))
    await delay(60)
    expect((await failure(late)).error).toBeInstanceOf(TimeoutError)
    expect(await cancelled.journal).toEqual(['start wait', 'finally wait'])
  })

  it('comes too late for what has ended', async () => {
    const controller = new AbortController()
    expect(await math.sqrt(4, kw({ $signal: controller.signal, $timeout: 10_000 }))).toBe(2)
    const call = math.sqrt(9, kw({ $signal: controller.signal }))
    const value = call.then((got: number) => got)
    await delay(0)
    const end = performance.now() + 100
    while (performance.now() < end); // its result is here before JavaScript looks
    controller.abort()
    expect(await value).toBe(3)
  })
})

describe('a wait outside Python code', () => {
  it('is given up after the grace, with the truth, and the lane recovers', async () => {
    const lane = python.lane('waits')
    const own = lane.import('./python/cancelled.py')
    await own
    const started = Date.now()
    const { error, after } = await failure(own.sleep(3, kw({ $timeout: 100 })))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error.timeout).toBe(100)
    expect(after).toBeGreaterThan(250)
    expect(after).toBeLessThan(2900)
    expect(error.running?.lane).toBe('waits')
    expect(Math.abs(Number(error.running?.since) - started)).toBeLessThan(5_000)
    expect(error.message).toContain('it still runs on the lane waits')
    expect(error.stack).toContain(error.message)
    expect(await own.add('next')).toBe('next') // waited for the lane
    expect(await cancelled.journal).toEqual(['next']) // interrupted when the sleep was over
  })

  it('holds up neither what depends on it nor anything else of the pool', async () => {
    const call = cancelled.sleep(1.5, kw({ $timeout: 50 }))
    const dependent = python.builtins.len(call)
    const start = performance.now()
    const [a, b] = (await Promise.allSettled([call, dependent])) as PromiseRejectedResult[]
    expect(a?.reason.running.lane).toBe('pool')
    expect(b?.reason).toBe(a?.reason)
    expect(await math.sqrt(4)).toBe(2)
    expect(performance.now() - start).toBeLessThan(1200)
    await expect.poll(() => python.stats().batchesInFlight).toBe(0)
  })

  it('holds up what program order binds to it: the object is still in use', async () => {
    const model = await cancelled.Model()
    const { error } = await failure(model.fit(0.8, kw({ $timeout: 50 })))
    expect(error.running?.lane).toBe('pool')
    model.predict()
    await expect.poll(() => cancelled.journal, { timeout: 5000 }).toContain('predicted')
  })

  it('is given up in a coroutine that does not let itself be cancelled', async () => {
    const { error } = await failure(cancelled.stubborn(0.5, kw({ $timeout: 50 })))
    expect(error.running?.lane).toBe('asyncio')
    await expect.poll(() => cancelled.journal, { timeout: 5000 }).toEqual(['stubborn ended'])
  })
})

it('fails what depends on a cancelled call with the same error', async () => {
  const call = cancelled.wait('x', kw({ $timeout: 30 }))
  const awaited = call.$await()
  const both = (await Promise.allSettled([call, python.builtins.str(awaited)])) as PromiseRejectedResult[]
  expect(both[0]?.reason).toBeInstanceOf(TimeoutError)
  const other = python.builtins.len(cancelled.spin(kw({ $timeout: 30 })))
  expect((await failure(other)).error).toBeInstanceOf(TimeoutError)
})

it('never hits the next operation of the thread', async () => {
  const lane = python.lane('hit')
  const own = lane.import('./python/cancelled.py')
  await own
  for (let i = 0; i < 100; i++) {
    const controller = new AbortController()
    const call = own.spin(0.002, kw({ $signal: controller.signal }))
    const next = own.spin(0.002)
    const settled = Promise.allSettled([call])
    setTimeout(() => controller.abort(), Math.random() * 5)
    expect(await next).toBeGreaterThanOrEqual(0)
    await settled
  }
})

describe('options elsewhere', () => {
  it('limit python.eval and python.exec, with and without names', async () => {
    const spin = 'while True: pass'
    expect((await failure(python.exec(spin, kw({ $timeout: 30 })))).error).toBeInstanceOf(TimeoutError)
    expect((await failure(python.exec(spin, { a: 1 }, kw({ $timeout: 30 })))).error).toBeInstanceOf(TimeoutError)
    expect(await python.eval('a + 1', { a: 1 }, kw({ $timeout: 30_000 }))).toBe(2)
    expect(await python.eval('1', kw({ $timeout: 30_000 }))).toBe(1)
    expect(() => python.eval('1', kw({ a: 1 }))).toThrow(
      'expected options that begin with $ in the kw() of python.eval',
    )
    expect(() => python.exec('1', {}, 3 as never)).toThrow(
      'expected options in kw() as the last argument of python.exec',
    )
  })

  it('limit python.import, which is not interrupted: what was imported half could not be imported again', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'snakebridge-endless-'))
    const file = path.join(folder, 'long_import.py')
    writeFileSync(file, 'import time\nend = time.time() + 1.5\nwhile time.time() < end: pass\ndone = True')
    await python.import('sys').path.append(folder)
    const limit = kw({ $timeout: 100 })
    for (const imported of [python.import('long_import', limit), python.import(file, limit)])
      expect((await failure(imported)).error).toMatchObject({ name: 'TimeoutError', running: { lane: 'pool' } })
    expect(await python.import('long_import').done).toBe(true) // it went on to its end
    expect(await python.import(file).done).toBe(true)
    expect((await failure(python.import('math', kw({ $signal: AbortSignal.abort() })))).error.name).toBe('AbortError')
    expect(await python.import('math', kw({ $timeout: 30_000 })).sqrt(4)).toBe(2)
    expect(() => python.import('math', kw({ a: 1 }))).toThrow('that begin with $ in the kw() of python.import')
    await python.import('sys').path.remove(folder)
    rmSync(folder, { recursive: true })
  })

  it('limit $toArray, also those of the call that made it, pending or settled', async () => {
    const endless = await python.eval('lambda: (0 for _ in iter(int, 1))').$keep
    expect((await failure(endless(kw({ $timeout: 100 })).$toArray())).error).toBeInstanceOf(TimeoutError)
    expect((await failure(endless().$toArray(kw({ $timeout: 100 })))).error).toBeInstanceOf(TimeoutError)
    expect(() => endless().$toArray(kw({ a: 1 }))).toThrow('expected options that begin with $ in the kw() of $toArray')
    expect(() => python.sync.builtins.list.$keep([1]).$toArray(kw({ $timeout: 9 }))).toThrow('expected no options for')
    const controller = new AbortController()
    const settled = await endless(kw({ $signal: controller.signal }))
    const all = failure(settled.$toArray())
    setTimeout(() => controller.abort('enough'), 50)
    expect((await all).error).toMatchObject({ name: 'AbortError', cause: 'enough' })
  })

  it('limit $await and calls by $call', async () => {
    expect((await failure(cancelled.wait().$await(kw({ $timeout: 30 })))).error).toBeInstanceOf(TimeoutError)
    expect((await failure(cancelled.spin.$call(kw({ $timeout: 30 })))).error).toBeInstanceOf(TimeoutError)
    expect(() => cancelled.wait().$await(kw({ a: 1 }))).toThrow('expected options that begin with $')
  })
})

describe('a default time limit', () => {
  it('holds for every awaited call that has none of its own, and can be changed', async () => {
    await python.start({ timeout: 80 })
    try {
      expect((await failure(cancelled.spin())).error.timeout).toBe(80)
      expect((await failure(cancelled.wait())).error.timeout).toBe(80)
      expect((await failure(cancelled.spin(kw({ $timeout: 40 })))).error.timeout).toBe(40)
      expect(await cancelled.spin(0.3, kw({ $timeout: Number.POSITIVE_INFINITY }))).toBeGreaterThan(0)
      expect(await math.sqrt(4)).toBe(2)
    } finally {
      await python.start({ timeout: Number.POSITIVE_INFINITY })
    }
    expect(await cancelled.spin(0.2)).toBeGreaterThan(0)
    await expect(python.start({ timeout: 0 })).rejects.toThrow(
      "expected milliseconds (more than 0, at most 2147483647), or Infinity for no limit for python.start's timeout, got 0",
    )
    await expect(python.start({ grace: Number.NaN })).rejects.toThrow("python.start's grace")
    await expect(python.start({ eventLoop: 'trio' as never })).rejects.toThrow("expected 'asyncio' or 'uvloop'")
  })

  it('has a grace that can be changed', async () => {
    await python.start({ grace: 20 })
    try {
      const { error, after } = await failure(cancelled.sleep(0.6, kw({ $timeout: 20 })))
      expect(error.running).toBeDefined()
      expect(after).toBeLessThan(500)
    } finally {
      await python.start({ grace: 200 })
    }
  })
})

describe('a blocking call', () => {
  const blocking = python.sync.import('./python/cancelled.py')

  it('is interrupted at its time limit', () => {
    const start = performance.now()
    expect(() => blocking.spin_and_clean_up('sync', kw({ $timeout: 50 }))).toThrow(TimeoutError)
    expect(performance.now() - start).toBeLessThan(10_000)
    expect(blocking.take_journal()).toEqual(['finally sync'])
    expect(() => blocking.swallow(2, kw({ $timeout: 30 }))).toThrow(
      'expected an answer of a blocking call within 30 ms, got none',
    )
    expect(() => blocking.swallow_and_return(kw({ $timeout: 30 }))).toThrow(TimeoutError)
    expect(blocking.add('x', kw({ $timeout: 5000 }))).toBe('x')
    expect(blocking.spin(0.001)).toBeGreaterThan(0)
  })

  it('tells what else was raised', () => {
    const call = () => blocking.spin_and_raise(kw({ $timeout: 30 }))
    expect(call).toThrow(TimeoutError)
    try {
      call()
    } catch (error) {
      expect((error as CancellationError).raised?.message).toBe('while cleaning up')
    }
  })

  it('stops to wait for a coroutine', () => {
    const start = performance.now()
    expect(() => blocking.wait('sync').$await(kw({ $timeout: 50 }))).toThrow(TimeoutError)
    expect(performance.now() - start).toBeLessThan(10_000)
    expect(blocking.take_journal()).toEqual(['start sync', 'finally sync'])
  })

  it('is not made when its signal is aborted', () => {
    expect(() => blocking.add('never', kw({ $signal: AbortSignal.abort('reason') }))).toThrow(AbortError)
    expect(blocking.add('now', kw({ $signal: new AbortController().signal }))).toBe('now')
    expect(blocking.take_journal()).toEqual(['now'])
  })

  it('never hits what comes after it', () => {
    for (let i = 0; i < 200; i++) {
      try {
        blocking.spin(0.001, kw({ $timeout: 1 }))
      } catch (error) {
        expect(error).toBeInstanceOf(TimeoutError)
      }
      expect(blocking.spin(0.0005)).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('the stack of the error', () => {
  it('names the line of the call, or of its await', async () => {
    const here = /cancellation\.test\.ts/
    expect((await failure(cancelled.spin(kw({ $timeout: 30 })))).error.stack).toMatch(here)
    expect((await failure(cancelled.wait(kw({ $timeout: 30 })))).error.stack).toMatch(here)
    expect((await failure(cancelled.add(1, kw({ $signal: AbortSignal.abort() })))).error.stack).toMatch(here)
    const many = Array.from({ length: 100 }, () => cancelled.wait(kw({ $timeout: 30 })))
    const all = await Promise.all(many.map((call) => failure(call)))
    for (const { error } of all) expect(error.stack).toMatch(here)
    const error = (await failure(cancelled.sleep(0.4, kw({ $timeout: 30 })))).error
    expect(error.stack?.startsWith(`TimeoutError: ${error.message}\n    at `)).toBe(true)
    expect(error.stack).not.toContain('node:internal')
  })

  it('does so for a blocking call', () => {
    const blocking = python.sync.import('./python/cancelled.py')
    let thrown: unknown
    try {
      blocking.spin(kw({ $timeout: 30 }))
    } catch (error) {
      thrown = error
    }
    expect((thrown as Error).stack).toMatch(/^TimeoutError: expected an answer .*\n {4}at .*cancellation\.test\.ts/)
  })
})
