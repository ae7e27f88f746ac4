// Errors of Node streams that Python holds. A stream may fail before Python looks at it, and without a listener that would end the
// process. Whoever reads or writes next gets the error; one that nobody gets is reported as an unhandled rejection.
import type { Readable, Writable } from 'node:stream'
import { pendingResults } from '../pending.js'

class StreamErrors {
  held = true
  error: unknown = undefined
}

const known = new WeakMap<object, StreamErrors>()
const delivered = new WeakSet<object>()

/** Python gets `stream`, or asks it. */
export function hearErrors(stream: Readable | Writable): void {
  const seen = known.get(stream)
  if (seen !== undefined) {
    seen.held = true
    return
  }
  const errors = new StreamErrors()
  known.set(stream, errors)
  stream.on('error', (error) => {
    errors.error = error
    if (!errors.held) report(stream, errors)
  })
}

/** Python has been told of the error, or will be. */
export function deliverError(error: unknown): void {
  if (typeof error === 'object' && error !== null) delivered.add(error)
}

/** Python holds `value` no more. */
export function stopHearing(value: object): void {
  const errors = known.get(value)
  if (errors === undefined) return
  errors.held = false
  report(value as Readable, errors)
}

function report(stream: Readable | Writable, errors: StreamErrors): void {
  const { error } = errors
  errors.error = undefined
  if (typeof error !== 'object' || error === null || delivered.has(error) || stream.listenerCount('error') > 1) return
  delivered.add(error)
  pendingResults.complain({ error })
}
