// Python waits for JavaScript, and is cancelled.
import { PassThrough, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AbortError, type CancellationError, kw, python, TimeoutError } from '../src/index.js'

const cancelled = python.import('./python/cancelled.py')

beforeAll(async () => {
  await python.start({ grace: 20_000 }) // a wait that does not end by itself is no pass
  await cancelled
})

afterEach(async () => {
  await cancelled.take_journal()
})

const rejection = (promise: PromiseLike<unknown>): Promise<CancellationError> =>
  Promise.resolve(promise).then(
    () => expect.unreachable(),
    (error) => error,
  )

const never = () => new Promise<never>(() => {})

describe('a thread that waits for JavaScript', () => {
  it('is woken when its call is aborted, and its finally has run when the promise rejects', async () => {
    const controller = new AbortController()
    const called = new Promise<void>((resolve) => {
      const pending = cancelled.call(
        () => {
          resolve()
          return never()
        },
        kw({ $signal: controller.signal }),
      )
      void rejection(pending).then((error) => outcomes.push(error))
    })
    const outcomes: CancellationError[] = []
    await called
    await delay(20)
    controller.abort('enough')
    await expect.poll(() => outcomes.length).toBe(1)
    expect(outcomes[0]).toBeInstanceOf(AbortError)
    expect(outcomes[0]).toMatchObject({ cause: 'enough', running: undefined })
    expect(await cancelled.take_journal()).toEqual(['CallCancelled', 'finally'])
    await expect.poll(() => python.stats().running).toEqual([]) // a thread is free a moment after its result is there
  })

  const { stream, close } = stuck()
  const waits: [string, (limit: object) => PromiseLike<unknown>][] = [
    ['an asynchronous function', (limit) => cancelled.call(async () => never(), limit)],
    ['a function that it cannot find a thread for', (limit) => cancelled.call(never, limit)],
    ['the next item', (limit) => cancelled.first(items(never), limit)],
    ['a promise', (limit) => cancelled.outcome(never(), limit)],
    ['a method of an object by reference', (limit) => cancelled.call_method(python.proxy({ method: never }), limit)],
    ['a stream to read', (limit) => cancelled.read(new PassThrough(), limit)],
    ['a stream to write', (limit) => cancelled.write(stream, limit)],
    [
      'a result that JavaScript has not got yet',
      (limit) => cancelled.call(() => ({ late: cancelled.sleep(0.3) }), limit),
    ],
  ]
  for (const [name, wait] of waits) {
    it(`is woken at its time limit: ${name}`, async () => {
      const error = await rejection(wait(kw({ $timeout: 50 })))
      expect(error).toBeInstanceOf(TimeoutError)
      expect(error.running).toBeUndefined()
      await expect
        .poll(() => python.stats().running.filter(({ operation }) => !operation.includes('sleep')))
        .toEqual([])
    })
  }
  it('gives what it waited for back', () => close())

  it('drops what JavaScript answers later, and can be called again', async () => {
    const answers: ((value: unknown) => void)[] = []
    const ask = () => new Promise((resolve) => answers.push(resolve))
    for (let i = 0; i < 3; i++)
      expect(await rejection(cancelled.call(ask, kw({ $timeout: 30 })))).toBeInstanceOf(TimeoutError)
    for (const answer of answers) answer({ with: [() => 1, await python.eval('object()')] })
    const next = cancelled.call(ask)
    await expect.poll(() => answers.length).toBe(4)
    answers[3]?.('the fourth')
    expect(await next).toBe('the fourth')
  })

  it('loses no item of an iterator', async () => {
    let release: () => void = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const held = await python.builtins.list([items(() => gate)]).$keep
    const source = await held.$item(0).$keep
    expect(await rejection(cancelled.first(source, kw({ $timeout: 50 })))).toBeInstanceOf(TimeoutError)
    release()
    await delay(20)
    expect([await cancelled.first(source), await cancelled.first(source), await cancelled.first(source)]).toEqual([
      0, 1, 2,
    ])
  })
})

describe('a blocking call that waits for other threads', () => {
  it('is ended by its time limit, where callbacks would be served', () => {
    const blocking = python.sync.import('./python/cancelled.py')
    blocking.call(() => 1) // from the first function on
    expect(() => blocking.thread_waits(kw({ $timeout: 50 }))).toThrow(TimeoutError)
    expect(blocking.call(() => 2)).toBe(2)
  })
})

async function* items(before: () => Promise<unknown>) {
  for (let i = 0; ; i++) {
    if (i === 0) await before()
    yield i
  }
}

/** A stream that never takes anything, and its end. */
function stuck(): { stream: Writable; close: () => void } {
  let over: () => void = () => {}
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      over = done
    },
  })
  return {
    stream,
    close: () => {
      stream.destroy()
      over()
    },
  }
}
