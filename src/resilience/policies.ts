// Retries and circuit breakers for calls to Python: cockatiel's policies, with what a failed call means as the default.
import {
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker as cockatielBreaker,
  retry as cockatielRetry,
  ExponentialBackoff,
  handleWhen,
  type RetryPolicy,
} from 'cockatiel'
import { PythonConnectionError, PythonTimeoutError, TimeoutError } from '../index.js'

/** Failures that may be gone the next time: time limits, those of Python's libraries too, and lost connections. */
export function isTransient(error: unknown): boolean {
  return error instanceof TimeoutError || error instanceof PythonTimeoutError || error instanceof PythonConnectionError
}

/** How often and when a call is tried again. */
export interface RetryOptions {
  /** How often at most, the first time included: 3 when left out. */
  attempts?: number
  /** Milliseconds before the second attempt; each further pause is longer, with jitter: 100 when left out. */
  initialDelay?: number
  /** The longest pause: 30,000 when left out. */
  maxDelay?: number
  /** Which failures are worth another attempt: `isTransient` when left out. */
  when?: (error: Error) => boolean
}

/**
 * Tries again, with growing pauses. Hand the signal that `execute` gives on to the call, so that an abort ends the pauses and the
 * call alike.
 *
 * @example
 * const page = await retry({ attempts: 5 }).execute(({ signal }) => client.get(url, kw({ $signal: signal })), controller.signal)
 */
export function retry(options: RetryOptions = {}): RetryPolicy {
  const { attempts = 3, initialDelay = 100, maxDelay = 30_000, when = isTransient } = options
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new RangeError(`expected an integer from 1 for the attempts of retry, got ${String(attempts)}`)
  return cockatielRetry(handleWhen(when), {
    maxAttempts: attempts - 1,
    backoff: new ExponentialBackoff({ initialDelay, maxDelay }),
  })
}

/** When a circuit opens, and closes again. */
export interface CircuitBreakerOptions {
  /** Failures one after the other that open the circuit: 5 when left out. */
  failures?: number
  /** Milliseconds after which one call may try again: 10,000 when left out. */
  resetAfter?: number
  /** Which failures count: `isTransient` when left out. */
  when?: (error: Error) => boolean
}

/**
 * Stops calling what keeps failing: while the circuit is open, calls fail at once with a BrokenCircuitError.
 *
 * @example
 * const guarded = wrap(retry(), circuitBreaker({ failures: 3 }))
 * await guarded.execute(({ signal }) => model.predict(x, kw({ $signal: signal, $timeout: 500 })))
 */
export function circuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreakerPolicy {
  const { failures = 5, resetAfter = 10_000, when = isTransient } = options
  if (!Number.isInteger(failures) || failures < 1)
    throw new RangeError(`expected an integer from 1 for the failures of circuitBreaker, got ${String(failures)}`)
  return cockatielBreaker(handleWhen(when), {
    halfOpenAfter: resetAfter,
    breaker: new ConsecutiveBreaker(failures),
  })
}
