// Options of one call: the names in kw() that begin with `$`, which no Python name can. Parsed here and nowhere else: a wrong
// name or a wrong value is an error where it was written.
import { ConversionError } from './errors/bridge-errors.js'
import { loopName } from './lane.js'
import { shown } from './values/integer.js'

/** What may be said about one call beside its arguments. An option that is undefined counts as left out. */
export interface CallOptions {
  /** Aborting it cancels the call. One that is aborted already: nothing is sent. */
  $signal?: AbortSignal | undefined
  /** Milliseconds after which the call is cancelled; Infinity for none, whatever the default. */
  $timeout?: number | undefined
  /** The lane that the call runs on, or its name; 'asyncio': in a task on the event loop. */
  $lane?: string | object | undefined
  /** The Python context (contextvars) that the call runs in; null for that of calls outside of any, whatever surrounds this one. */
  $context?: object | null | undefined
  /** The call gives `{ result, stdout, stderr }`: what it printed, too. */
  $capture?: boolean | undefined
  /** Of a JavaScript function that Python calls: Python does not wait for it. */
  $fireAndForget?: boolean | undefined
  /** Items of a stream that may be produced ahead of the consumer. */
  $bufferSize?: number | undefined
  /** What a stream does when its buffer is full. */
  $overflow?: 'wait' | 'drop-oldest' | 'error' | undefined
}

type Check = (value: unknown) => boolean
type Rule = readonly [expected: string, holds: Check]

const isObject: Check = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'
const isBoolean: Check = (value) => typeof value === 'boolean'

/** By what it does: signals of other realms, and of polyfills, count. */
export const isSignal: Check = (value) =>
  value instanceof AbortSignal ||
  (isObject(value) &&
    typeof (value as AbortSignal).aborted === 'boolean' &&
    typeof (value as AbortSignal).addEventListener === 'function')

/** The largest delay of a JavaScript timer. */
const longest = 2 ** 31 - 1

export const isTimeLimit: Check = (value) =>
  typeof value === 'number' && ((value > 0 && value <= longest) || value === Number.POSITIVE_INFINITY)
export const timeLimitText = `milliseconds (more than 0, at most ${longest}), or Infinity for no limit`

const rules: Record<keyof CallOptions, Rule> = {
  $signal: ['an AbortSignal', isSignal],
  $timeout: [timeLimitText, isTimeLimit],
  $lane: ['a lane or its name', (value) => (typeof value === 'string' && value !== '') || isObject(value)],
  $context: ['a Python context (python.context()) or null', (value) => value === null || isObject(value)],
  $capture: ['a boolean', isBoolean],
  $fireAndForget: ['a boolean', isBoolean],
  $bufferSize: [
    'an integer from 1',
    (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= longest,
  ],
  $overflow: [
    "'wait', 'drop-oldest' or 'error'",
    (value) => value === 'wait' || value === 'drop-oldest' || value === 'error',
  ],
}

/** The helper that makes a call with these options; undefined where it is simply made. */
export function callHelper(options: CallOptions): string | undefined {
  const onLoop = options.$lane === loopName
  if (options.$capture === true) return onLoop ? 'call_captured_on_loop' : 'call_captured'
  return onLoop ? 'call_on_loop' : undefined
}

/** Adds the option `name` to `options`; throws for a name or a value that is not known. */
export function addOption(options: CallOptions, name: string, value: unknown): void {
  const rule = Object.hasOwn(rules, name) ? rules[name as keyof CallOptions] : undefined
  if (rule === undefined)
    throw new ConversionError(
      `expected the name of a keyword argument for kw, got the unknown option ${shown(name)}; the options are ${Object.keys(rules).join(', ')}`,
    )
  if (value === undefined) return
  const [expected, holds] = rule
  if (!holds(value)) throw new ConversionError(`expected ${expected} for the option ${name}, got ${shown(value)}`)
  options[name as keyof CallOptions] = value as never
}
