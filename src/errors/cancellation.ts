// How a cancelled call fails. Not Python's own errors (PythonTimeoutError, PythonCancelledError), which Python code raised by itself.

import { setName } from './bridge-errors.js'
import { limitFrames } from './frame-limit.js'
import type { PythonError } from './python-error.js'

/** A call that goes on although everybody has given it up: it waits outside Python code, or does not let itself be cancelled. */
export interface StillRunning {
  /** The lane whose thread is inside the call; it is free again when the call ends. */
  readonly lane: string
  /** When the call started. */
  readonly since: Date
}

/** What AbortError and TimeoutError have in common. */
export abstract class CancellationError extends Error {
  abstract readonly code: string
  /** Set when the call had not ended by the time the promise was rejected. What comes of it is dropped. */
  running: StillRunning | undefined = undefined
  /** What Python code raised while it was being cancelled, if that was not the cancellation itself. */
  raised: PythonError | undefined = undefined

  constructor(
    message: string,
    /** The operation: `client.get()`. */
    readonly label: string,
    options?: ErrorOptions,
  ) {
    // Frames captured here would not only show the timer, or the abort: see `forgetFrames`.
    const limit = limitFrames(0)
    super(message, options)
    limitFrames(limit)
    hide(this, 'label', label)
    hide(this, 'running', undefined)
    hide(this, 'raised', undefined)
    this.place(undefined)
  }

  /** The stack is the call site's. @internal */
  place(callers: string | undefined): void {
    const frames = callers?.match(/^ {4}at .*$/gm) ?? []
    hide(this, 'stack', [`${this.name}: ${this.message}`, ...frames].join('\n'))
  }

  /** The call has been given up. @internal */
  goesOn(lane: string, milliseconds: number): void {
    this.running = { lane, since: new Date(Date.now() - milliseconds) }
    const text = `; it still runs on the lane ${lane}, since ${Math.round(milliseconds)} ms`
    hide(this, 'stack', this.stack?.replace(this.message, this.message + text))
    this.message += text
  }
}

/** The `$signal` of the call, or the signal of the stream, was aborted. `cause` is the signal's reason; `name` and `code` are those of Node's own AbortError. */
export class AbortError extends CancellationError {
  readonly code = 'ABORT_ERR'
  constructor(label: string, reason: unknown) {
    super(`${label} was aborted`, label, { cause: reason })
    if (reason instanceof Error) forgetFrames(reason)
  }
  static {
    setName(this, 'AbortError')
  }
}

/** The call's time limit has passed: its own `$timeout`, or the default one. */
export class TimeoutError extends CancellationError {
  readonly code: string = 'ERR_SNAKEBRIDGE_TIMEOUT'
  constructor(
    label: string,
    /** Milliseconds. */
    readonly timeout: number,
    message = `expected an answer of ${label} within ${timeout} ms, got none`,
  ) {
    super(message, label)
    hide(this, 'timeout', timeout)
  }
  static {
    setName(this, 'TimeoutError')
  }
}

/** The next item of a stream did not come within its time limit. */
export class StreamTimeoutError extends TimeoutError {
  override readonly code = 'ERR_SNAKEBRIDGE_STREAM_TIMEOUT'
  constructor(label: string, timeout: number) {
    super(label, timeout, `expected an item of ${label} within ${timeout} ms, got none; the stream is closed`)
  }
  static {
    setName(this, 'StreamTimeoutError')
  }
}

/**
 * Until its stack is read an error holds the functions on it, what these worked on (from Node 22 on) and what they can see: the call
 * that it ends, whose result in Python holds the error. No collector finds a cycle through both languages.
 */
function forgetFrames(error: Error): void {
  void error.stack
}

/** Not enumerable: Node prints the enumerable fields beside the stack, which says it all. */
function hide(error: object, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false })
}
