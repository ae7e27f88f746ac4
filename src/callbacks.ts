// Python asks JavaScript: a request names an operation, a value that Python holds, and arguments; it is answered once.
//  1. A request is decoded before anything of the user's runs: the memory it came in is used again by the next one.
//  2. From this thread's own blocking call (`hereLane`) the answer has to be there on return. What was written meanwhile goes to
//     Python then: the command buffer is the blocking call's again.
//  3. Nothing that is thrown leaves by the addon: it is an answer, too.
import type { Channel } from './channel.js'
import { theChannel } from './channel.js'
import { isAsyncFunction } from './codec/function-details.js'
import type { Memory } from './codec/memory.js'
import { Thrown } from './codec/thrown.js'
import { unwrapped } from './codec/view.js'
import { AnswerStatus, cameLater, EntryKind, hereLane, JsOperation, noTemp, RequestFlag, Tag } from './codec/wire.js'
import { enterLevel, leaveLevel, nested, nestedLater } from './nesting.js'
import { encodeAnswer } from './operate.js'
import { isReference } from './reference-state.js'
import { setImmediate } from './scheduling.js'
import { type Space, spaceOfLane } from './space.js'
import { poolSpace, syncSpace } from './spaces.js'

/** Does an operation on a value that Python holds; `keywords` are there when the call had any; `here`: rule 2. */
export type Answerer = (
  // biome-ignore lint/suspicious/noExplicitAny: what `value` is depends on the operation
  value: any,
  args: unknown[],
  keywords: Record<string, unknown> | undefined,
  here: boolean,
) => unknown

const answerers = new Map<number, Answerer>()

/** Says how an operation is done. */
export function onRequest(operation: number, answerer: Answerer): void {
  answerers.set(operation, answerer)
}

/** Members of classes of the blocking API: what they get are blocking references, whoever calls them. */
const blockingMembers = new WeakSet<object>()

/** From now on the function, or the class to be instantiated, is such a member. */
export function takesBlocking(member: object): void {
  blockingMembers.add(member)
}

/** Called by the addon with the length of a request in the calls buffer; gives the length of the answer, or -1: it comes by `reply`. */
export function answerCall(length: number, big?: ArrayBuffer): number {
  const channel = theChannel()
  let memory = big === undefined ? channel.calls : channel.calls.over(big)
  if (channel.custom.arriving !== 0) memory = memory.copy(length)
  const { u32 } = memory
  const call = u32[1] as number
  const lane = u32[3] as number
  if (call === noTemp && lane !== hereLane) {
    fire(channel, memory, length >>> 3, spaceOf(lane))
    return -1
  }
  let answer: unknown
  let status: number = AnswerStatus.value
  let isPromise = false
  try {
    answer = perform(channel, memory, length >>> 3, spaceOf(lane))
    isPromise = isThenable(answer) // a getter of the program's may throw
  } catch (error) {
    answer = error
    status = AnswerStatus.raised
  }
  if (lane === hereLane) {
    if (isPromise) return respond(channel, call, AnswerStatus.raised, cannotWait(memory))
    if (channel.isWritten) channel.flush()
  } else if (isPromise) {
    // A promise of the language is this promise itself; another one's `then` is called once, and may throw.
    Promise.resolve(answer).then(
      (value) => respondLater(channel, call, AnswerStatus.value, value),
      (error: unknown) => respondLater(channel, call, AnswerStatus.raised, error),
    )
    return -1
  } else if (channel.isWrittenFor(call) && !waitsForPython(answer)) channel.answered(call)
  return respond(channel, call, status, answer)
}

/** Python does not wait for this one: what the user's function throws is nobody's but the program's. */
function fire(channel: Channel, memory: Memory, end: number, space: Space): void {
  const failed = ((memory.u32[4] as number) & 0xff) === JsOperation.call ? throwUncaught : ignore
  try {
    const result = perform(channel, memory, end, space)
    if (isThenable(result)) result.then(undefined, failed)
  } catch (error) {
    failed(error)
  }
}

/** Python was told by the operation itself. */
function ignore(): void {}

