// Results as they come back: entries are decoded and handed to the references that stand for them.

import type { Batch } from './batch.js'
import { answerCall } from './callbacks.js'
import { callersOf } from './caller.js'
import { Channel, onOpen, theChannel } from './channel.js'
import type { Memory } from './codec/memory.js'
import { stateOf } from './codec/operand.js'
import { unwrapped } from './codec/view.js'
import { EntryKind, noTemp, Tag } from './codec/wire.js'
import { NoRoomError } from './errors/bridge-errors.js'
import { CancellationError } from './errors/cancellation.js'
import { createPythonError, type ErrorDescription } from './errors/create.js'
import { PythonAttributeError } from './errors/kinds.js'
import type { PythonError } from './errors/python-error.js'
import type { Addon } from './native.js'
import { runNow } from './operate.js'
import { pendingResults, type Receiver } from './pending.js'
import { isReference, type ReferenceState } from './reference-state.js'
import { proxyTarget, type Space } from './space.js'
import { poolSpace } from './spaces.js'
import { copyBuffers } from './start.js'
import './streams-in/requests.js'
import { StreamSource } from './stream-source.js'
import { makeInspectable } from './symbols.js'
import { onSyncError } from './sync-reference.js'
import { type Watched, watch } from './watch.js'

/** The error of each exception object, by the object's index, as long as somebody has it: one exception is one error on every lane. */
const errors = new Map<number, KnownError>()

class KnownError implements Watched {
  slot = -1
  constructor(
    private readonly index: number,
    readonly generation: number,
  ) {}

  discard(): void {
    if (errors.get(this.index) === this) errors.delete(this.index)
  }
}

function takeResults(length: number, big?: ArrayBuffer): void {
  const channel = theChannel()
  let memory = channel.results
  if (big !== undefined) memory = channel.largeResults(big)
  else if (channel.custom.arriving !== 0) memory = memory.copy(length)
  const { u32 } = memory
  const end = length >>> 3
  let value: unknown
  for (let at = 0; at < end; ) {
    const kind = u32[at << 1] as number
    const temp = u32[(at << 1) + 1] as number
    const next = at + ((u32[(at << 1) + 2] as number) >>> 3)
    const batch = u32[(at << 1) + 3] as number
    if (next <= at || next > end)
      throw new Error('a message from Python does not follow the wire format: a wrong entry size')
    switch (kind) {
      case EntryKind.value:
        value = takeValue(channel, memory, at + 2, next, temp)
        break
      case EntryKind.number:
        takeNumber(channel, memory, at + 2, next, temp)
        break
      case EntryKind.shown:
        takeShown(channel, memory, at + 2, next, value)
        break
      case EntryKind.items:
        takeItems(channel, memory, at + 2, next, temp)
        break
      case EntryKind.error:
      case EntryKind.failed:
        takeError(channel, memory, at + 2, next, temp, batch)
        break
      case EntryKind.batchDone:
        channel.hasEnded(batch)
        break
      case EntryKind.lost:
        takeLost(channel, memory, at + 2, temp)
        break
      case EntryKind.warning:
        takeWarning(channel, memory, at + 2, next)
        break
      case EntryKind.dropped:
        for (let i = 0; i < temp; i++) dropJsValue(channel, u32, at + 2 + i)
        break
      default:
        throw new Error(`a message from Python does not follow the wire format: an unknown entry ${kind}`)
    }
    at = next
  }
}

function dropJsValue(channel: Channel, u32: Uint32Array, word: number): void {
  channel.jsValues.drop(u32[word << 1] as number, u32[(word << 1) + 1] as number)
}

/** The state a result is for; a fetch's temp is given back at once. */
function stateFor(channel: Channel, temp: number): Receiver | undefined {
  if (temp === noTemp) return undefined
  const fetched = pendingResults.takeFetch(temp)
  if (fetched === undefined) return pendingResults.get(temp)
  channel.releases.temp(temp)
  return fetched
}

function takeValue(channel: Channel, memory: Memory, at: number, end: number, temp: number): unknown {
  const state = stateFor(channel, temp)
  if (state === undefined) return undefined
  const tag = (memory.u32[at << 1] as number) & 0xff
  const decoder = channel.takeDecoder()
  let value: unknown
  try {
    value = decoder.decode(memory, at, end, state.space)
  } catch (error) {
    pendingResults.report(state.fail(error), error)
    return undefined
  } finally {
    channel.returnDecoder(decoder)
  }
  if (typeof value === 'object' && value !== null) {
    state.resolve(notThenable(value), false, false, false)
  } else {
    state.resolve(value, tag === Tag.object && isReference(value), tag === Tag.float, tag < Tag.bytes)
  }
  return value
}

/** What an operation gave that nobody has awaited. */
function takeNumber(channel: Channel, memory: Memory, at: number, end: number, temp: number): void {
  const state = pendingResults.get(temp)
  if (state === undefined) return
  const decoder = channel.takeDecoder()
  state.offer(decoder.decode(memory, at, end, state.space), ((memory.u32[at << 1] as number) & 0xff) === Tag.float)
  channel.returnDecoder(decoder)
}

function takeItems(channel: Channel, memory: Memory, at: number, end: number, temp: number): void {
  const source = pendingResults.getFetch(temp)
  if (source instanceof StreamSource) source.takeItems(channel, memory, at, end)
}

