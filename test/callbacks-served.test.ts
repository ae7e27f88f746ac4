// A blocking call that waits for a Python thread which calls back.
import { describe, expect, it } from 'vitest'
import { python } from '../src/index.js'

const waits = python.sync.import('./python/served_waits.py')
const pool = python.import('./python/served_waits.py')
const patient = process.env.SNAKEBRIDGE_SANITIZER !== undefined || process.env.SNAKEBRIDGE_TEST_PATIENT !== undefined
const tenfold = (x: number) => x * 10

describe('a blocking call that waits for a thread that calls back is served:', () => {
  const waiting: Record<string, number> = {
    join: 10,
    join_with_timeout: 20,
    event: 30,
    future: 40,
    from_queue: 50,
    polling: 60,
    semaphore: 70,
    run_in_asyncio: 80,
    wait_for_process: 90,
  }
  for (const [name, result] of Object.entries(waiting)) {
    it(name, () => expect(waits[name](tenfold)).toBe(result))
  }

  it('callbacks that use Python themselves, four levels deep', () => {
    const nested = (depth: number): number =>
      depth === 0 ? 0 : 1 + waits.future((x: number) => (x === 4 ? nested(depth - 1) : Number.NaN))
    expect(nested(4)).toBe(4)
  })

  it('a wait for an operation that was written before and calls back', async () => {
    const { SimpleNamespace } = python.import('types')
    const object = SimpleNamespace()
    python.eval('setattr(object, "value", tenfold(4))', { object, tenfold })
    const blocking = python.sync.eval('lambda o: o')(object)
    expect(blocking.value).toBe(40)
  })

  it('callbacks that begin calls of the asynchronous API, which go on when it is over', async () => {
    const { list, map } = python.builtins
    const math = await python.import('math')
    const roots = list(map(async (x: number) => math.sqrt(x), [4, 9])).then((values: number[]) => values)
    python.sync.eval('__import__("time").sleep(0.3)')
    expect(await roots).toEqual([2, 3])
  })

  it('with time limits that are kept', () => {
    const seconds = waits.timeouts()
    expect(seconds).toBeGreaterThanOrEqual(0.15)
    expect(seconds).toBeLessThan(5)
  })
})

describe('where a blocking call cannot be served', () => {
  it('the thread gets an error within a second that names both sides', () => {
    let text = ''
    const milliseconds = Array.from({ length: 3 }, () => {
      const start = performance.now()
      text = waits.raw_lock(function onEpoch() {})
      return performance.now() - start
    })
    // Of three, because a machine with more work than processors takes its time to say that nobody works.
    expect(Math.min(...milliseconds)).toBeLessThan(patient ? 5000 : 1000)
    expect(text).toContain('JavaScriptBlocked: expected JavaScript to answer the call of onEpoch')
    expect(text).toContain('the blocking call of raw_lock, at raw_lock (')
    expect(text).toContain('served_waits.py:')
  })

  it('the error can be caught like any other, and the function is not called later', async () => {
    let calls = 0
    expect(waits.simple_queue(() => void calls++)).toBe('JavaScriptBlocked')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(calls).toBe(0)
  })

  it('an async function, whose promise cannot settle meanwhile, is one of these', () => {
    expect(waits.join(async () => 1)).toContain('JavaScriptBlocked')
  })

  it('the error does not come while the JavaScript thread computes', () => {
    expect(waits.compute(tenfold, 1.5)).toBe(100)
    expect(waits.compute_in_c(tenfold, 1.5)).toBe(110)
  })

  it('nor while it sleeps or is busy with JavaScript', async () => {
    await pool.call_later(tenfold, 3)
    python.sync.import('time').sleep(1.5)
    await expect.poll(() => waits.results()).toEqual([0, 10, 20])
    const shared = new Int32Array(new SharedArrayBuffer(4))
    await pool.call_later(tenfold, 1)
    Atomics.wait(shared, 0, 0, 1500)
    await expect.poll(() => waits.results()).toEqual([0])
  })

  it('nor when the call came together with the result that JavaScript went on with', async () => {
    const sleep = python.sync.import('time').sleep
    const slept = pool.call_later(tenfold, 1, 0.05).then(() => sleep(1.5))
    await new Promise(setImmediate)
    const shared = new Int32Array(new SharedArrayBuffer(4))
    Atomics.wait(shared, 0, 0, 300) // both come meanwhile
    await slept
    expect(waits.results()).toEqual([0])
  })

  it('nor in a blocking call that waits for a socket', async () => {
    await pool.call_later(tenfold, 1)
    python.sync.exec(
      'import socket\na, b = socket.socketpair()\na.settimeout(1.5)\ntry: a.recv(1)\nexcept TimeoutError: pass\na.close(); b.close()',
      {},
    )
    await expect.poll(() => waits.results()).toEqual([0])
  })
})
