// The bridge's own errors: what went wrong before, after or beside Python. Each has a `code`, as Node's errors have.

/** A value cannot cross to the other language without loss, or cannot cross at all. Says which value, and what to do. */
export class ConversionError extends TypeError {
  readonly code = 'ERR_SNAKEBRIDGE_CONVERSION'
  static {
    setName(this, 'ConversionError')
  }
}

/** A reference was used after `$release()` or the end of its `using` block. */
export class ReleasedReferenceError extends Error {
  readonly code = 'ERR_SNAKEBRIDGE_RELEASED'
  static {
    setName(this, 'ReleasedReferenceError')
  }
}

/** A reference, or an object that poses as one, does not belong to this thread's Python: another worker's, or made by hand. */
export class ForeignReferenceError extends TypeError {
  readonly code = 'ERR_SNAKEBRIDGE_FOREIGN_REFERENCE'
  static {
    setName(this, 'ForeignReferenceError')
  }
}

/** A stream with `overflow: 'error'` got more items than its buffer holds: the consumer is too slow for the source. */
export class StreamOverflowError extends Error {
  readonly code = 'ERR_SNAKEBRIDGE_STREAM_OVERFLOW'
  static {
    setName(this, 'StreamOverflowError')
  }
}

/** Python has ended, or is ending, with the process: nothing can be called any more. */
export class PythonStoppedError extends Error {
  readonly code = 'ERR_SNAKEBRIDGE_STOPPED'
  static {
    setName(this, 'PythonStoppedError')
  }
}

/**
 * There was no memory for a result, in Python's half of the bridge or for the ArrayBuffer that it arrives in. What was to be done may have been
 * done.
 */
export class NoRoomError extends RangeError {
  readonly code = 'ERR_SNAKEBRIDGE_NO_ROOM'
  static {
    setName(this, 'NoRoomError')
  }
}

/** The error of a result that did not come, where nothing else is known of it. @internal */
export function unanswered(label: string): NoRoomError {
  return new NoRoomError(
    `expected memory for the result of ${label === '' ? 'a call' : label}, got none: it was lost; free memory, and call again`,
  )
}

/** A lane has as many operations waiting as its `queueLimit` allows: the operations of this turn were not sent, none of them has run. */
export class LaneFullError extends Error {
  readonly code = 'ERR_SNAKEBRIDGE_LANE_FULL'
  static {
    setName(this, 'LaneFullError')
  }
  constructor(
    message: string,
    /** The lane's name, or 'pool'. */
    readonly lane: string,
    /** Operations that were waiting. */
    readonly waiting: number,
    readonly limit: number,
  ) {
    super(message)
  }
}

/** A reference cannot be used because of its session: that has ended, or let it go, or is another one than the operation's. */
export class SessionError extends Error {
  readonly code = 'ERR_SNAKEBRIDGE_SESSION'
  static {
    setName(this, 'SessionError')
  }
  constructor(
    message: string,
    /** The session has ended, or expired (`ttl`); the reference was evicted (`maxReferences`), or belongs to a foreign session. */
    readonly reason: 'ended' | 'expired' | 'evicted' | 'foreign',
    /** The name of the reference's session. */
    readonly session: string,
  ) {
    super(message)
  }
}

/** On the prototype and hidden, as the names of JavaScript's own errors. */
export function setName(errorClass: { prototype: Error }, name: string): void {
  Object.defineProperty(errorClass.prototype, 'name', {
    value: name,
    writable: true,
    configurable: true,
    enumerable: false,
  })
}
