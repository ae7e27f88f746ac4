// Writes operations: into the open batch, or alone for one that runs at once.
import type { Batch } from './batch.js'
import { blockingLimit } from './blocking-limit.js'
import { contextOf } from './call-context.js'
import { type Channel, theChannel } from './channel.js'
import type { Encoder } from './codec/encoder.js'
import type { Memory } from './codec/memory.js'
import type { Operand } from './codec/operand.js'
import { type Auxiliary, writeOperation } from './codec/operation.js'
import { noTemp, Opcode, Tag } from './codec/wire.js'
import { setUser } from './handle.js'
import { optionsOf } from './kw.js'
import type { LaneThread } from './lane.js'
import type { Addon } from './native.js'
import { spaceHere, writeInside } from './session/context.js'
import type { Space } from './space.js'
import { startNow, startSoon } from './start.js'

/** Arguments that a class of the user's, or an attribute that was only called so far, turns into something else first. */
export interface Postponed {
  /** Makes itself an operand, by an operation of its own. */
  materialize(): void
}

const postponed: Postponed[] = []

/** Helpers that end what has begun: they are not refused where a queue is full. */
const cleanUps = new Set<Auxiliary>(['close_stream', 'leave_context', 'settle_promise'])

/** Called while an operation is written: it will be written again when `operand` is there. */
export function postpone(operand: Postponed): void {
  postponed.push(operand)
}

/**
 * Appends an operation to the open batch of the lane and returns the batch; `temp` gets its result.
 * Throws with everything as it was when an argument cannot cross.
 */
export function append(
  lane: LaneThread,
  opcode: number,
  flags: number,
  withResult: boolean,
  auxiliary: Auxiliary,
  target: Operand | undefined,
  args: readonly unknown[],
  written: Written,
): Batch {
  const channel = theChannel()
  if (!channel.ready) startSoon()
  const { commands, encoder } = channel
  for (;;) {
    const { mark } = channel.jsValues
    let temp = noTemp
    const batch = channel.begin(lane)
    const start = commands.at
    try {
      if (withResult) temp = channel.takeTemp()
      writeOperation(encoder, channel.names, opcode, flags, temp, auxiliary, target, args, written.context)
      if (encoder.unconverted.length === 0 && postponed.length === 0) {
        encoder.converted = undefined
        channel.jsValues.sent(mark)
        channel.touch()
        // From here on nothing can fail: the operation counts.
        written.temp = temp
        written.start = start
        batch.operations++
        if (opcode === Opcode.helper && cleanUps.has(auxiliary)) batch.urgent = true
        return batch
      }
      commands.at = start
      channel.jsValues.takeBack(mark)
      if (withResult) channel.returnTemp(temp)
    } catch (error) {
      commands.at = start
      channel.encoding = false // before what a stack overflow leaves no room for
      if (temp !== noTemp) channel.returnTemp(temp)
      channel.jsValues.takeBack(mark)
      forget(encoder)
      throw error
    } finally {
      channel.encoding = false
      setUser(undefined) // it would keep the batch, and all its results, until the next one
    }
    prepare(channel, encoder)
  }
}

/** Where an operation was written. */
export interface Written {
  temp: number
  /** Its first word in the buffer. */
  start: number
  /** The Python context that it runs in. */
  readonly context?: Operand | undefined
}

/** Runs an operation on this thread and returns its value; throws the PythonError of one that failed. */
export function runNow(
  space: Space,
  opcode: number,
  flags: number,
  auxiliary: Auxiliary,
  target: Operand | undefined,
  args: readonly unknown[],
  raise: RaiseError,
  take: TakeResult = takeResult,
): unknown {
  const here = spaceHere(space)
  const { owner } = here
  if (owner === undefined) return runIn(here, opcode, flags, auxiliary, target, args, raise, take)
  return writeInside(owner, () => runIn(here, opcode, flags, auxiliary, target, args, raise, take))
}

