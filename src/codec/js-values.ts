// JavaScript values that Python holds by number: functions, errors, whatever was thrown.
//  1. The same object has the same number as long as Python holds it, so that it is the same object there.
//  2. It is counted how often a number was sent. Python says how often those that it dropped had arrived; when all have come
//     back, the value is forgotten.
//  3. What Python calls runs in the asynchronous context in which it was last passed.
import { type AsyncScope, countLiving, currentScope, keepsAlive } from './async-scope.js'
import { isClass } from './function-source.js'

type Listener = (value: unknown) => void
const listeners: Listener[] = []

/** `listener` hears of each value that Python holds no more. */
export function onForgotten(listener: Listener): void {
  listeners.push(listener)
}

export interface Kept {
  readonly value: unknown
  sent: number
  /** A class: called with `new`. */
  readonly isClass: boolean
  /** An asynchronous function; undefined until Python calls it. */
  isAsync: boolean | undefined
  /** Rule 3. */
  scope: AsyncScope | undefined
  /** What goes with a kJsValue: made once. */
  readonly details: string
}

export class JsValues {
  private readonly kept = new Map<number, Kept>()
  private readonly ids = new Map<unknown, number>()
  private next = 0
  /** Numbers that were written into the message under way, and have not been sent. */
  private readonly written: number[] = []

  /** The number of `value`, which is being written; `describe` gives the details of one that Python does not hold. */
  keep(value: unknown, describe?: (value: never) => string): number {
    const known = this.ids.get(value)
    if (known !== undefined) {
      const kept = this.kept.get(known) as Kept
      kept.sent++
      if (kept.scope !== undefined) kept.scope = currentScope()
      this.written.push(known)
      return known
    }
    while (this.kept.has(this.next)) this.next = (this.next + 1) >>> 0
    const id = this.next
    this.next = (id + 1) >>> 0
    this.kept.set(id, {
      value,
      sent: 1,
      details: describe === undefined ? '' : describe(value as never),
      isClass: typeof value === 'function' && isClass(value),
      isAsync: undefined,
      scope: describe === undefined ? undefined : currentScope(),
    })
    if (keepsAlive(value)) countLiving(1)
    if (isObject(value)) this.ids.set(value, id)
    this.written.push(id)
    return id
  }

  detailsOf(id: number): string {
    return (this.kept.get(id) as Kept).details
  }

  /** The start of a message: what `takeBack` and `sent` are told. */
  get mark(): number {
    return this.written.length
  }

  /** The message that was begun at `mark` is not sent: Python will never hear of its numbers. */
  takeBack(mark: number): void {
    while (this.written.length > mark) this.drop(this.written.pop() as number, 1)
  }

  /** The message that was begun at `mark` is on its way. */
  sent(mark: number): void {
    if (this.written.length !== mark) this.written.length = mark
  }

  has(id: number): boolean {
    return this.kept.has(id)
  }

  get(id: number): unknown {
    return this.kept.get(id)?.value
  }

  find(id: number): Kept | undefined {
    return this.kept.get(id)
  }

  /** Python no longer holds a value that had arrived so often. */
  drop(id: number, arrivals: number): void {
    const known = this.kept.get(id)
    if (known === undefined) return
    known.sent -= arrivals
    if (known.sent > 0) return
    this.kept.delete(id)
    if (keepsAlive(known.value)) countLiving(-1)
    if (this.ids.get(known.value) === id) this.ids.delete(known.value)
    for (const listener of listeners) listener(known.value)
  }

  get size(): number {
    return this.kept.size
  }
}

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
