// References of the asynchronous API. Every use of one is an operation, appended at once; its result is a reference again.
//  1. A pending reference stands for a result by the number (temp) of its operation, and can be awaited. What `await` gives is a value
//     or a settled reference, which is no thenable.
//  2. A result that crossed as an immutable scalar needs no temp any more: used as an operand it is written as the value it was. So
//     numbers, bools and None cross although nobody awaited them: that costs less than to watch who can still name the temp.
//  3. What is awaited is the value as it is by then. Where operations have used it meanwhile, which may have changed it (`list.append(x)`), it
//     is fetched behind them; else it comes with the operation itself.

import type { AttributeTraps } from './async-attribute.js'
import { fetch, write } from './async-operations.js'
import { AsyncTraps } from './async-traps.js'
import type { Batch } from './batch.js'
import type { CallLimit } from './call-limit.js'
import { type CallOptions, callHelper } from './call-options.js'
import { type CallSite, rejectWithPlace } from './call-sites.js'
import { theChannel } from './channel.js'
import type { CommandBuffer } from './codec/command-buffer.js'
import { FailedOperand, type Operand, stateOf } from './codec/operand.js'
import { Opcode, OpFlag, Tag } from './codec/wire.js'
import { writeBigInt, writeFloat, writeNumber, writeString } from './codec/write-scalar.js'
import { unanswered } from './errors/bridge-errors.js'
import { optionsOf } from './kw.js'
import { type LaneThread, loopName } from './lane.js'
import { laneSpace } from './lanes.js'
import { type Postponed, postpone, type Written } from './operate.js'
import { pendingResults } from './pending.js'
import { LabelForm, ReferenceState } from './reference-state.js'
import { spaceHere } from './session/context.js'
import { offerSpace, proxyTarget, Space } from './space.js'
import { type Watched, watch } from './watch.js'

export const Status = { pending: 0, value: 1, reference: 2, failed: 3 } as const

// Fields without a value are there once they are set, by those few results that have them.
export class AsyncState extends ReferenceState implements Written, Postponed {
  status: number = Status.pending
  /** The Python context that its call runs in; a coroutine that it gives runs in a copy. */
  context: Operand | undefined
  /** What may end it early. */
  limit: CallLimit | undefined
  temp = -1
  start = 0
  /** The batch it was written into, while that is open. */
  batch: Batch | undefined
  /** OpFlags of the operation that fetches it. */
  keep = 0
  /** Of status value: what arrived. Of status reference: the settled one. Of status failed: the error. */
  outcome: unknown
  private isFloat = false
  private promise: Promise<unknown> | undefined
  private settle: ((value: unknown) => void) | undefined
  private reject: ((error: unknown) => void) | undefined
  /** Of an attribute: what writes its operation, which has not been written. */
  unwritten: AttributeTraps | undefined
  /** `ref.name`, by itself. */
  isAttribute = false
  /** Where it was written; undefined when too many operations were written before it in the same batch. */
  site: CallSite | undefined
  /** An operation that was written after its own has it as an input. */
  isOperand = false
  /** Its batch is open or in flight: Python will still fill the temp, so it cannot be given back. */
  running = false
  /** Nobody has to hear of its failure. */
  muted = false
  /** It was written into an answer: Python waits for it, and hears of its failure. */
  private isAnswer = false
  /** What gives the temp back when this state is collected; undefined while it is watched itself. */
  private life: Life | undefined
  /** The reference whose `$repr` this is. */
  reprOf: ReferenceState | undefined

  override makeProxy(): object {
    return new Proxy(proxyTarget, new AsyncTraps(this))
  }

  get isPending(): boolean {
    return this.status === Status.pending
  }

  /** Settled references have an index. */
  get isSettled(): boolean {
    return this.index >= 0
  }

  /** `ref(…)` */
  call(args: readonly unknown[]): object {
    const options = optionsOf(args)
    const made = callOf(this.space, options)
    if (this.label === '') made.label = '…()'
    else made.named(this.label, LabelForm.call)
    const helper = options && callHelper(options)
    if (helper !== undefined) return write(made, Opcode.helper, helper, this, args, options)
    return write(made, Opcode.call, 0, this, args, options)
  }

