// The way to Python of this JavaScript thread: the command buffer, the open batch, and the batches in flight.
//  1. Operations are appended to the open batch the moment they are written. It is sent when the microtasks have drained:
//     a microtask looks again as long as something was appended or awaited since its last look.
//  2. One batch is open at a time, for one lane and one callback; an operation of another one sends it first. So does one that runs at
//     once.
//  3. Before Python has started nothing is sent: whole batches wait in line.

import { Batch } from './batch.js'
import { refill } from './call-sites.js'
import { CommandBuffer } from './codec/command-buffer.js'
import { CustomTypes } from './codec/custom-types.js'
import { Decoder } from './codec/decoder.js'
import { Encoder } from './codec/encoder.js'
import { JsValues } from './codec/js-values.js'
import { Memory } from './codec/memory.js'
import { Names } from './codec/names.js'
import { BatchFlag } from './codec/wire.js'
import { objectWriter } from './codec/write-object.js'
import { type Deferred, DeferredOperation } from './deferred.js'
import { setUser } from './handle.js'
import { type LaneThread, poolLane } from './lane.js'
import { backlogOf } from './lane-stats.js'
import { type Addon, loadAddon } from './native.js'
import { callerHere, noCaller } from './nesting.js'
import { pendingResults } from './pending.js'
import { Releases } from './releases.js'
import { inMicrotask } from './scheduling.js'
import { onStart, queueLimitOfStart } from './start.js'

/** Words of a batch that neither does nor releases anything. */
const emptyBatch = 2

/** A batch is sent when it has grown to this. */
const largeBatch = (1024 * 1024) / 8

export class Channel {
  readonly names: Names
  readonly encoder: Encoder
  readonly commands: CommandBuffer
  readonly results: Memory
  /** Requests of Python's as they come, and the answers as they go. */
  readonly calls: Memory
  readonly answers: Encoder
  readonly releases: Releases
  readonly custom = new CustomTypes()
  readonly jsValues = new JsValues()
  readonly inFlight = new Map<number, Batch>()
  private readonly ended: number[] = []
  /** Set by start.ts: batches may be sent. */
  ready = false
  open: Batch | undefined = undefined
  readonly deferred = new DeferredOperation()
  private readonly waiting: { batch: Batch; bytes: Uint8Array }[] = []
  private readonly closing: LaneThread[] = []
  private nextBatch = 0
  private readonly freeTemps: number[] = []
  private nextTemp = 0
  private activity = 0
  private seen = 0
  private looking = false
  /**
   * An operation, or an answer, is being written. Whoever began it says when that is over, by an assignment: a call could find no
   * stack, where a stack overflow has ended the writing, and nothing could ever be written again.
   */
  encoding = false
  private decoders: Decoder[] = []
  /** Of the addon, which V8 would look it up in at each call. */
  readonly runQuickly: Addon['runQuickly']

  constructor(
    readonly addon: Addon,
    onResults: (length: number, big?: ArrayBuffer) => void,
    onCall: (length: number, big?: ArrayBuffer) => number,
    copyBuffers: boolean,
  ) {
    const { commands, results, calls, replies } = addon.open(onResults, onCall, copyBuffers)
    this.runQuickly = addon.runQuickly
    this.commands = new CommandBuffer(commands, (buffer) => addon.setCommands(buffer))
    this.results = new Memory(results)
    this.names = new Names((id, name) => addon.defineName(id, name))
    const writeObject = objectWriter(this.jsValues, this.custom)
    this.encoder = new Encoder(this.commands, writeObject)
    this.calls = new Memory(calls)
    this.answers = new Encoder(new CommandBuffer(replies, (buffer) => addon.setReplies(buffer)), writeObject)
    this.releases = new Releases(() => this.sendReleases())
  }

  /** The open batch of the lane, for one more operation; `encoding` is set when it returns. */
  begin(lane: LaneThread): Batch {
    this.guard()
    this.deferred.write()
    let { open } = this
    const caller = callerHere()
    if (open === undefined || open.lane !== lane || open.caller !== caller || this.commands.at > largeBatch) {
      this.flush()
      open = this.openBatch(lane, caller)
    }
    setUser(open)
    this.encoding = true
    return open
  }

  /** Room for one operation that runs at once, where the buffer starts; `encoding` is set when it returns. */
  beginNow(): void {
    this.guard()
    if (this.isWritten) this.flush()
    setUser(undefined)
    this.commands.at = 0
    this.commands.word(1, 0)
    this.releases.write(this.commands)
    this.encoding = true
  }

  /** Operations were written that have not been sent. */
  get isWritten(): boolean {
    return this.open !== undefined || this.deferred.isThere
  }

