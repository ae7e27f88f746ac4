// What all references share: where they belong, what they are called, and how a settled one is written.

import type { CallOptions } from './call-options.js'
import { theChannel } from './channel.js'
import type { CommandBuffer } from './codec/command-buffer.js'
import { stateOf } from './codec/operand.js'
import { Tag } from './codec/wire.js'
import { ForeignReferenceError, ReleasedReferenceError } from './errors/bridge-errors.js'
import { Handle } from './handle.js'
import type { Space } from './space.js'
import { watch } from './watch.js'

/** What a label says of its text; most are never read, so none is put together before. */
export const LabelForm = { plain: 0, attribute: 1, method: 2, call: 3 } as const

/** What stands behind a reference's proxy. It never refers to the proxy, or that could not be collected. */
export abstract class ReferenceState extends Handle {
  received = 1
  released = false
  private text = ''
  private form: number = LabelForm.plain
  /** A cheap repr, or the type's name; what console.log shows before `repr`. */
  shown: string | undefined
  /** Of a call's result: what was said about the call. A stream over it heeds them. */
  options: CallOptions | undefined
  /** What `$repr` gave. */
  repr: string | undefined
  /** Its use has to be checked: it was released, or it belongs to a session. */
  protected guarded: boolean

  constructor(
    public space: Space,
    /** Of a settled reference; -1 for one that is pending. */
    readonly index: number,
    readonly generation: number,
  ) {
    super()
    this.guarded = space.owner !== undefined
  }

  /** How it was made, for messages. */
  get label(): string {
    switch (this.form) {
      case LabelForm.plain:
        return this.text
      case LabelForm.attribute:
        return `.${this.text}`
      case LabelForm.method:
        return `.${this.text}()`
      default:
        return `${this.text}()`
    }
  }

  set label(text: string) {
    this.named(text, LabelForm.plain)
  }

  named(text: string, form: number): void {
    this.text = text
    this.form = form
  }

  /** A reference to it. */
  abstract makeProxy(): object

  override writeOperand(to: CommandBuffer): void {
    this.requireUsable()
    to.word(Tag.object, this.index)
    to.word(this.generation, 0)
    this.use()
  }

  protected override giveBack(): void {
    this.space.forget(this as never)
    theChannel().releases.object(this.index, this.received)
    this.received = 0
  }

  /** Gives back what it holds; any later use throws. */
  release(): void {
    if (this.released) return
    theChannel().deferred.write() // it may be an attribute of this
    this.released = true
    this.guarded = true
    this.unwatch()
    this.space.owner?.drop(this)
    this.discard()
  }

  protected unwatch(): void {
    watch.remove(this)
  }

  requireUsable(): void {
    if (this.guarded) this.check()
  }

  private check(): void {
    const { owner } = this.space
    if (!this.released) {
      owner?.use(this)
      return
    }
    throw owner?.explain(this) ?? this.releasedError()
  }

  protected releasedError(): Error {
    return new ReleasedReferenceError(
      `expected a reference that is in use, got ${this.describe()} after its release; keep it until its last use`,
    )
  }

  /** It belongs to another session, or to none, from now on. */
  moveTo(space: Space): void {
    this.space.owner?.drop(this)
    if (this.index >= 0) {
      this.space.forget(this as never)
      space.adopt(this as never)
      space.owner?.keep(this)
    }
    this.space = space
    this.guarded = space.owner !== undefined
  }

  /** A few words for messages and logs. */
  describe(): string {
    return this.label === '' ? 'a Python reference' : `the Python reference ${this.label}`
  }
}

/** The state behind `value`, which a function of the `$` namespace was called on. */
export function requireState(value: unknown): ReferenceState {
  const state = value === null || value === undefined ? undefined : (value as { [stateOf]?: ReferenceState })[stateOf]
  if (state instanceof ReferenceState) return state
  throw new ForeignReferenceError(
    'expected a Python reference as `this`, got something else; call $ methods on the reference itself: ref.$name(…)',
  )
}

/** Whether `value` is a reference to a Python object, pending or settled. */
export function isReference(value: unknown): boolean {
  if (typeof value !== 'function') return false
  return (value as unknown as { [stateOf]?: unknown })[stateOf] instanceof ReferenceState
}

const digits = /^(?:0|-?[1-9]\d{0,15})$/

/** The index that a property name like '0' or '-1' stands for; undefined for any other name. */
export function indexOf(name: string): number | undefined {
  const first = name.charCodeAt(0)
  return (first === 45 || (first >= 48 && first <= 57)) && digits.test(name) ? Number(name) : undefined
}