function runIn(
  space: Space,
  opcode: number,
  flags: number,
  auxiliary: Auxiliary,
  target: Operand | undefined,
  args: readonly unknown[],
  raise: RaiseError,
  take: TakeResult,
): unknown {
  const channel = theChannel()
  if (!channel.ready) startNow()
  const { encoder } = channel
  const options = optionsOf(args)
  const limit = options === undefined ? undefined : blockingLimit(target, auxiliary, options)
  const context = contextOf(options)
  for (;;) {
    const { mark } = channel.jsValues
    channel.beginNow()
    try {
      writeOperation(encoder, channel.names, opcode, flags, noTemp, auxiliary, target, args, context)
    } catch (error) {
      channel.encoding = false // before what a stack overflow leaves no room for
      channel.jsValues.takeBack(mark)
      forget(encoder)
      throw error
    }
    channel.encoding = false
    if (encoder.unconverted.length === 0 && postponed.length === 0) {
      encoder.converted = undefined
      channel.jsValues.sent(mark)
      if (limit === undefined) return execute(channel, space, raise, take)
      channel.commands.u32[1] = limit.milliseconds
      try {
        return execute(channel, space, raise, take)
      } catch (error) {
        throw limit.errorOf(error)
      }
    }
    channel.jsValues.takeBack(mark)
    prepare(channel, encoder)
  }
}

/** Makes the error of a kError value that starts at word `at` of the results: the first when left out. */
export type RaiseError = (channel: Channel, space: Space, memory: Memory, end: number, at?: number) => unknown

/** What `addon.run` returns. */
export type Brought = ReturnType<Addon['run']>

/** What `addon.run` brought, as a value; throws the error that it brought. */
export type TakeResult = (channel: Channel, space: Space, raise: RaiseError, got: Brought) => unknown

function execute(channel: Channel, space: Space, raise: RaiseError, take: TakeResult): unknown {
  const { commands, encoder, addon } = channel
  const length = commands.at << 3
  let externals: (ArrayBuffer | SharedArrayBuffer)[] | undefined
  if (encoder.externals.length !== 0) {
    externals = encoder.externals
    encoder.externals = []
  }
  // Before it runs: a callback in it may give back more, and write operations of its own.
  const released = channel.releases.empty ? undefined : channel.releases.clear()
  const got = externals === undefined ? addon.run(length) : addon.run(length, externals)
  if (channel.open === undefined) commands.rewind() // or a callback that was served has begun a batch
  if (released !== undefined) channel.freeTempsOf(released)
  return take(channel, space, raise, got)
}

/** The value that `addon.run` brought. */
export function takeResult(channel: Channel, space: Space, raise: RaiseError, got: Brought): unknown {
  const { memory, end } = resultMemory(channel, got)
  if (((memory.u32[0] as number) & 0xff) === Tag.error) throw raise(channel, space, memory, end)
  const decoder = channel.takeDecoder()
  try {
    return decoder.decode(memory, 0, end, space)
  } finally {
    channel.returnDecoder(decoder)
  }
}

const twoWords = 16

/** Where the bytes lie that `addon.run` brought. */
export function resultMemory(channel: Channel, got: Brought): { memory: Memory; end: number } {
  if (typeof got === 'object') {
    const memory = channel.results.over(got)
    return { memory, end: memory.words }
  }
  const length = got ?? twoWords
  return { memory: channel.custom.arriving === 0 ? channel.results : channel.results.copy(length), end: length >>> 3 }
}

/** Writes the answer to a request of Python's into the replies buffer; its length. */
export function encodeAnswer(channel: Channel, status: number, value: unknown, later = 0): number {
  const { answers } = channel
  const { to } = answers
  for (;;) {
    const { mark } = channel.jsValues
    channel.beginAnswer()
    try {
      to.at = 0
      to.word(status, later)
      answers.begin()
      answers.encode(value, resultName, 0)
      answers.begin()
    } catch (error) {
      answers.externals = []
      channel.encoding = false // before what a stack overflow leaves no room for
      channel.jsValues.takeBack(mark)
      forget(answers)
      throw error
    }
    channel.encoding = false
    if (answers.unconverted.length === 0 && postponed.length === 0) {
      answers.converted = undefined
      channel.jsValues.sent(mark)
      if (channel.isWritten) channel.flush() // what the answer refers to
      return to.at << 3
    }
    answers.externals = []
    channel.jsValues.takeBack(mark)
    prepare(channel, answers)
  }
}

function resultName(): string {
  return 'the result'
}

function forget(encoder: Encoder): void {
  encoder.unconverted.length = 0
  encoder.converted = undefined
  postponed.length = 0
}

/** Does what the arguments of an operation need first: user code, and operations of their own. */
function prepare(channel: Channel, encoder: Encoder): void {
  const values = encoder.unconverted.splice(0)
  const operands = postponed.splice(0)
  const converted = encoder.converted ?? new Map<object, unknown>()
  encoder.converted = undefined
  for (const operand of operands) operand.materialize()
  for (const value of values) converted.set(value, channel.custom.toPython(value))
  encoder.converted = converted
}
