// Fake timers in the place of the globals, as tests of programs have them.
import { afterEach, expect, it, vi } from 'vitest'
import { kw, python } from '../src/index.js'

const toFake = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const

afterEach(() => {
  vi.useRealTimers()
})

it('awaits calls, callbacks and streams while timers and microtasks are fake', async () => {
  vi.useFakeTimers({ toFake: [...toFake] })
  expect(await python.eval('f(1)', { f: async (x: number) => x + 1 })).toBe(2)
  await expect(python.eval('1 / 0')).rejects.toThrow('division by zero')
  const items: unknown[] = []
  for await (const item of python.eval('(i for i in range(3))')) items.push(item)
  expect(items).toEqual([0, 1, 2])
  async function* letters() {
    yield 'a'
    yield 'b'
  }
  expect(await python.builtins.list(letters())).toEqual(['a', 'b'])
})

it('leaves nothing behind that waits for fake timers', async () => {
  vi.useFakeTimers({ toFake: [...toFake] })
  python.eval('object()').$release()
  const later = python.eval('1 + 1')
  vi.useRealTimers()
  expect(await later).toBe(2)
})

it('lets time limits follow the clock that the program has', async () => {
  await python.eval('1')
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const call = python.import('time').sleep(0.3, kw({ $timeout: 10_000 }))
  const outcome = call.then(
    () => 'done',
    (error: Error) => error.name,
  )
  vi.advanceTimersByTime(10_001)
  vi.useRealTimers()
  expect(await outcome).toBe('TimeoutError')
})
