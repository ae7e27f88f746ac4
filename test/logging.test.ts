// `python.on`: records of `logging` and warnings arrive as events.
import { afterEach, describe, expect, it } from 'vitest'
import {
  ConversionError,
  type LogRecord,
  type PythonError,
  PythonZeroDivisionError,
  python,
  type WarningRecord,
} from '../src/index.js'

const output = python.import('./python/output.py')

const listeners: ((record: LogRecord) => void)[] = []
/** Listens until the end of the test. */
async function listen(options: { level?: string | number; logger?: string } = {}) {
  const records: LogRecord[] = []
  const listener = (record: LogRecord) => void records.push(record)
  listeners.push(listener)
  await python.on('log', options, listener)
  return { records, listener, messages: () => records.map(({ message }) => message) }
}

afterEach(async () => {
  for (const listener of listeners.splice(0)) await python.off('log', listener)
  expect(await output.handling()).toEqual(['callHandlers', 30, 'showwarning'])
})

describe("python.on('log')", () => {
  it('tells everything about a record', async () => {
    const { records } = await listen()
    await output.log_error()
    const [record] = records as [LogRecord]
    expect(record).toMatchObject({
      level: 40,
      levelname: 'ERROR',
      logger: 'app.errors',
      message: 'failed',
      fields: { user: 'ada', attempt: 2 },
      stack: null,
      function: 'log_error',
    })
    expect(record.file).toMatch(/output\.py$/)
    expect(Math.abs(record.time.getTime() - Date.now())).toBeLessThan(60_000)
    expect(typeof record.thread).toBe('string')
    expect(record.exception).toBeInstanceOf(PythonZeroDivisionError)
    expect((record.exception as PythonError).traceback).toContain('1 / 0')
    expect(await (record.fields.where as { locked(): Promise<boolean> }).locked()).toBe(false)
  })

  it('gives what Python’s levels let through, or what `level` says, and then gives the levels back', async () => {
    const usual = await listen()
    expect(await output.log_levels()).toBe(30)
    expect(usual.messages()).toEqual(['warning'])
    const all = await listen({ level: 'DEBUG' })
    expect(await output.log_levels()).toBe(10)
    expect(all.messages()).toEqual(['debug', 'info 1', 'warning'])
    await python.off('log', all.listener)
    expect(await output.log_levels()).toBe(30)
    const errors = await listen({ level: 40 })
    await output.log_levels()
    expect(errors.messages()).toEqual([])
  })

  it('filters by logger, and lowers the level of that logger only', async () => {
    const { records } = await listen({ level: 'INFO', logger: 'app' })
    await output.log_levels('app')
    await output.log_levels('app.inner')
    await output.log_levels('apple')
    expect(records.map(({ logger, message }) => `${logger} ${message}`)).toEqual([
      'app info 1',
      'app warning',
      'app.inner info 1',
      'app.inner warning',
    ])
  })

  it('survives logging.config, and leaves Python’s own handlers what they would have got', async () => {
    const { messages } = await listen({ level: 'INFO' })
    const stream = await output.configure()
    await output.log_levels()
    expect(messages()).toEqual(['warning']) // the configuration's level stands
    const again = await listen({ level: 'INFO' })
    await output.log_levels()
    expect(again.messages()).toEqual(['info 1', 'warning'])
    expect(await stream.getvalue()).toBe('WARNING:warning\nWARNING:warning\n')
    await output.unconfigure()
  })

  it('leaves a level alone that the program sets meanwhile', async () => {
    const { listener } = await listen({ level: 'DEBUG' })
    await output.set_root_level(35)
    await python.off('log', listener)
    expect(await output.log_levels()).toBe(35)
    await output.set_root_level(30)
  })

  it('does not print what it hands over; nothing crosses for what nobody hears', async () => {
    const { records } = await listen({ logger: 'app' })
    const heard = await python.capture(() => output.log_levels('app'))
    expect(heard.stderr).toBe('')
    const unheard = await python.capture(() => output.log_levels('other'))
    expect(unheard.stderr).toBe('warning\n')
    expect(records).toHaveLength(1)
  })

  it('copes with wrong arguments and with fields that cannot cross', async () => {
    const { messages, records } = await listen({ logger: 'strange' })
    await python.capture(() => output.log_strange())
    expect(messages()).toEqual(['two %s with (1, 2)', 'fields', 'ünï 💥 \udc80', 'unprintable'])
    expect(records[1]?.fields).toEqual({ nans: '{nan: 1, nan: 2}', list: [1, { a: new Set([1]) }] })
    expect(records[3]?.fields).toEqual({ nans: '<dict, whose repr fails: RuntimeError>', circle: '[[...]]' })
  })

  it('gives an error of JavaScript as itself', async () => {
    const { records } = await listen()
    const mine = new RangeError('mine')
    await output.log_error_of(() => {
      throw mine
    })
    expect(records[0]?.exception).toBe(mine)
  })

  it('keeps the order of each thread, for thousands', async () => {
    const { records } = await listen()
    await output.log_in_threads()
    const one = records.filter(({ thread }) => thread === 'worker-2')
    expect(one.map(({ message }) => message)).toEqual(Array.from({ length: 50 }, (_, i) => String(i)))
    await output.log_many(10_000)
    expect(records).toHaveLength(200 + 10_000)
    python.sync.import('./python/output.py').log_many(3_000) // more than may be on their way
    await expect.poll(() => records.length).toBe(200 + 13_000)
  })

  it('hears nothing after off, and a listener counts once', async () => {
    const { listener, messages } = await listen()
    await python.on('log', { level: 'INFO' }, listener)
    await output.log_levels()
    expect(messages()).toEqual(['info 1', 'warning'])
    python.sync.import('./python/output.py').log_many(5) // on their way
    await python.off('log', listener)
    expect(messages()).toHaveLength(2)
    await python.off('log', listener)
  })

  it('refuses wrong arguments', async () => {
    const on = python.on as (...args: unknown[]) => Promise<void>
    await expect(on('logs', () => {})).rejects.toBeInstanceOf(ConversionError)
    await expect(on('log', 3)).rejects.toThrow('expected a function for python.on, got 3')
    await expect(on('log', { levels: 1 }, () => {})).rejects.toThrow('expected the option level or logger')
    await expect(on('log', { level: 1.5 }, () => {})).rejects.toThrow('the name or the number of a level')
    await expect(on('log', { level: 'LOUD' }, () => {})).rejects.toThrow('expected a level of logging (')
    await expect(python.off('log', 3 as never)).rejects.toThrow('expected a function for python.off, got 3')
  })
})