  /** Something has to go, or to be finished, before an operation can run at once. */
  get isOccupied(): boolean {
    return this.isWritten || this.encoding || !this.ready || !this.releases.empty
  }

  /** The operation that is written next, unless somebody takes it first. `proxy` is its reference. */
  defer(operation: Deferred, proxy: object): void {
    this.guard()
    this.deferred.write()
    this.deferred.set(operation, proxy)
    this.touch()
  }

  /**
   * Room for an answer to Python; `encoding` is set when it returns. What it refers to is used by no batch: Python decodes it before
   * it goes on.
   */
  beginAnswer(): void {
    this.guard()
    setUser(undefined)
    this.encoding = true
  }

  /** The operation at that word of the open batch was written at another depth of callbacks than its place. */
  setLevel(start: number, level: number): void {
    const { u32 } = this.commands
    u32[start << 1] = ((u32[start << 1] as number) & 0xffff) | (level << 16)
  }

  /** Operations were written in the code that answers that request, and have not been sent. */
  isWrittenFor(caller: number): boolean {
    return this.open?.caller === caller || this.deferred.isFor(caller)
  }

  /** The request has its answer, and nobody waits for what was written on the way. */
  answered(caller: number): void {
    const { open } = this
    if (open?.caller === caller) open.caller = noCaller
    this.deferred.answered(caller)
  }

  /** A getter or a proxy in an argument that uses Python would write into the middle of an operation. */
  private guard(): void {
    if (this.encoding) {
      throw new Error(
        'expected arguments that do not use Python while they are converted, got a getter or a Proxy that does',
      )
    }
  }

  private openBatch(lane: LaneThread, caller: number): Batch {
    const { commands } = this
    commands.at = 0
    commands.word(0, 0)
    refill()
    const batch = new Batch(this.nextBatch, lane, caller, this.releases.take(commands))
    this.nextBatch = (this.nextBatch + 1) >>> 0
    this.open = batch
    this.touch()
    return batch
  }

  /** Something was appended or awaited. */
  touch(): void {
    this.activity++
    if (this.looking) return
    inMicrotask(this.look)
    this.looking = true // not before: it may find no stack
  }

  private readonly look = (): void => {
    if (this.activity !== this.seen) {
      this.seen = this.activity
      inMicrotask(this.look)
      return
    }
    this.looking = false
    if (this.ready) this.flush()
    const { ended } = this
    for (let i = 0; i < ended.length; i++) this.finish(ended[i] as number)
    ended.length = 0
  }

  /** Sends the open batch. It is closed last: where a stack overflow ends this on the way, it goes with the next turn. */
  flush(): void {
    this.deferred.write()
    const batch = this.open
    if (batch === undefined) return
    const { commands, encoder } = this
    const refusal = this.refusalOf(batch)
    commands.u32[0] = batch.operations
    if (batch.cancellable) commands.u32[1] = BatchFlag.hasCancellable
    const length = commands.at << 3
    if (encoder.externals.length > 0) {
      batch.externals = batch.externals?.concat(encoder.externals) ?? encoder.externals
      encoder.externals = []
    }
    this.inFlight.set(batch.id, batch)
    if (commands.at !== emptyBatch && refusal === undefined && this.ready) {
      this.submit(batch, batch.lane.known as number, length, batch.urgent)
      commands.rewind()
      return
    }
    this.open = undefined
    if (commands.at === emptyBatch) {
      commands.rewind() // what was written was taken back
      this.finish(batch.id)
      return
    }
    if (refusal !== undefined) this.refuse(batch, refusal)
    else this.waiting.push({ batch, bytes: commands.u8.slice(0, length) })
    commands.rewind()
  }

  /** What has not been sent will not start: the note goes along. False when it has been sent. */
  cancelUnsent(batch: Batch, temp: number, reason: number): boolean {
    if (batch !== this.open && !this.waiting.some((entry) => entry.batch === batch)) return false
    batch.cancelled ??= []
    batch.cancelled.push(temp, reason)
    return true
  }

  private submit(batch: Batch, laneId: number, length: number, always: boolean): void {
    this.open = undefined
    const { id, externals, caller } = batch
    const cancelled = batch.cancelled === undefined ? undefined : new Uint32Array(batch.cancelled)
    let taken: false | undefined
    try {
      taken =
        always || cancelled !== undefined || caller !== noCaller
          ? this.addon.submit(laneId, length, id, externals, always, cancelled, caller)
          : this.addon.submit(laneId, length, id, externals)
    } catch (error) {
      this.refuse(batch, error)
      return
    }
    if (taken === false) {
      const { waiting, limit } = backlogOf(this.addon, batch.lane)
      this.refuse(batch, batch.lane.fullError(waiting, limit))
    }
  }

