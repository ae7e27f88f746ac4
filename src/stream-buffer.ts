// What stands between a Python iterator and its consumer: the items that are there, who waits for the next, and when to ask for more.
//  1. Never more than `bufferSize` items are made and not finished with: a pull asks for what fits, and one pull runs at a time.
//  2. A pull asks for one item at first and for twice as many each time it was filled: what comes slowly is never held back to
//     fill a pull, and a slow source is at rest whenever nobody waits for it. Until it has filled two pulls, and the program gave no
//     bufferSize, nothing is asked for ahead. Heavy items are not either.
//  3. It knows nothing of the stream that the program holds, which may be collected (src/stream.ts).
import { rejectWithPlace } from './call-sites.js'
import { callersOf } from './caller.js'
import { StreamOverflowError } from './errors/bridge-errors.js'
import { AbortError, CancellationError, StreamTimeoutError } from './errors/cancellation.js'
import type { PythonError } from './errors/python-error.js'
import { ItemQueue } from './item-queue.js'
import { pendingResults } from './pending.js'
import type { StreamOptions } from './stream-options.js'
import type { Consumer, StreamSource } from './stream-source.js'
import type { Watched } from './watch.js'

const defaultBuffer = 1024
/** Items of a pull from which on it is worth asking ahead. */
const quick = 4
/** Bytes in the queue beyond which nothing is asked for ahead. */
const heavy = 1024 * 1024
/** A pull with no bound of ours: the addon ends it after milliseconds. */
const unbounded = 2 ** 30

interface Waiter {
  resolve(result: IteratorResult<unknown, unknown> | PromiseLike<never>): void
  reject(error: unknown): void
}

/** How a source ended: the value it returned, or its error. */
type Outcome = { value: unknown } | { error: unknown }

export class StreamBuffer implements Consumer, Watched {
  slot = -1
  readonly queue = new ItemQueue()
  dropped = 0
  started = false
  private readonly bufferSize: number
  private readonly overflow: string
  private readonly timeout: number
  private readonly eager: boolean
  private lockstep = false
  private readonly waiters: Waiter[] = []
  /** Items given out that the consumer has not finished with: it asks for the next when it has. */
  private inHand = 0
  private weight = 0
  private appetite = 1
  private asked = 0
  private filled = 0
  private pulling = false
  /** Called when the step in progress is over. */
  private readonly atRest: (() => void)[] = []
  /** Comes after the last item in the queue; taken by one `next`. */
  private outcome: Outcome | undefined = undefined
  private closing: Promise<void> | undefined = undefined
  private timer: NodeJS.Timeout | undefined = undefined
  private readonly signal: AbortSignal | undefined

  constructor(
    private readonly source: StreamSource,
    { bufferSize, overflow = 'wait', timeout, signal }: StreamOptions,
  ) {
    source.consumer = this
    this.bufferSize = bufferSize ?? defaultBuffer
    this.eager = bufferSize !== undefined
    this.overflow = overflow
    this.timeout = timeout === undefined || timeout === Number.POSITIVE_INFINITY ? 0 : timeout
    this.signal = signal
    source.interruptible = signal !== undefined || this.timeout > 0
    if (signal?.aborted) this.abort()
    else signal?.addEventListener('abort', this.abort)
  }

  next(): Promise<IteratorResult<unknown, unknown>> {
    this.started = true
    if (this.inHand > 0) this.inHand--
    if (this.queue.length === 0) return this.wait()
    const value = this.take()
    this.refill()
    return Promise.resolve({ value, done: false })
  }

