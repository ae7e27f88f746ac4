// What may end a call early: its signal, its time limit.
//  1. What is aborted before it is written is not sent; before it has started, it never starts; both reject at once.
//  2. What has started is cancelled in Python (native/py/cancellation.h) and rejects when it has ended, its `finally` included.
//     The value it may still give is dropped. A result that was on its way already is delivered.
//  3. What has not ended after the grace is given up: the promise rejects, and the error says what goes on, where, since when.
//  4. The limit of a result that nobody awaits rests when its operation has ended, and goes on when it is fetched: a coroutine runs then.
import type { Batch } from './batch.js'
import { limits } from './call-limits.js'
import type { CallSite } from './call-sites.js'
import { callersOf } from './caller.js'
import { type Channel, theChannel } from './channel.js'
import { AbortError, type CancellationError, TimeoutError } from './errors/cancellation.js'
import { pendingResults } from './pending.js'

/** How far an operation is; the numbers are those of Call::State (native/py/calls.h). */
const CallState = { waiting: 0, running: 1, suspended: 2, ended: 3 } as const

/** What is limited: the state of a pending reference. */
export interface Limited {
  readonly label: string
  readonly isPending: boolean
  /** True when somebody hears of the error. */
  fail(error: unknown): boolean
}

/** An operation in Python that works for the call: itself, or the fetch of its result. */
export interface Target {
  batch: Batch
  temp: number
}

export class CallLimit {
  private readonly targets: Target[] = []
  private readonly deadline: number
  private timer: NodeJS.Timeout | undefined = undefined
  private error: CancellationError | undefined = undefined
  private armed = false
  /** Where the call was written, if that was recorded. */
  site: CallSite | undefined = undefined

  constructor(
    private readonly call: Limited,
    private readonly signal: AbortSignal | undefined,
    private readonly timeout: number,
  ) {
    this.deadline = performance.now() + timeout
  }

  /** The error of a call that must not be written any more. */
  get passed(): CancellationError | undefined {
    if (this.signal?.aborted) this.error ??= new AbortError(this.call.label, this.signal.reason)
    else if (performance.now() >= this.deadline) this.error ??= new TimeoutError(this.call.label, this.timeout)
    return this.error
  }

  /** It is being cancelled: it will fail by itself. */
  get isEnding(): boolean {
    return this.error !== undefined && this.armed
  }

  /** An operation was written for it. */
  attach(batch: Batch, temp: number): void {
    batch.cancellable = true
    this.targets.push({ batch, temp })
    if (this.armed) return
    this.armed = true
    if (this.signal !== undefined) watchSignal(this.signal, this)
    if (this.timeout === Number.POSITIVE_INFINITY) return
    // A batch in flight keeps the process alive, not this timer.
    const left = Math.max(1, Math.ceil(this.deadline - performance.now()))
    this.timer = setTimeout(() => this.cancel(new TimeoutError(this.call.label, this.timeout)), left).unref()
  }

  /** Its operation has ended: nothing to cancel until it is fetched (rule 4). */
  rest(): void {
    this.targets.length = 0
    if (!this.armed) return
    this.armed = false
    clearTimeout(this.timer)
    if (this.signal !== undefined) unwatchSignal(this.signal, this)
  }

  abort(reason: unknown): void {
    this.cancel(new AbortError(this.call.label, reason))
  }

  private cancel(error: CancellationError): void {
    if (this.error !== undefined || !this.call.isPending) return
    this.error = error
    error.place(callersOf(this.site?.stack))
    const channel = theChannel()
    const states = this.targets.map((target) => cancelTarget(channel, target, error))
    if (states.some((state) => state === CallState.running || state === CallState.suspended)) {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.giveUp(error), limits.grace).unref()
    } else if (states.includes(CallState.waiting)) {
      this.reject(error)
    } else {
      this.rest()
    }
  }

  /** Rule 3. */
  private giveUp(error: CancellationError): void {
    if (!this.call.isPending) return
    const { addon } = theChannel()
    const goOn = this.targets.map(({ batch, temp }) => addon.abandon(batch.id, temp))
    const left = goOn.filter(({ state }) => state !== CallState.ended)
    if (left.length === 0) return // its end is on the way
    const runs = left.find(({ lane }) => lane !== '')
    if (runs !== undefined) error.goesOn(runs.lane, runs.milliseconds)
    this.reject(error)
  }

  private reject(error: CancellationError): void {
    // Where nobody waits, what depends on it may bring the error to somebody: Python reports it with its batch.
    if (this.call.fail(error)) pendingResults.listen(error)
  }
}

/** How far the operation was. `error` is what it fails with, unless it has ended. */
export function cancelTarget(channel: Channel, { batch, temp }: Target, error: unknown): number {
  const { jsValues } = channel
  const { mark } = jsValues
  const reason = jsValues.keep(error)
  const state = channel.cancelUnsent(batch, temp, reason)
    ? CallState.waiting
    : channel.addon.cancel(batch.id, temp, reason)
  if (state === CallState.ended) jsValues.takeBack(mark)
  else jsValues.sent(mark)
  return state
}

/** One listener for each signal: Node warns of many. */
const watched = new WeakMap<AbortSignal, { calls: Set<CallLimit>; listener: () => void }>()

function watchSignal(signal: AbortSignal, limit: CallLimit): void {
  const known = watched.get(signal)
  if (known !== undefined) {
    known.calls.add(limit)
    return
  }
  const calls = new Set([limit])
  const listener = () => {
    watched.delete(signal)
    for (const call of calls) call.abort(signal.reason)
  }
  watched.set(signal, { calls, listener })
  signal.addEventListener('abort', listener, { once: true })
}

function unwatchSignal(signal: AbortSignal, limit: CallLimit): void {
  const known = watched.get(signal)
  if (known === undefined) return
  known.calls.delete(limit)
  if (known.calls.size > 0) return
  watched.delete(signal)
  signal.removeEventListener('abort', known.listener)
}
