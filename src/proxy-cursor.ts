// Python iterates over a JavaScript object.
import { types } from 'node:util'
import { View } from './codec/view.js'
import { JsKind } from './codec/wire.js'

/** How many elements of an array, a Map or a Set are read at a time. What JavaScript makes as it goes is read one by one. */
const ahead = 256

/** An iterator that Python holds. */
export class Cursor extends View {
  readonly kind = JsKind.opaque
  private ended = false

  constructor(
    private readonly iterator: Iterator<unknown> | AsyncIterator<unknown>,
    private readonly hand: (value: unknown) => unknown,
    private readonly isEager: boolean,
  ) {
    super()
  }

  get target(): object {
    return this.iterator
  }

  describe(): string {
    return 'iterator'
  }

  /** Whether that was all, and then the items. */
  take(): unknown[] | Promise<unknown[]> {
    const taken: unknown[] = [false]
    for (let count = this.isEager ? ahead : 1; count > 0; count--) {
      const step = this.step()
      if (types.isPromise(step)) return this.took(step)
      if (this.note(step)) {
        taken[0] = true
        break
      }
      taken.push(this.hand(step.value))
    }
    return taken
  }

  takeLater(): Promise<unknown[]> {
    return this.took(this.step())
  }

  private async took(coming: IteratorResult<unknown> | Promise<IteratorResult<unknown>>): Promise<unknown[]> {
    const step = await coming
    return this.note(step) ? [true] : [false, this.hand(await step.value)]
  }

  /** The loop was left. */
  stop(): unknown {
    if (this.ended) return null
    this.ended = true
    return this.iterator.return?.()
  }

  private step(): IteratorResult<unknown> | Promise<IteratorResult<unknown>> {
    if (this.ended) return { done: true, value: undefined }
    this.ended = true // if this throws
    const step = this.iterator.next()
    this.ended = false
    return step
  }

  private note(step: IteratorResult<unknown>): boolean {
    if (step.done === true) this.ended = true
    return step.done === true
  }
}
