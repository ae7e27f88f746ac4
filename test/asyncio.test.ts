import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  kw,
  PythonCancelledError,
  PythonRuntimeError,
  PythonSystemExit,
  PythonTimeoutError,
  PythonTypeError,
  PythonValueError,
  python,
} from '../src/index.js'

const asyncio = python.import('asyncio')
const coroutines = python.import('./python/coroutines.py')

beforeAll(async () => {
  await coroutines
})

it('awaits what Python awaits: coroutines, tasks, futures, anything with __await__', async () => {
  expect(await coroutines.later(['value'])).toEqual(['value'])
  expect(await coroutines.at_once(7)).toBe(7)
  expect(await coroutines.task_of('from a task')).toEqual(expect.anything())
  expect(await coroutines.Awaitable('an object')).toBe('an object')
  expect(await asyncio.sleep(0.001, 'slept')).toBe('slept')
  expect(await asyncio.wait_for(coroutines.later('waited for'), 1)).toBe('waited for')
})

it('gives the awaitable itself to what depends on it, and to who asks for a reference', async () => {
  expect(await coroutines.later(1).$type.__name__).toBe('coroutine')
  const kept = await coroutines.later('kept').$keep
  expect(await kept.$type.__name__).toBe('coroutine')
  expect(await kept.$value).toBe('kept')
  const both = coroutines.later('both')
  const type = both.$type.__name__
  expect(await Promise.all([both, type])).toEqual(['both', 'coroutine'])
})

it('stands for the outcome once it was awaited', async () => {
  const list = coroutines.later([3, 1, 2])
  await list
  expect(await python.builtins.sorted(list)).toEqual([1, 2, 3])
  const text = coroutines.later('text')
  await text
  expect(await text.upper()).toBe('TEXT')
  const late = coroutines.later([3, 1, 2])
  await delay(5)
  await late
  expect(await python.builtins.sorted(late)).toEqual([1, 2, 3])
  const client = coroutines.Client()
  expect(await (await client.me()).name).toBe('client')
})

it('goes on with $await before anything has come back, in one trip', async () => {
  await coroutines.later(1)
  const { trips } = python.stats()
  expect(await coroutines.Client().me().$await().get('answer').$await().upper()).toBe('ANSWER')
  expect(python.stats().trips).toBe(trips + 1)
  await expect(Promise.resolve(python.builtins.len([]).$await())).rejects.toThrow(
    'expected an awaitable for $await, got int',
  )
})

it('awaits a coroutine once: the same reference has the same outcome, another one gets the error of Python', async () => {
  const one = coroutines.later({ a: 1 })
  const [first, second] = await Promise.all([one, one])
  expect(second).toBe(first)
  expect(await one).toBe(first)
  const kept = await coroutines.later(1).$keep
  await kept.$value
  await expect(Promise.resolve(kept.$value)).rejects.toThrow('cannot reuse already awaited coroutine')
})

it('rejects with what the coroutine raised, with its frames and the line that made the call', async () => {
  const error: PythonValueError = await coroutines.fails('why').catch((error: unknown) => error)
  expect(error).toBeInstanceOf(PythonValueError)
  expect(error.message).toBe('why')
  expect(error.frames.map((frame) => frame.function)).toEqual(['fails'])
  expect(error.stack).toContain('asyncio.test.ts')
})

describe("$lane: 'asyncio'", () => {
  const onLoop = kw({ $lane: 'asyncio' })

  it('makes a call in a task of the loop, and its result is used at once', async () => {
    const made = coroutines.WantsLoop('made', onLoop)
    expect(await Promise.all([made.name, made.has_task, made.thread, made.get(5)])).toEqual([
      'made',
      true,
      'snakebridge-asyncio',
      5,
    ])
    expect(await python.with(coroutines.WantsLoop(kw({ name: 'with', $lane: 'asyncio' })), (one) => one.get(6))).toBe(6)
    expect(await coroutines.journal[-1]).toBe('left with')
    expect(await asyncio.gather(coroutines.later(1), coroutines.later(2), onLoop)).toEqual([1, 2])
    expect(await coroutines.later('a coroutine', onLoop)).toBe('a coroutine')
  })

  it("runs in a copy of its caller's context, and may be captured", async () => {
    const context = python.context()
    await context.set(coroutines.current, 'mine')
    expect(await context.run(() => coroutines.WantsLoop(onLoop).variable)).toBe('mine')
    const captured = await coroutines.prints_on_loop(kw({ $lane: 'asyncio', $capture: true }))
    expect(captured).toEqual({ result: 1, stdout: 'on the loop: True\n', stderr: '' })
  })

  it('rejects with what the call raised, and the loop goes on', async () => {
    await expect(Promise.resolve(coroutines.WantsLoop(1, 2, onLoop))).rejects.toThrow(PythonTypeError)
    await expect(Promise.resolve(coroutines.stops(onLoop))).rejects.toMatchObject({ pythonType: 'StopIteration' })
    await expect(Promise.resolve(python.builtins.exit(3, onLoop))).rejects.toThrow(PythonSystemExit)
    expect(await coroutines.later('goes on')).toBe('goes on')
  })

  it('is what the error of a call without it says', async () => {
    const refused = Promise.resolve(coroutines.WantsLoop())
    await expect(refused).rejects.toMatchObject({ message: 'no running event loop' })
    await expect(refused).rejects.toMatchObject({ stack: expect.stringContaining("kw({ $lane: 'asyncio' })") })
    expect(() => python.lane('asyncio')).toThrow("kw({ $lane: 'asyncio' })")
  })

  it('is held to its limits', async () => {
    const { sleep } = python.import('time')
    await expect(Promise.resolve(sleep(0.4, kw({ $lane: 'asyncio', $timeout: 50 })))).rejects.toThrow(
      'an answer of .sleep() within 50 ms',
    )
    expect(await coroutines.later('goes on')).toBe('goes on')
  })
})

