// References of the blocking API: every operation runs at once on the calling thread and gives a value or such a reference.

import { inContexts } from './call-context.js'
import type { CallOptions } from './call-options.js'
import { theChannel } from './channel.js'
import type { CommandBuffer } from './codec/command-buffer.js'
import type { Auxiliary } from './codec/operation.js'
import { Opcode, OpFlag, Tag } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'
import { optionsOf } from './kw.js'
import type { LaneThread } from './lane.js'
import { type RaiseError, runNow, type TakeResult, takeResult } from './operate.js'
import { callWithNumbers } from './quick-call.js'
import { isReference, ReferenceState, requireState } from './reference-state.js'
import { contextual } from './session/context.js'
import { Space } from './space.js'
import { makeInspectable } from './symbols.js'
import { SyncTraps } from './sync-traps.js'

let raise: RaiseError

/** deliver.ts says how errors are made. */
export function onSyncError(make: RaiseError): void {
  raise = make
}

/**
 * `ref(…)`: bound to its state, what the proxy of a reference stands on. The proxy has no trap for calls: V8 passes them on to this as they
 * are, and an array of the arguments is made by those that need one.
 */
function call(this: SyncState, ...args: readonly unknown[]): unknown {
  if (this.isPlain && !contextual && !inContexts) {
    const channel = theChannel()
    const got = callWithNumbers(channel, this.index, this.generation, args)
    if (got !== false) {
      const { u32, f64 } = channel.results
      if (got === undefined && u32[0] === Tag.float) return f64[1]
      return takeResult(channel, this.space, raise, got)
    }
  }
  return this.call(args)
}

export class SyncState extends ReferenceState {
  /** OpFlags of the operations on it: `ref.$keep` is the same reference whose operations give references. */
  flags: number = OpFlag.none

  /** Nothing has to be checked before a call, nor said with it. */
  get isPlain(): boolean {
    return !this.guarded && this.flags === OpFlag.none
  }

  override makeProxy(): object {
    return new Proxy(makeInspectable(call.bind(this)), new SyncTraps(this))
  }

  /** An operation on the object. */
  run(opcode: number, flags: number, auxiliary: Auxiliary, args: readonly unknown[]): unknown {
    return runNow(this.space, opcode, flags, auxiliary, this, args, raise)
  }

  /** `ref(…)`, whatever its arguments are. */
  call(args: readonly unknown[]): unknown {
    const options = optionsOf(args)
    if (options === undefined) return runNow(this.space, Opcode.call, this.flags, 0, this, args, raise)
    return withOptions(options, () =>
      options.$capture === true
        ? runNow(this.space, Opcode.helper, this.flags, 'call_captured', this, args, raise)
        : runNow(this.space, Opcode.call, this.flags, 0, this, args, raise),
    )
  }

  /** The same Python object, whose operations give references where they would convert; `proxy` is this one's. */
  keeping(proxy: object): object {
    return new KeepingState(this, proxy).makeProxy()
  }
}

/** What a call with these options gives. */
export function withOptions(options: CallOptions, run: () => unknown): unknown {
  if (options.$lane !== undefined)
    throw new ConversionError(
      'expected a call of the asynchronous API for the option $lane, got a blocking one, which runs on the calling thread; reference.$on(lane) changes over',
    )
  const result = run()
  if (isReference(result)) requireState(result).options = options
  return result
}

/** A view of a reference: it owns nothing, and keeps the reference that does. */
class KeepingState extends SyncState {
  override flags: number = OpFlag.keep

  constructor(
    private readonly original: SyncState,
    readonly proxy: object,
  ) {
    super(original.space, original.index, original.generation)
    this.label = original.label
  }

  override writeOperand(to: CommandBuffer): void {
    this.original.writeOperand(to)
  }

  override release(): void {
    this.original.release()
  }

  override moveTo(space: Space): void {
    this.original.moveTo(space)
    this.space = space
  }

  override keeping(): object {
    return this.makeProxy()
  }
}

/** Any operation of the blocking API. */
export function runOn(
  state: ReferenceState,
  opcode: number,
  auxiliary: Auxiliary,
  args: readonly unknown[],
  flags = 0,
): unknown {
  return runNow(state.space, opcode, flags | (state as SyncState).flags, auxiliary, state, args, raise)
}

/** An operation that brings more than a value, which `take` reads. */
export function runWith(
  state: ReferenceState,
  opcode: number,
  auxiliary: Auxiliary,
  args: readonly unknown[],
  take: TakeResult,
): unknown {
  return runNow(state.space, opcode, OpFlag.none, auxiliary, state, args, raise, take)
}

/** An import, or a helper: an operation without a target. */
export function runFrom(
  space: Space,
  opcode: number,
  auxiliary: Auxiliary,
  args: readonly unknown[],
  flags = 0,
): unknown {
  return runNow(space, opcode, flags, auxiliary, undefined, args, raise)
}

export function syncSpaceOf(lane: LaneThread): Space {
  return new Space(lane, (space, index, generation) => new SyncState(space, index, generation))
}