  /** Why the batch cannot go, as far as that is known here. */
  private refusalOf({ lane, operations, urgent }: Batch): unknown {
    if (lane.closed && operations !== 0) return lane.closedError()
    if (this.ready) return this.commands.at === emptyBatch ? undefined : lane.start()
    const limit = lane.isPool ? queueLimitOfStart() : lane.options.queueLimit
    if (urgent || limit === undefined) return undefined
    let waiting = 0
    for (const { batch } of this.waiting) if (batch.lane === lane) waiting += batch.operations
    return waiting >= limit ? lane.fullError(waiting, limit) : undefined
  }

  /** The batch, which is still in the buffer, does not go: what it would have given back goes with the next one. */
  private refuse(batch: Batch, error: unknown): void {
    this.releases.restore(this.commands)
    batch.temps = []
    this.abandon([batch], error)
  }

  /** Ends the lane's thread after what was written so far. */
  closeLane(lane: LaneThread): void {
    this.flush()
    lane.closed = true
    if (this.ready) lane.end()
    else this.closing.push(lane)
  }

  /** Python has started: sends what waited. */
  begun(): void {
    this.flush()
    this.ready = true
    const { commands } = this
    for (const { batch, bytes } of this.waiting) {
      commands.at = 0
      commands.reserve((bytes.length + 7) >>> 3)
      commands.u8.set(bytes)
      const refusal = batch.lane.start()
      if (refusal !== undefined) this.refuse(batch, refusal)
      else this.submit(batch, batch.lane.known as number, bytes.length, true) // those behind it may use its results already
    }
    this.waiting.length = 0
    commands.at = 0
    for (const lane of this.closing.splice(0)) lane.end()
  }

  /** Python did not start: nothing that waited will run. */
  refused(error: unknown): void {
    this.flush()
    this.abandon(
      this.waiting.splice(0).map(({ batch }) => batch),
      error,
    )
  }

  /** One error for all of them: it counts as heard when anybody awaits any of their results. */
  private abandon(batches: readonly Batch[], error: unknown): void {
    let heard = batches.length === 0
    const temps: number[] = []
    for (const { results } of batches) {
      for (const result of results) {
        temps.push(result.takeTemp())
        heard = result.abandon(error) || heard
      }
    }
    pendingResults.report(heard, error)
    for (const { id } of batches) this.finish(id)
    if (this.waiting.length === 0) this.freeTempsOf(temps) // or what waits behind might use them
  }

  /**
   * Every operation of the batch has ended. What that means for its references is for later: first goes what the program makes of the
   * results, and Python runs meanwhile.
   */
  hasEnded(id: number): void {
    this.ended.push(id)
    this.touch()
  }

  private finish(id: number): void {
    const batch = this.inFlight.get(id)
    if (batch === undefined) return
    this.inFlight.delete(id)
    this.freeTempsOf(batch.temps)
    const { results, proxies, used, failures } = batch
    for (let i = 0; i < results.length; i++) results[i]?.finished(proxies[i] as object)
    for (let i = 0; i < used.length; i++) used[i]?.unuse()
    if (failures !== undefined) for (const failure of failures) pendingResults.complain(failure)
  }

  freeTempsOf(temps: readonly number[]): void {
    for (let i = 0; i < temps.length; i++) this.freeTemps.push(temps[i] as number)
  }

  takeTemp(): number {
    return this.freeTemps.pop() ?? this.nextTemp++
  }

  /** A temp that no operation was sent for. */
  returnTemp(temp: number): void {
    this.freeTemps.push(temp)
  }

  private sendReleases(): void {
    if (!this.ready || this.open !== undefined) return
    this.openBatch(poolLane, noCaller)
  }

  private large: Memory | undefined = undefined

  /** The memory of results that did not fit: one buffer serves again and again. */
  largeResults(buffer: ArrayBuffer): Memory {
    if (this.large?.buffer !== buffer) this.large = this.results.over(buffer)
    return this.large
  }

  /** Decoders are taken and given back: `toJs` of a registered type may use Python while a value is being decoded. */
  takeDecoder(): Decoder {
    return this.decoders.pop() ?? new Decoder()
  }

  returnDecoder(decoder: Decoder): void {
    this.decoders.push(decoder)
  }
}

let channel: Channel | undefined
let opener: ((addon: Addon) => Channel) | undefined

/** deliver.ts says how results are taken in. */
export function onOpen(open: (addon: Addon) => Channel): void {
  opener = open
}

/** The channel of this JavaScript thread; loads the addon on first use. */
export function theChannel(): Channel {
  if (channel === undefined) {
    channel = (opener as (addon: Addon) => Channel)(loadAddon())
    onStart(channel)
  }
  return channel
}