  /** Nothing is read ahead from now on; the next step gets `value` as what its `yield` gives. */
  send(value: unknown): Promise<IteratorResult<unknown, unknown>> {
    if (this.closing !== undefined) return this.next()
    if (this.queue.length > 0 || this.pulling) {
      return Promise.reject(
        new Error(
          `expected send(…) while the generator waits where the consumer is, got it after ${this.queue.length} more items were read ahead; ` +
            'use ref.$stream({ bufferSize: 1 }), and await each item',
        ),
      )
    }
    this.started = this.lockstep = true
    this.inHand = 0
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject })
      this.arm()
      this.pull(1, [value])
    })
  }

  /** Raises `error` where the generator waits; gives what it yields or returns instead. */
  async throw(error: unknown): Promise<IteratorResult<unknown, unknown>> {
    this.queue.truncate(0)
    this.started = this.lockstep = true
    await this.rests()
    if (this.closing !== undefined) {
      this.outcome = undefined
      return this.source.raise(error)
    }
    this.pulling = true // nothing else may step it meanwhile
    this.inHand = 0
    try {
      const [ended, value] = await this.source.throw(error)
      if (ended) this.over()
      return { value, done: ended }
    } catch (raised) {
      this.over()
      throw raised
    } finally {
      this.rest()
      this.refill()
    }
  }

  private take(): unknown {
    const value = this.queue.shift()
    this.inHand++
    if (this.queue.length === 0) this.weight = 0
    return value
  }

  private wait(): Promise<IteratorResult<unknown, unknown>> {
    const { outcome, closing } = this
    if (outcome !== undefined) {
      this.outcome = undefined
      return 'error' in outcome ? this.rejection(outcome.error) : Promise.resolve({ value: outcome.value, done: true })
    }
    if (closing !== undefined) {
      const over = () => (this.outcome === undefined ? finished : this.wait())
      return closing.then(over, over)
    }
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject })
      if (this.waiters.length === 1) this.arm()
      this.refill()
    })
  }

  /** Rules 1 and 2. */
  private credit(): number {
    if (this.overflow !== 'wait') return unbounded
    const { bufferSize, appetite, waiters, queue } = this
    const room = bufferSize - queue.length - this.inHand
    if (waiters.length > 0) return this.lockstep ? 1 : Math.max(1, Math.min(appetite, room))
    if (this.lockstep || (!this.eager && appetite < quick) || (queue.length > 0 && this.weight > heavy)) return 0
    const wanted = Math.min(appetite, bufferSize)
    return room * 2 < wanted ? 0 : Math.min(wanted, room)
  }

  private refill(): void {
    if (this.closing !== undefined || this.pulling) return
    const credit = this.credit()
    if (credit > 0) this.pull(credit)
  }

  private pull(most: number, sent?: readonly unknown[]): void {
    this.pulling = true
    this.asked = most
    this.filled = 0
    this.source.pull(most, sent)
  }

  arrived(count: number, weight: number): void {
    this.filled += count
    if (this.closing !== undefined) {
      this.queue.truncate(this.queue.length - count)
      return
    }
    this.weight += weight
    const { waiters, queue } = this
    if (waiters.length > 0) {
      while (waiters.length > 0 && queue.length > 0) waiters.shift()?.resolve({ value: this.take(), done: false })
      this.arm()
    }
    if (this.overflow !== 'wait' && queue.length > this.bufferSize) this.overflowed()
  }

  private overflowed(): void {
    const { queue, bufferSize } = this
    if (this.overflow === 'error') {
      queue.truncate(bufferSize)
      const error = new StreamOverflowError(
        `expected a consumer as quick as ${this.source.name}, got more than ${bufferSize} items that wait for it; ` +
          "raise bufferSize, or use overflow: 'wait' or 'drop-oldest'",
      )
      this.endWith({ error })
      return
    }
    for (; queue.length > bufferSize; this.dropped++) queue.shift()
  }

  rested(): void {
    this.appetite = this.filled < this.asked ? Math.max(1, this.filled) : Math.min(this.appetite * 2, this.bufferSize)
    this.rest()
    this.refill()
  }

  ended(value: unknown): void {
    this.rest()
    if (this.closing === undefined) this.settle({ value })
  }

  failed(error: unknown): void {
    this.rest()
    // Where it was an item that could not cross, the generator waits behind it.
    if (this.closing === undefined) this.endWith({ error })
  }

  private rest(): void {
    this.pulling = false
    for (const resume of this.atRest.splice(0)) resume()
  }

  private async rests(): Promise<void> {
    while (this.pulling) await new Promise<void>((resume) => this.atRest.push(resume))
  }

  /** A generator that runs cannot be closed: its step, and with it the pull, ends first. An asynchronous one is cancelled. */
  private async shut(): Promise<void> {
    while (!(await this.source.close(this.pulling))) await this.rests()
  }

  /** Closes the generator; settles when its `finally` has run, and rejects with what it raised there. */
  close(): Promise<void> {
    this.queue.truncate(0)
    this.outcome = undefined
    if (this.closing === undefined) {
      this.closing = this.shut()
      const over = () => this.over()
      this.closing.then(over, over)
    }
    return this.closing
  }

  /** Closes the generator; then whoever waits hears why. What went wrong first is what the consumer hears, with what `finally` raised. */
  private endWith(outcome: { error: unknown }): void {
    this.closing = this.shut()
    const settle = () => this.settle(outcome)
    this.closing.then(settle, (raised) => {
      const { error } = outcome
      if (error instanceof CancellationError) error.raised ??= raised as PythonError
      settle()
    })
  }

  /** `outcome` comes after what is in the queue. */
  private settle(outcome: Outcome): void {
    if (this.queue.length > 0 || this.waiters.length === 0) {
      this.outcome = outcome
    } else {
      const first = this.waiters.shift() as Waiter
      if ('error' in outcome) first.resolve(this.rejection(outcome.error))
      else first.resolve({ value: outcome.value, done: true })
    }
    this.over()
  }

  private rejection(error: unknown): Promise<never> {
    return this.source.site === undefined ? rejectWithPlace(error) : Promise.reject(error)
  }

  /** Nothing comes any more. */
  private over(): void {
    this.closing ??= Promise.resolve()
    clearTimeout(this.timer)
    this.signal?.removeEventListener('abort', this.abort)
    this.source.release()
    for (const waiter of this.waiters.splice(0)) waiter.resolve(finished)
  }

  private readonly abort = (): void => {
    if (this.closing !== undefined) return
    this.queue.truncate(0)
    const error = this.interrupt(new AbortError(this.source.name, this.signal?.reason))
    this.endWith({ error })
  }

  private interrupt(error: CancellationError): CancellationError {
    error.place(callersOf(this.source.site?.stack))
    this.source.interrupt(error)
    return error
  }

  /** The time limit of the first that waits starts anew with each item. */
  private arm(): void {
    if (this.timeout === 0) return
    clearTimeout(this.timer)
    if (this.waiters.length > 0) this.timer = setTimeout(this.late, this.timeout)
  }

  private readonly late = (): void => {
    const error = this.interrupt(new StreamTimeoutError(this.source.name, this.timeout))
    this.waiters.shift()?.reject(error)
    this.discard()
  }

  /** The stream was collected, or nobody waits for its end: an error in it is nobody's, and reported. */
  discard(): void {
    if (this.started && this.closing === undefined) this.close().catch((error) => pendingResults.complain({ error }))
  }
}

const finished: IteratorResult<unknown, unknown> = Object.freeze({ value: undefined, done: true })