function throwUncaught(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

function perform(channel: Channel, memory: Memory, end: number, space: Space): unknown {
  const { u32 } = memory
  if (u32[0] !== EntryKind.call) throw new Error('a request from Python does not follow the wire format')
  const head = u32[4] as number
  const id = u32[5] as number
  const operation = head & 0xff
  const isMember = operation !== JsOperation.call && blockingMembers.has(channel.jsValues.get(id) as object)
  const args = decodeArguments(channel, memory, end, isMember ? syncSpace : space)
  const kept = channel.jsValues.find(id)
  const answerer = kept?.isClass === true && operation === JsOperation.call ? construct : answerers.get(operation)
  if (answerer === undefined) throw new Error(`expected a known operation from Python, got ${operation}`)
  let positional = args
  let keywords: Record<string, unknown> | undefined
  if (((head >>> 8) & RequestFlag.keywords) !== 0) {
    positional = args[0] as unknown[]
    keywords = args[1] as Record<string, unknown>
  }
  const value: unknown = kept?.value
  const here = space === syncSpace
  const level = head >>> 16
  const call = u32[1] as number
  if (kept === undefined) return nested(level, call, () => answerer(value, positional, keywords, here))
  kept.isAsync ??= isAsyncFunction(unwrapped(value) as object)
  if (kept.isAsync) {
    // Within the scope: its asynchronous context may be that of another level.
    const answer = () => nestedLater(level, call, () => answerer(value, positional, keywords, here))
    return kept.scope === undefined ? answer() : kept.scope.runInAsyncScope(answer)
  }
  const outer = enterLevel(level, call)
  try {
    if (kept.scope === undefined) return answerer(value, positional, keywords, here)
    return kept.scope.runInAsyncScope(answerer, undefined, value, positional, keywords, here)
  } finally {
    leaveLevel(outer)
  }
}

/** Rule 1. */
function decodeArguments(channel: Channel, memory: Memory, end: number, space: Space): unknown[] {
  const { u32, f64 } = memory
  // One float, as sort keys and loss functions take.
  if (u32[6] === (Tag.floatList | 0x100) && u32[7] === 1) return [f64[4]]
  const decoder = channel.takeDecoder()
  try {
    return decoder.decode(memory, 3, end, space) as unknown[]
  } finally {
    channel.returnDecoder(decoder)
  }
}

function spaceOf(lane: number): Space {
  if (lane === hereLane) return syncSpace
  return lane === 0 ? poolSpace : (spaceOfLane(lane) ?? poolSpace)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
}

/** Whether Python has to wait for operations before it has the answer. */
function waitsForPython(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null) return isReference(answer)
  return isReference(answer) || Object.values(answer).some(isReference)
}

function cannotWait(memory: Memory): Error {
  const value = theChannel().jsValues.get(memory.u32[5] as number)
  const name = typeof value === 'function' && value.name !== '' ? `the function ${value.name}` : 'a function'
  return new Error(
    `expected a value from ${name}, got a promise: Python called it on the JavaScript thread, inside a blocking call (python.sync), ` +
      'where nothing can be awaited; return a value, or make the call by the asynchronous API',
  )
}

/** Writes the answer; its length, or -1 when it went by `reply`. */
function respond(channel: Channel, call: number, status: number, value: unknown, later = 0): number {
  const { addon, answers } = channel
  let length: number
  try {
    length = encodeAnswer(channel, status, status === AnswerStatus.raised ? new Thrown(value) : value, later)
  } catch (error) {
    length = encodeAnswer(channel, AnswerStatus.raised, new Thrown(error), later)
  }
  if (answers.externals.length === 0) return length
  const { externals } = answers
  answers.externals = []
  addon.reply(call, length, externals)
  return -1
}

function respondLater(channel: Channel, call: number, status: number, value: unknown): void {
  const length = respond(channel, call, status, value, cameLater)
  if (length >= 0) channel.addon.reply(call, length)
}

onRequest(JsOperation.call, (fn: (...args: unknown[]) => unknown, args, keywords) => {
  if (keywords !== undefined) args.push(keywords)
  return args.length === 1 ? fn(args[0]) : fn(...args)
})

const construct: Answerer = (cls: new (...args: unknown[]) => unknown, args, keywords) =>
  keywords === undefined ? new cls(...args) : new cls(...args, keywords)

onRequest(JsOperation.discard, () => undefined)
