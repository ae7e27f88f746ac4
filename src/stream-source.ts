// The Python side of a stream: the iterator, one pull of it at a time, and its end.
import { begin, writeFor } from './async-operations.js'
import { AsyncState } from './async-reference.js'
import type { Result } from './batch.js'
import { contextOf } from './call-context.js'
import { cancelTarget, type Target } from './call-limit.js'
import { type CallSite, recordSite } from './call-sites.js'
import type { Channel } from './channel.js'
import { theChannel } from './channel.js'
import { decodeItems, type Items } from './codec/decode-items.js'
import type { Memory } from './codec/memory.js'
import { FailedOperand, type Operand } from './codec/operand.js'
import type { Auxiliary } from './codec/operation.js'
import { Opcode, OpFlag } from './codec/wire.js'
import { unanswered } from './errors/bridge-errors.js'
import { append, type Written } from './operate.js'
import { pendingResults, type Receiver } from './pending.js'
import { commonContext, type PythonContext } from './python-context.js'
import { type ReferenceState, requireState } from './reference-state.js'
import { queueMicrotask } from './scheduling.js'
import { spaceHere } from './session/context.js'
import type { Space } from './space.js'

/** Who consumes a source. Every pull brings items, any number of times, and then one of the others. */
export interface Consumer {
  readonly queue: Items & { readonly length: number }
  /** So many items were put into the queue, and bytes of memory came with them. */
  arrived(count: number, weight: number): void
  /** The pull is over; there may be more. */
  rested(): void
  /** The iterator is at its end, and returned the value. */
  ended(value: unknown): void
  failed(error: unknown): void
}

const nothing: readonly unknown[] = []

export class StreamSource implements Receiver, Result, Written {
  readonly space: Space
  readonly site: CallSite | undefined
  readonly isAttribute = false
  readonly isOperand = false
  readonly label = 'for await'
  /** What is iterated, as errors call it. */
  readonly name: string
  temp = -1
  start = 0
  /** The Python context of the place where it is iterated. */
  context: Operand | undefined = undefined
  /** That of the stream itself, where none surrounds it. */
  private common: PythonContext | undefined = undefined
  /** What is iterated; forgotten once there is an iterator over it. */
  private target: object | undefined = undefined
  private iterator: object | undefined = undefined
  private failure: { error: unknown } | undefined
  /** How many pulls brought a result, and of how many the batch has ended. */
  private answers = 0
  private ends = 0
  /** Somebody may interrupt a step. */
  interruptible = false
  /** The pull in progress, if that can be. */
  private pulling: Target | undefined = undefined
  consumer!: Consumer

  constructor(target: object, caller: (...args: never[]) => unknown) {
    this.target = target
    const state = requireState(target)
    this.name = state.label === '' ? state.describe() : state.label
    this.space = spaceHere(state.space)
    this.site = recordSite(1, caller)
    this.context = contextOf(undefined)
  }

  /** Asks for at most `most` items. One pull at a time. */
  pull(most: number, sent = nothing): void {
    try {
      const iterator = this.open()
      const flags = this.interruptible ? OpFlag.awaited | OpFlag.cancellable : OpFlag.awaited
      const batch = append(this.space.lane, Opcode.pull, flags, true, most, iterator, sent, this)
      if (this.interruptible) {
        batch.cancellable = true
        this.pulling = { batch, temp: this.temp }
      }
      pendingResults.putFetch(this.temp, this)
      batch.add(this, this)
      this.space.owner?.begun()
    } catch (error) {
      const reason = error instanceof FailedOperand ? error.error : error
      pendingResults.listen(reason)
      queueMicrotask(() => this.fail(reason)) // as late as any other answer
    }
  }

  /** Raises an exception in the step in progress, where that is Python code. */
  interrupt(reason: unknown): void {
    if (this.pulling !== undefined) cancelTarget(theChannel(), this.pulling, reason)
  }

  private open(): ReferenceState {
    if (this.iterator === undefined) {
      this.common = this.context === undefined ? commonContext(this.space) : undefined
      this.context ??= this.common?.operand
      this.iterator = this.act('open_stream', nothing, this.target)
      this.target = undefined
    }
    return requireState(this.iterator)
  }

  /** Raises `error` where the generator waits: whether it has ended, and what it yielded or returned. */
  throw(error: unknown): PromiseLike<[ended: boolean, value: unknown]> {
    this.open()
    return this.act('throw_into', [error]) as never
  }

  /** Rejects with `error`, which may be a reference to an exception. */
  raise(error: unknown): PromiseLike<never> {
    return begin(this.space, Opcode.helper, 'throw_into', [null, error], '') as never
  }

  /** Settles when a generator's `finally` has run; false when it is in the middle of a step, which may be so if `running`. */
  close(running: boolean): PromiseLike<boolean> {
    return this.act('close_stream', [running]) as never
  }

  /** In the context of the steps: a generator may have set what it sets back. */
  private act(helper: Auxiliary, args: readonly unknown[], reference = this.iterator ?? this.target): object {
    const target = requireState(reference as object)
    const made = new AsyncState(spaceHere(target.space), -1, 0)
    made.label = target.label
    made.context = this.context
    const proxy = made.makeProxy()
    writeFor(proxy, made, Opcode.helper, helper, target, args, undefined)
    return proxy
  }

  /** Lets the iterator go. */
  release(): void {
    if (this.iterator !== undefined) requireState(this.iterator).release()
    this.target = undefined
    if (this.common === undefined) return
    requireState(this.common.reference).release()
    this.common = undefined
    this.context = undefined
  }

  /** A kItems entry; what cannot become a JavaScript value ends the stream, after what came before it. */
  takeItems(channel: Channel, memory: Memory, at: number, end: number): void {
    if (this.failure !== undefined) return
    const { queue } = this.consumer
    const before = queue.length
    const weight = memory.f64[at + 1] as number
    const decoder = channel.takeDecoder()
    try {
      decodeItems(decoder, memory, at + 2, end, memory.u32[at << 1] as number, this.space, queue)
    } catch (error) {
      this.failure = { error }
    } finally {
      channel.returnDecoder(decoder)
    }
    this.consumer.arrived(queue.length - before, weight)
  }

  /** A kItems entry that found no room. */
  loseItems(error: unknown): void {
    this.failure ??= { error }
  }

  /** The pull's own result: null, or a tuple with what the iterator returned. */
  resolve(result: unknown): void {
    this.answers++
    this.pulling = undefined
    if (this.failure !== undefined) this.consumer.failed(this.failure.error)
    else if (result === null) this.consumer.rested()
    else this.consumer.ended((result as [unknown])[0])
  }

  fail(error: unknown): boolean {
    this.answers++
    this.pulling = undefined
    this.consumer.failed(this.failure?.error ?? error)
    return true
  }

  finished(): void {
    if (++this.ends > this.answers) {
      theChannel().releases.temp(this.takeTemp())
      this.fail(unanswered(this.label))
    }
    this.space.owner?.finished()
  }

  /** The batch never ran. */
  abandon(error: unknown): boolean {
    return this.fail(error)
  }

  takeTemp(): number {
    pendingResults.takeFetch(this.temp)
    return this.temp
  }
}