describe("python.on('warning')", () => {
  it('tells of warnings instead of printing them, and not of those that are caught', async () => {
    const records: WarningRecord[] = []
    const listener = (record: WarningRecord) => void records.push(record)
    await python.on('warning', listener)
    const { stderr } = await python.capture(() => output.warn('old'))
    expect(stderr).toBe('')
    expect(await output.warn_caught()).toBe(1)
    await python.off('warning', listener)
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({ category: 'DeprecationWarning', message: 'old', line: expect.any(Number) })
    expect(records[0]?.file).toMatch(/output\.py$/)
    expect(records[0]?.time).toBeInstanceOf(Date)
    const printed = await python.capture(() => output.warn('new'))
    expect(printed.stderr).toContain('DeprecationWarning: new')
  })

  it('goes on to what the program has put in place of showwarning', async () => {
    const { messages } = await listen({ logger: 'py.warnings' })
    const records: WarningRecord[] = []
    const listener = (record: WarningRecord) => void records.push(record)
    const logging = python.import('logging')
    await logging.captureWarnings(true)
    await python.on('warning', listener)
    await output.warn('both')
    await python.off('warning', listener)
    await logging.captureWarnings(false)
    expect(records).toHaveLength(1)
    expect(messages()).toHaveLength(1)
  })
})
