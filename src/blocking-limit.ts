// The options of a blocking call: its time limit is kept by a thread of the addon, because no timer of JavaScript runs meanwhile.
import type { CallOptions } from './call-options.js'
import type { Auxiliary } from './codec/operation.js'
import { AbortError, TimeoutError } from './errors/cancellation.js'
import { PythonError } from './errors/python-error.js'

const cancelledType = 'snakebridge.cancellation.CallCancelled'

class BlockingLimit {
  constructor(
    private readonly label: string,
    private readonly timeout: number,
  ) {}

  /** As the addon takes it; 0 for none. */
  get milliseconds(): number {
    return this.timeout === Number.POSITIVE_INFINITY ? 0 : Math.ceil(this.timeout)
  }

  /** The error of a call that failed: of one that was interrupted, a TimeoutError. */
  errorOf(error: unknown): unknown {
    if (!(error instanceof PythonError) || error.pythonType !== cancelledType) return error
    const timeout = new TimeoutError(this.label, this.timeout)
    timeout.place(error.stack)
    if (error.context instanceof PythonError) timeout.raised = error.context
    return timeout
  }
}

/** What limits a call with these options; throws when its signal is aborted, which nothing can do later. */
export function blockingLimit(
  target: object | undefined,
  auxiliary: Auxiliary,
  options: CallOptions,
): BlockingLimit | undefined {
  const name = typeof auxiliary === 'string' ? auxiliary : ((target as { label?: string })?.label ?? '')
  const label = name === '' ? 'a blocking call' : `${name}()`
  if (options.$signal?.aborted) throw new AbortError(label, options.$signal.reason)
  return options.$timeout === undefined ? undefined : new BlockingLimit(label, options.$timeout)
}
