// The operation that is written when the next one is, or at the end of the turn: an attribute, whose place a call may take
// (async-attribute.ts).
import { enter, leaveLevel, nesting, noCaller } from './nesting.js'

export interface Deferred {
  /** Its time has come. Nothing is thrown: it may be another operation's turn. */
  writeDeferred(): void
}

export class DeferredOperation {
  private operation: Deferred | undefined = undefined
  private proxy: object | undefined = undefined
  private place = nesting()

  get isThere(): boolean {
    return this.operation !== undefined
  }

  /** `proxy` is its reference. */
  set(operation: Deferred, proxy: object): void {
    this.operation = operation
    this.proxy = proxy
    this.place = nesting()
  }

  /** Something comes that it must not come after: it is written where it was used. */
  write(): void {
    if (this.operation === undefined) return
    const before = enter(this.place)
    try {
      this.operation.writeDeferred()
    } finally {
      leaveLevel(before)
    }
  }

  /** The reference of `operation`, which is deferred no more; undefined when it was not. */
  take(operation: Deferred): object | undefined {
    if (this.operation !== operation) return undefined
    const { proxy } = this
    this.operation = undefined
    this.proxy = undefined
    return proxy
  }

  /** It was used in the code that answers that request. */
  isFor(caller: number): boolean {
    return this.operation !== undefined && this.place.caller === caller
  }

  /** Nobody waits any longer for what that code wrote. */
  answered(caller: number): void {
    if (this.place.caller === caller) this.place = { level: this.place.level, caller: noCaller }
  }
}
