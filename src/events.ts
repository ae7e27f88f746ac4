// `python.on`: Python's log records and warnings, as they come.
import { begin } from './async-operations.js'
import { callback } from './callback.js'
import { Opcode } from './codec/wire.js'
import { errorOf } from './deliver.js'
import { ConversionError } from './errors/bridge-errors.js'
import type { ErrorDescription } from './errors/create.js'
import { poolSpace } from './spaces.js'
import { shown } from './values/integer.js'

/** A record of Python's `logging`. */
export interface LogRecord {
  /** `10` for DEBUG, `20` for INFO and so on. */
  level: number
  levelname: string
  /** The logger's name. */
  logger: string
  message: string
  /** What came by `extra`. A value that cannot cross is its `repr`. */
  fields: Record<string, unknown>
  /** Of `exc_info`: a PythonError; the error of JavaScript that passed through Python. */
  exception: Error | null
  /** Of `stack_info`. */
  stack: string | null
  time: Date
  /** The name of the Python thread. */
  thread: string | null
  file: string
  line: number
  function: string | null
}

/** A warning of Python's `warnings`. */
export interface WarningRecord {
  /** The name of its class, as `DeprecationWarning`. */
  category: string
  message: string
  file: string
  line: number
  time: Date
  thread: string
}

/** Which records a listener wants. */
export interface LogOptions {
  /** `'INFO'`, or a number: that much is let through while it listens. What Python's own levels let through, when left out. */
  level?: string | number | undefined
  /** Only this logger and those below it. */
  logger?: string | undefined
}

interface Records {
  log: LogRecord
  warning: WarningRecord
}

type Name = keyof Records
type Listener<N extends Name = Name> = (record: Records[N]) => void

const helpers = {
  log: ['listen_to_logs', 'forget_logs'],
  warning: ['listen_to_warnings', 'forget_warnings'],
} as const

/** What Python calls for each listener. */
const sinks = { log: new Map<unknown, Sink>(), warning: new Map<unknown, Sink>() }

interface Sink {
  (event: Record<string, unknown>): void
  /** Nothing more is to be heard, of what is on its way either. */
  isOff?: boolean
}

/**
 * Calls `listener` with each record, from the moment on when the promise settles. It does not keep the process alive; what it throws is
 * an uncaught exception. A listener that listens already gets the new options.
 *
 * @example
 * await python.on('log', { level: 'INFO' }, ({ levelname, logger, message }) => console.log(levelname, logger, message))
 */
export async function on(event: 'log', listener: Listener<'log'>): Promise<void>
export async function on(event: 'log', options: LogOptions, listener: Listener<'log'>): Promise<void>
export async function on(event: 'warning', listener: Listener<'warning'>): Promise<void>
export async function on(event: Name, ...rest: unknown[]): Promise<void> {
  requireName(event, 'on')
  const listener = requireListener(rest.pop(), 'on')
  const options = event === 'log' ? logOptions(rest[0]) : []
  const known = sinks[event].get(listener)
  const sink = known ?? sinkOf(event, listener)
  sinks[event].set(listener, sink)
  try {
    await helper(helpers[event][0], [sink, ...options], `python.on('${event}')`)
  } catch (error) {
    if (known === undefined) sinks[event].delete(listener)
    throw error
  }
}

/** Ends what `python.on` began: the listener is not called again. */
export async function off(event: 'log', listener: Listener<'log'>): Promise<void>
export async function off(event: 'warning', listener: Listener<'warning'>): Promise<void>
export async function off(event: Name, listener: unknown): Promise<void> {
  requireName(event, 'off')
  const sink = sinks[event].get(requireListener(listener, 'off'))
  if (sink === undefined) return
  sinks[event].delete(listener)
  sink.isOff = true
  await helper(helpers[event][1], [sink], `python.off('${event}')`)
}

function sinkOf(event: Name, listener: Listener): Sink {
  const sink: Sink = callback(
    (record: Record<string, unknown>) => {
      if (sink.isOff === true) return
      listener((event === 'log' ? logRecord(record) : timed(record)) as never)
    },
    { fireAndForget: true, name: `the listener of python.on('${event}')` },
  )
  return sink
}

function timed(record: Record<string, unknown>): object {
  record.time = new Date(record.time as number)
  return record
}

function logRecord(record: Record<string, unknown>): object {
  const { exception } = record
  if (Array.isArray(exception)) record.exception = errorOf(...(exception as [ErrorDescription, object]))
  return timed(record)
}

function logOptions(options: unknown = {}): readonly unknown[] {
  if (typeof options !== 'object' || options === null)
    throw new ConversionError(`expected { level, logger } for python.on, got ${shown(options)}`)
  for (const name of Object.keys(options)) {
    if (name !== 'level' && name !== 'logger')
      throw new ConversionError(`expected the option level or logger for python.on, got ${shown(name)}`)
  }
  const { level, logger = '' } = options as LogOptions
  if (level !== undefined && typeof level !== 'string' && !(Number.isInteger(level) && level >= 0))
    throw new ConversionError(`expected the name or the number of a level for python.on, got ${shown(level)}`)
  if (typeof logger !== 'string')
    throw new ConversionError(`expected the name of a logger for python.on, got ${shown(logger)}`)
  return [level, logger]
}

function requireName(event: unknown, method: string): asserts event is Name {
  if (event !== 'log' && event !== 'warning')
    throw new ConversionError(`expected 'log' or 'warning' for python.${method}, got ${shown(event)}`)
}

function requireListener(listener: unknown, method: string): Listener {
  if (typeof listener === 'function') return listener as Listener
  throw new ConversionError(`expected a function for python.${method}, got ${shown(listener)}`)
}

function helper(name: string, args: readonly unknown[], label: string): PromiseLike<unknown> {
  return begin(poolSpace, Opcode.helper, name, args, label) as PromiseLike<unknown>
}
