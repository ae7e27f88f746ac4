// `ref.name`, as long as nobody has asked Python for it.
//  1. Its operation is written when the next one is, or at the end of the turn: where it was used, in order, context and depth.
//  2. A call that comes before takes its place: `ref.name(…)` is one operation. The attribute is then looked up again whenever it is
//     used again.
//  3. For all but calls there is a state, made when somebody asks, which writes the operation if that has not been written.
import { write, writeFor } from './async-operations.js'
import { AsyncState, callOf } from './async-reference.js'
import { AsyncTraps } from './async-traps.js'
import { contextOf, inContexts } from './call-context.js'
import { callHelper } from './call-options.js'
import { type CallSite, recordSite } from './call-sites.js'
import { theChannel } from './channel.js'
import type { Operand } from './codec/operand.js'
import { Opcode } from './codec/wire.js'
import type { Deferred } from './deferred.js'
import { callFunctionMethod, isFunctionMethod } from './function-methods.js'
import { optionsOf } from './kw.js'
import { nestingLevel } from './nesting.js'
import { pendingResults } from './pending.js'
import { LabelForm } from './reference-state.js'
import { ReferenceTraps, refuseSubclass } from './reference-traps.js'
import { spaceHere } from './session/context.js'
import { proxyTarget, type Space } from './space.js'

const none: readonly unknown[] = []

/** The attribute of `target`, whose reference is `parent`. */
export function attributeOf(target: AsyncState, parent: object, name: string): object {
  if (target.released) target.requireUsable()
  const space = spaceHere(target.space)
  space.owner?.requireOpen()
  const traps = new AttributeTraps(target, parent, name, space)
  const proxy = new Proxy(proxyTarget, traps)
  const channel = theChannel()
  channel.defer(traps, proxy)
  traps.site = recordSite((channel.open?.operations ?? 0) + 1, attributeOf)
  return proxy
}

export class AttributeTraps extends ReferenceTraps implements Deferred {
  /** Where it was used. */
  site: CallSite | undefined = undefined
  private readonly context: Operand | undefined = inContexts ? contextOf(undefined) : undefined
  private readonly level = nestingLevel()
  /** Rule 3. */
  private rest: AsyncTraps | undefined = undefined
  /** Of a session: its reference, which is watched from its operation's end on. */
  private reference: WeakRef<object> | undefined = undefined

  constructor(
    private target: AsyncState | undefined,
    private parent: object | undefined,
    private readonly name: string,
    private readonly space: Space,
  ) {
    super()
  }

  has(target: unknown, key: string | symbol): boolean {
    return this.asRead().has(target, key)
  }

  set(target: unknown, key: string | symbol, value: unknown): boolean {
    return this.asRead().set(target, key, value)
  }

  deleteProperty(target: unknown, key: string | symbol): boolean {
    return this.asRead().deleteProperty(target, key)
  }

  construct(target: unknown, args: readonly unknown[], made: { readonly name: string }): object {
    refuseSubclass(made)
    return this.apply(target, undefined, args)
  }

  get(target: unknown, key: string | symbol, receiver: object): unknown {
    return this.asRead().get(target, key, receiver)
  }

  apply(_target: unknown, self: unknown, args: readonly unknown[]): object {
    const { target, rest } = this
    rest?.state.requireUsable()
    const options = optionsOf(args)
    if (target === undefined || (options && callHelper(options)) !== undefined) return this.asRead().state.call(args)
    this.forgo()
    const made = callOf(this.space, options)
    made.named(this.name, LabelForm.method)
    if (self === this.parent) made.site = this.site // `ref.name(…)`: one expression
    this.site = undefined
    if (isFunctionMethod(this.name)) return callFunctionMethod(made, this.name, target, args, options)
    return write(made, Opcode.callMethod, this.name, target, args, options)
  }

  /** A call takes the place of the operation. */
  private forgo(): void {
    const proxy = theChannel().deferred.take(this)
    if (proxy !== undefined && this.space.owner !== undefined) this.reference = new WeakRef(proxy)
  }

  private asRead(): AsyncTraps {
    if (this.rest === undefined) {
      const state = new AsyncState(this.space, -1, 0)
      state.named(this.name, LabelForm.attribute)
      state.unwritten = this
      state.isAttribute = true
      this.rest = new AsyncTraps(state)
    }
    return this.rest
  }

  writeDeferred(): void {
    const { state } = this.asRead()
    try {
      state.materialize()
    } catch (error) {
      pendingResults.report(state.fail(error), error)
    }
  }

  /** Writes the operation, whose result is that of `state`. */
  write(state: AsyncState): void {
    const { target } = this
    const channel = theChannel()
    const proxy = channel.deferred.take(this) ?? this.reference?.deref() ?? new Proxy(proxyTarget, this)
    this.target = undefined
    this.parent = undefined
    state.site = this.site
    this.site = undefined
    state.context = this.context
    writeFor(proxy, state, Opcode.getAttr, this.name, target, none, undefined)
    if (state.temp >= 0 && nestingLevel() !== this.level) channel.setLevel(state.start, this.level)
  }
}