/** There was no room for an entry. */
function takeLost(channel: Channel, memory: Memory, at: number, temp: number): void {
  const bytes = memory.f64[at + 1] as number
  const error = new NoRoomError(
    `expected room for ${bytes} bytes of values, got none; keep the value in Python ($keep) and take parts of it`,
  )
  if (memory.u32[at << 1] === EntryKind.items) {
    const source = pendingResults.getFetch(temp)
    if (source instanceof StreamSource) source.loseItems(error)
    return
  }
  const state = stateFor(channel, temp)
  pendingResults.report(state?.fail(error) === true, error)
}

/** How the reference that has just arrived is shown until somebody asks for its repr. */
function takeShown(channel: Channel, memory: Memory, at: number, end: number, reference: unknown): void {
  if (!isReference(reference)) return
  const decoder = channel.takeDecoder()
  const state = (reference as { [stateOf]: ReferenceState })[stateOf]
  state.shown = decoder.decode(memory, at, end, poolSpace) as string
  channel.returnDecoder(decoder)
}

/** What Python has to say that belongs to no call: an exception of the asyncio loop that nobody retrieved. */
function takeWarning(channel: Channel, memory: Memory, at: number, end: number): void {
  const decoder = channel.takeDecoder()
  const [message, detail] = decoder.decode(memory, at, end, poolSpace) as [string, string]
  channel.returnDecoder(decoder)
  process.emitWarning(message, { type: 'PythonAsyncioWarning', code: 'SNAKEBRIDGE_ASYNCIO', detail })
}

/** A plain object that holds a callable reference by the key `then` would be taken for a promise: such a dict arrives as a Map. */
function notThenable(value: object): object {
  return typeof (value as { then?: unknown }).then === 'function' ? new Map(Object.entries(value)) : value
}

function takeError(channel: Channel, memory: Memory, at: number, end: number, temp: number, batchId: number): void {
  const state = stateFor(channel, temp)
  const batch = channel.inFlight.get(batchId)
  const space = state?.space ?? poolSpace
  const error = decodeError(channel, memory, at, end, space, () => callSite(state, temp, batch))
  if (state?.fail(error) === true) {
    pendingResults.listen(error)
    return
  }
  const isMissing = error instanceof PythonAttributeError
  if (isMissing && state?.isAttribute) return // whoever uses it hears of it: libraries probe for names
  const failure = { error, from: isMissing ? undefined : state } // an attribute that uses it says nothing
  if (batch === undefined) pendingResults.complain(failure)
  else if (batch.failures === undefined) batch.failures = [failure]
  else batch.failures.push(failure)
}

/** Where the operation was written; the nearest place before it that was recorded when it was one of very many. */
function callSite(state: Receiver | undefined, temp: number, batch: Batch | undefined): string | undefined {
  if (state?.site !== undefined) return callersOf(state.site.stack)
  if (state?.temp !== temp) return undefined // fetched after its batch had ended
  return callersOf(batch?.site?.stack)?.replace(
    /^ {4}at /m,
    '    at an operation of the same turn, written after:\n    at ',
  )
}

/** The PythonError of a kError value; the JavaScript error itself where the exception stands for one. */
export function decodeError(
  channel: Channel,
  memory: Memory,
  at: number,
  end: number,
  space: Space,
  callers: () => string | undefined,
): unknown {
  const index = memory.u32[(at << 1) + 1] as number
  const generation = memory.u32[(at << 1) + 2] as number
  // An error outlives the session that it came up in, and so do the exceptions it describes.
  const exception = space.base.reference(index, generation)
  const known = errors.get(index)
  const same = known?.generation === generation ? watch.object(known) : undefined
  if (same !== undefined) return same
  const decoder = channel.takeDecoder()
  let description: ErrorDescription
  try {
    description = decoder.decode(memory, at + 2, end, space.base) as ErrorDescription
  } finally {
    channel.returnDecoder(decoder)
  }
  const { js } = description
  if (typeof js === 'number' && channel.jsValues.has(js)) {
    const own = channel.jsValues.get(js)
    if (own instanceof CancellationError && description.context) {
      own.raised ??= createPythonError(description.context, undefined, undefined, (id) => channel.jsValues.get(id))
    }
    return own
  }
  return errorOf(description, exception, callers)
}

/** The error of an exception that has been described: the same one as long as somebody has it. */
export function errorOf(
  description: ErrorDescription,
  exception: object,
  callers?: () => string | undefined,
): PythonError {
  const state = (exception as { [stateOf]: ReferenceState })[stateOf]
  if (state.label === '') state.label = description.type
  const { index, generation } = state
  const known = errors.get(index)
  const same = known?.generation === generation ? watch.object(known) : undefined
  if (same !== undefined) return same as PythonError
  const { jsValues } = theChannel()
  const half = typeof description.half === 'number' ? jsValues.get(description.half) : undefined
  const error = createPythonError(description, unwrapped(half) ?? exception, callers?.(), (id) => jsValues.get(id))
  const remembered = new KnownError(index, generation)
  errors.set(index, remembered)
  watch.add(error, remembered)
  return error
}

makeInspectable(proxyTarget)
onSyncError((channel, space, memory, end, at = 0) => {
  const stack: { stack?: string } = {}
  Error.captureStackTrace(stack, runNow)
  const error = decodeError(channel, memory, at, end, space, () => callersOf(stack.stack))
  pendingResults.listen(error)
  return error
})
onOpen((addon: Addon) => new Channel(addon, takeResults, answerCall, copyBuffers()))