  /** An attribute that was at most called so far is read. */
  materialize(): void {
    const { unwritten } = this
    if (unwritten === undefined) return
    this.unwritten = undefined
    unwritten.write(this)
  }

  override writeOperand(to: CommandBuffer): void {
    if (this.index >= 0) {
      super.writeOperand(to)
      return
    }
    this.requireUsable()
    if (this.status === Status.reference) {
      stateBehind(this.outcome as object).writeOperand(to)
    } else if (this.temp >= 0 && !this.isScalar) {
      to.word(Tag.temp, this.temp)
      this.isOperand = true
      this.use()
      if (to === theChannel().answers.to) this.isAnswer = true
    } else if (this.status === Status.failed) {
      throw new FailedOperand(this.outcome)
    } else if (this.unwritten !== undefined) {
      to.word(Tag.none, 0)
      postpone(this)
    } else {
      this.writeScalar(to)
    }
  }

  /** Rule 2. Its temp, given up, may still wait for a batch that uses it. What crosses as a scalar is no object in JavaScript. */
  private get isScalar(): boolean {
    const { outcome } = this
    return (
      this.status === Status.value &&
      (outcome === null || (typeof outcome !== 'object' && typeof outcome !== 'function'))
    )
  }

  private writeScalar(to: CommandBuffer): void {
    const value = this.outcome
    if (typeof value === 'number') this.isFloat ? writeFloat(to, value) : writeNumber(to, value)
    else if (typeof value === 'string') writeString(to, value)
    else if (typeof value === 'bigint') writeBigInt(to, value)
    else to.word(value === null ? Tag.none : value === true ? Tag.true : Tag.false, 0)
  }

  /** The promise behind `await`: the operation is told to deliver its value, or a fetch is appended. */
  wait(): Promise<unknown> {
    if (this.promise !== undefined) return this.promise
    if (this.guarded) {
      try {
        this.requireUsable()
      } catch (error) {
        return Promise.reject(error)
      }
    }
    if (this.status === Status.failed) {
      pendingResults.listen(this.outcome)
      this.promise = Promise.reject(this.outcome)
      return this.promise
    }
    if (this.status === Status.value) {
      this.promise = Promise.resolve(this.outcome)
      return this.promise
    }
    this.materialize()
    this.promise = new Promise((resolve, reject) => {
      this.settle = resolve
      this.reject = reject
    })
    const channel = theChannel()
    const { batch } = this
    if (batch !== undefined && batch === channel.open && !this.mayHaveChanged) {
      const header = this.start << 1
      channel.commands.u32[header] = (channel.commands.u32[header] as number) | ((OpFlag.awaited | this.keep) << 8)
      channel.touch()
    } else {
      this.batch = undefined
      fetch(this)
    }
    return this.promise
  }

  /** Rule 3. A reference shows its object as it is, whenever it came. */
  private get mayHaveChanged(): boolean {
    return this.isOperand && this.keep === 0
  }

  /** A value arrived; `kind` says how it may be used as an operand. */
  resolve(value: unknown, isReference: boolean, isFloat: boolean, isScalar: boolean): void {
    this.outcome = value
    this.isFloat = isFloat
    this.status = isReference ? Status.reference : Status.value
    if (isReference) this.bequeath(stateBehind(value as object))
    if (this.reprOf !== undefined) this.reprOf.repr = String(value)
    this.running = false
    this.limit?.rest()
    if ((isReference || isScalar) && this.temp >= 0) this.discard()
    this.settle?.(value)
    this.settle = undefined
    this.reject = undefined
  }

  /** Rule 2: what nobody has awaited. What is being fetched comes with that; an answer to Python may still name the temp. */
  offer(value: unknown, isFloat: boolean): void {
    if (this.isPending && this.promise === undefined && !this.released && !this.isAnswer)
      this.resolve(value, false, isFloat, true)
  }

  /** The settled reference has a name of its own, and its own calls. */
  private bequeath(state: AsyncState): void {
    if (state.label === '') state.label = this.label
    state.options ??= this.options
  }

