// Results on their way, by the number of their operation; and the errors that nobody waited for.
import type { AsyncState } from './async-reference.js'
import type { CallSite } from './call-sites.js'
import { setImmediate } from './scheduling.js'
import type { Space } from './space.js'

/** Who gets what an operation brings: a reference that stands for its result, or a stream. */
export interface Receiver {
  readonly space: Space
  readonly temp: number
  readonly site: CallSite | undefined
  readonly isAttribute: boolean
  /** What was written. */
  readonly label: string
  /** Another operation has it as its input: that one fails, too, and its failure is somebody's to hear of. */
  readonly isOperand: boolean
  resolve(value: unknown, isReference: boolean, isFloat: boolean, isScalar: boolean): void
  /** True when somebody hears of the error. */
  fail(error: unknown): boolean
}

/** An error that nobody has heard of yet. */
export interface Failure {
  readonly error: unknown
  /** Whose it is, where another operation may have had that as an input. */
  readonly from?: Receiver | undefined
}

class PendingResults {
  private readonly states: (AsyncState | undefined)[] = []
  /** By temps that nothing else refers to: of fetches, which deliver what another temp stands for, and of pulls. */
  private readonly fetches = new Map<number, Receiver>()
  /** Errors that somebody has heard of: awaited, or reported once. */
  private readonly heard = new WeakSet<object>()

  put(temp: number, state: AsyncState): void {
    this.states[temp] = state
  }

  putFetch(temp: number, receiver: Receiver): void {
    this.fetches.set(temp, receiver)
  }

  /** The state of a temp, which is forgotten. */
  take(temp: number): AsyncState | undefined {
    const state = this.states[temp]
    this.states[temp] = undefined
    return state
  }

  get(temp: number): AsyncState | undefined {
    return this.states[temp]
  }

  /** What was written for the operation with this temp. */
  labelOf(temp: number): string | undefined {
    return (this.fetches.get(temp) ?? this.states[temp])?.label
  }

  getFetch(temp: number): Receiver | undefined {
    return this.fetches.get(temp)
  }

  takeFetch(temp: number): Receiver | undefined {
    if (this.fetches.size === 0) return undefined
    const receiver = this.fetches.get(temp)
    if (receiver !== undefined) this.fetches.delete(temp)
    return receiver
  }

  /** An operation failed; an error that nobody hears of becomes one unhandled rejection. */
  report(awaited: boolean, error: unknown): void {
    if (awaited) this.listen(error)
    else this.complain({ error })
  }

  listen(error: unknown): void {
    if (typeof error === 'object' && error !== null) this.heard.add(error)
  }

  /**
   * Somebody may still await it in this turn, or use the result that failed: of two inputs that failed only one is the error of
   * the operation, and who hears of that has heard of both.
   */
  complain({ error, from }: Failure): void {
    if (typeof error !== 'object' || error === null || this.heard.has(error)) return
    setImmediate(() => {
      if (this.heard.has(error) || from?.isOperand === true) return
      this.heard.add(error)
      Promise.reject(error)
    })
  }
}

export const pendingResults = new PendingResults()
