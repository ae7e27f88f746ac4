// Results on their way, by the number of their operation; and the errors that nobody waited for.
import type { AsyncState } from './async-reference.js'

class PendingResults {
  private readonly states: (AsyncState | undefined)[] = []
  /** Temps of fetches: they deliver what another temp stands for. */
  private readonly fetches = new Map<number, AsyncState>()
  /** Errors that somebody has heard of: awaited, or reported once. */
  private readonly heard = new WeakSet<object>()

  put(temp: number, state: AsyncState): void {
    this.states[temp] = state
  }

  putFetch(temp: number, state: AsyncState): void {
    this.fetches.set(temp, state)
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

  takeFetch(temp: number): AsyncState | undefined {
    if (this.fetches.size === 0) return undefined
    const state = this.fetches.get(temp)
    if (state !== undefined) this.fetches.delete(temp)
    return state
  }

  /** An operation failed; an error that nobody hears of becomes one unhandled rejection. */
  report(awaited: boolean, error: unknown): void {
    if (awaited) this.listen(error)
    else this.complain(error)
  }

  listen(error: unknown): void {
    if (typeof error === 'object' && error !== null) this.heard.add(error)
  }

  /** Somebody may still await it in this turn. */
  complain(error: unknown): void {
    if (typeof error !== 'object' || error === null || this.heard.has(error)) return
    setImmediate(() => {
      if (this.heard.has(error)) return
      this.heard.add(error)
      Promise.reject(error)
    })
  }
}

export const pendingResults = new PendingResults()
