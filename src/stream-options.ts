// What a stream can be told.
import { type CallOptions, isSignal, isTimeLimit, timeLimitText } from './call-options.js'
import { ConversionError } from './errors/bridge-errors.js'
import { integerWithin, shown } from './values/integer.js'

/** Options of `ref.$stream(…)`. */
export interface StreamOptions {
  /**
   * Items that Python may have made and the consumer not finished with, the one in its hands included. Left out, a stream reads ahead
   * only of a consumer that keeps asking a source that is quick, and never more than 1,024 items; given, the buffer is kept full.
   * With 1 the next item is made when it is asked for.
   */
  bufferSize?: number
  /**
   * What happens when the buffer is full: the source waits (the default), or it runs on and the oldest items are dropped (`dropped` counts
   * them), or the stream fails with a StreamOverflowError.
   */
  overflow?: 'wait' | 'drop-oldest' | 'error'
  /** Milliseconds that one item may take, from when it is asked for, Infinity for no limit; then the stream fails with a StreamTimeoutError, and is closed. */
  timeout?: number
  /** Closes the stream when it is aborted; what waits for an item rejects with an AbortError, once the generator's `finally` has run. */
  signal?: AbortSignal
}

export const overflows = ['wait', 'drop-oldest', 'error'] as const

const none: StreamOptions = Object.freeze({})

/** What was said of the call whose result is streamed. */
export function callStreamOptions(call: CallOptions | undefined): StreamOptions {
  if (call === undefined) return none
  const options: StreamOptions = {}
  if (call.$bufferSize !== undefined) options.bufferSize = call.$bufferSize
  if (call.$overflow !== undefined) options.overflow = call.$overflow
  if (call.$timeout !== undefined) options.timeout = call.$timeout
  if (call.$signal !== undefined) options.signal = call.$signal
  return options
}

const names = new Set(['bufferSize', 'overflow', 'timeout', 'signal'])
const largestBuffer = 2 ** 24

/** Throws for what no stream can be told. */
export function checkStreamOptions(options: StreamOptions): StreamOptions {
  if (typeof options !== 'object' || options === null)
    throw new ConversionError(`expected an object of options for $stream, got ${shown(options)}`)
  for (const name of Object.keys(options)) {
    if (!names.has(name))
      throw new ConversionError(`expected the options ${[...names].join(', ')} for $stream, got ${shown(name)}`)
  }
  const { bufferSize, overflow, timeout, signal } = options
  if (bufferSize !== undefined) integerWithin(bufferSize, 1, largestBuffer, '$stream’s bufferSize')
  if (overflow !== undefined && !overflows.includes(overflow))
    throw new ConversionError(`expected ${overflows.join(', ')} for $stream’s overflow, got ${shown(overflow)}`)
  if (timeout !== undefined && !isTimeLimit(timeout))
    throw new ConversionError(`expected ${timeLimitText} for $stream’s timeout, got ${shown(timeout)}`)
  if (signal !== undefined && !isSignal(signal))
    throw new ConversionError(`expected an AbortSignal for $stream’s signal, got ${shown(signal)}`)
  return options
}