  /** True when somebody waits for it, and hears of the error. */
  fail(error: unknown): boolean {
    this.status = Status.failed
    this.outcome = error
    this.limit?.rest()
    const { settle, reject } = this
    this.settle = undefined
    this.reject = undefined
    if (settle === undefined || reject === undefined) return this.promise !== undefined || this.muted || this.isAnswer
    if (this.site === undefined) settle(rejectWithPlace(error))
    else reject(error)
    return true
  }

  protected override giveBack(): void {
    if (this.index >= 0) super.giveBack()
    if (this.temp < 0 || this.running) return
    pendingResults.take(this.temp)
    theChannel().releases.temp(this.temp)
    this.temp = -1
    this.unwatch()
    this.space.owner?.drop(this)
  }

  protected override unwatch(): void {
    if (this.life === undefined) super.unwatch()
    else watch.remove(this.life.heir)
    this.life = undefined
  }

  finished(proxy: object): void {
    // Asked for with the operation itself, and no answer came.
    if (this.settle !== undefined && this.batch !== undefined && this.isPending) this.fail(unanswered(this.label))
    this.batch = undefined
    this.site = undefined // it would keep the caller's objects
    this.running = false
    if (this.promise === undefined) this.limit?.rest()
    const { owner } = this.space
    if (this.temp >= 0) {
      if (this.released) this.discard()
      else if (owner === undefined) {
        if (!this.surplus) this.live() // or it is given back at once, or with the last batch that uses it
      } else {
        watch.add(proxy, this)
        owner.keep(this)
      }
    }
    owner?.finished()
  }

  /**
   * The temp is kept as long as this state is used. What is watched outlives many minor collections, and the state refers to
   * what was awaited: a part of it, which refers to nothing, is watched in its place.
   */
  private live(): void {
    pendingResults.take(this.temp)
    this.life = new Life(this.temp)
    watch.add(this.life, this.life.heir)
  }

  override moveTo(space: Space): void {
    const { owner } = this.space
    super.moveTo(space)
    if (this.running) {
      space.owner?.begun()
      owner?.finished()
    } else if (this.temp >= 0) {
      space.owner?.keep(this)
    }
    if (this.index < 0 && this.status === Status.reference) stateBehind(this.outcome as object).moveTo(space)
  }

  abandon(error: unknown): boolean {
    this.running = false
    return this.fail(error)
  }

  takeTemp(): number {
    const { temp } = this
    pendingResults.take(temp)
    this.temp = -1
    return temp
  }

  /** Nobody was asked for the value, which is still there: it may be awaited again. */
  refuseFetch(error: unknown): boolean {
    const { reject } = this
    this.promise = undefined
    this.settle = undefined
    this.reject = undefined
    reject?.(error)
    return reject !== undefined
  }

  statusText(): string {
    if (this.status === Status.failed) return 'failed'
    return this.promise === undefined ? 'pending' : 'awaited'
  }

  override describe(): string {
    if (this.index >= 0) return super.describe()
    return `the pending Python reference${this.label === '' ? '' : ` ${this.label}`}`
  }
}

/** Dies with the state that it is a part of. */
class Life {
  readonly heir: Heir
  constructor(temp: number) {
    this.heir = new Heir(temp)
  }
}

/** Gives a temp back that nobody can name any more. */
class Heir implements Watched {
  slot = -1
  constructor(private readonly temp: number) {}

  discard(): void {
    theChannel().releases.temp(this.temp)
  }
}

function stateBehind(reference: object): AsyncState {
  return (reference as { [stateOf]: AsyncState })[stateOf]
}

/** What stands for the result of a call with these options, of a reference in `space`. */
export function callOf(space: Space, options: CallOptions | undefined): AsyncState {
  const lane = options?.$lane
  const made = new AsyncState(
    spaceHere(lane === undefined || lane === loopName ? space : space.on(laneSpace(lane, 'the option $lane'))),
    -1,
    0,
  )
  made.options = options
  return made
}

/** The references of a lane. */
export function asyncSpace(lane: LaneThread): Space {
  return offerSpace(new Space(lane, (space, index, generation) => new AsyncState(space, index, generation)))
}