it('survives what ends other loops', async () => {
  await expect(Promise.resolve(coroutines.raises(python.builtins.SystemExit(3)))).rejects.toThrow(PythonSystemExit)
  await expect(Promise.resolve(coroutines.raises(python.builtins.KeyboardInterrupt()))).rejects.toThrow()
  await expect(Promise.resolve(coroutines.raises(asyncio.CancelledError()))).rejects.toThrow(PythonCancelledError)
  expect(await coroutines.later('still there')).toBe('still there')
})

it('names the loop that a future of another loop belongs to', async () => {
  const future = coroutines.future_of_another_loop()
  const error: Error = await future.catch((error: unknown) => error)
  expect(error).toBeInstanceOf(PythonRuntimeError)
  expect(error.message).toContain("expected a future of SnakeBridge's event loop, got one of")
})

it('runs thousands at once, on one thread of their own', async () => {
  expect(await coroutines.where()).toBe('snakebridge-asyncio')
  const most: number[] = await Promise.all(Array.from({ length: 3000 }, () => coroutines.busiest()))
  expect(Math.max(...most)).toBe(3000)
})

it('leaves nothing behind', async () => {
  const before = python.stats()
  for (let round = 0; round < 5; round++) {
    await Promise.all(Array.from({ length: 200 }, (_, i) => coroutines.later([i])))
    await Promise.allSettled(Array.from({ length: 200 }, () => coroutines.fails('x')))
  }
  for (let i = 0; i < 20 && python.stats().temps > before.temps + 10; i++) {
    ;(globalThis as unknown as { gc(): void }).gc()
    await delay(50)
    await coroutines.at_once(1)
  }
  expect(python.stats().temps).toBeLessThanOrEqual(before.temps + 10)
  await expect.poll(() => python.stats().batchesInFlight).toBe(0)
})

it('lets the calling thread wait with $await', async () => {
  const blocking = python.sync.import('asyncio')
  expect(blocking.sleep(0.01, 'slept').$await()).toBe('slept')
  expect(() => blocking.wait_for(blocking.sleep(5), 0.01).$await()).toThrow(PythonTimeoutError)
  expect(() => python.sync.builtins.len.$await()).toThrow('expected an awaitable for $await, got builtin_function')
})

it('talks to a server in this very process', async () => {
  const server = createServer((request, response) => {
    setTimeout(() => response.end(`hello ${request.url}`), 20)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const names = await python.exec(`
import asyncio
async def get(port, path):
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    writer.write(f'GET {path} HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n'.encode())
    text = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    return text.split('\\r\\n\\r\\n')[1]
`)
  const get = await names.$item('get')
  const pages = await Promise.all(Array.from({ length: 50 }, (_, i) => get(port, `/${i}`)))
  expect(pages).toEqual(Array.from({ length: 50 }, (_, i) => `hello /${i}`))
  server.close()
})

it('turns exceptions that nobody retrieved into warnings: of tasks, futures, callbacks', async () => {
  const warnings: (Error & { code?: string; detail?: string })[] = []
  const listener = (warning: Error) => {
    if (warning.name === 'PythonAsyncioWarning') warnings.push(warning)
  }
  process.on('warning', listener)
  await coroutines.forgotten_failure()
  const { forget_future, fail_in_callback } = await python.exec(`
import asyncio
async def forget_future():
    asyncio.get_running_loop().create_future().set_exception(LookupError('in a future'))
async def fail_in_callback():
    asyncio.get_running_loop().call_soon(lambda: {}['in a callback'])
`)
  await forget_future()
  await fail_in_callback()
  await python.import('gc').collect()
  await expect
    .poll(() => warnings.map(({ message }) => message.replace(/(?<=callback ).*(?=KeyError)/, '… ')).sort())
    .toEqual([
      "Exception in callback … KeyError: 'in a callback'",
      'Future exception was never retrieved: LookupError: in a future',
      'Task exception was never retrieved: LookupError: nobody asked',
    ])
  process.off('warning', listener)
  for (const { code } of warnings) expect(code).toBe('SNAKEBRIDGE_ASYNCIO')
  expect(warnings.find(({ message }) => message.startsWith('Task'))?.detail).toContain('in fail')
})
