// Iteration over Python objects that is not a stream: on the calling thread, in chunks of a given size, or for destructuring.
import { operate, statement } from './async-operations.js'
import type { AsyncState } from './async-reference.js'
import { decodeItems } from './codec/decode-items.js'
import { stateOf } from './codec/operand.js'
import { asRaised } from './codec/thrown.js'
import { Opcode, OpFlag, Tag } from './codec/wire.js'
import { resultMemory, type TakeResult } from './operate.js'
import type { ReferenceState } from './reference-state.js'
import { streamOf } from './stream.js'
import { callStreamOptions } from './stream-options.js'
import { runOn, runWith, type SyncState } from './sync-reference.js'
import { integerWithin } from './values/integer.js'

/** How many items a blocking loop may be behind the iterator. */
const defaultAhead = 256
const defaultChunk = 512

/** Beyond this many items it was no destructuring. */
const mostDestructured = 256

const none: readonly unknown[] = []

function stateBehind(reference: unknown): ReferenceState {
  return (reference as { [stateOf]: ReferenceState })[stateOf]
}

/** Arrays of up to `size` items; the last one holds what is left. */
export function iterateChunks(target: object, size = defaultChunk): AsyncGenerator<unknown[]> {
  return chunksOf(target, integerWithin(size, 1, 2 ** 24, '$chunks'))
}

async function* chunksOf(target: object, size: number): AsyncGenerator<unknown[]> {
  const stream = streamOf(target, { ...callStreamOptions(stateBehind(target).options), bufferSize: size }, chunksOf)
  let chunk: unknown[] = []
  try {
    for await (const item of stream) {
      if (chunk.push(item) < size) continue
      yield chunk
      chunk = []
    }
  } catch (error) {
    if (chunk.length > 0) yield chunk
    throw error
  }
  if (chunk.length > 0) yield chunk
}

/** What a pull on the calling thread brought: items, and what came instead of the next one. */
interface Pulled {
  items: unknown[]
  result: unknown
  failure: { error: unknown } | undefined
}

/**
 * The blocking twin of a stream. It asks for one item, then for twice as many each time, never for more than `ahead`. `next(value)` sends
 * the value into the generator, which must wait where the consumer is; `throw(error)` drops what was read ahead.
 */
export function* iterateNow(state: SyncState, ahead = defaultAhead): Generator<unknown> {
  const iterator = stateBehind(runOn(state, Opcode.helper, 'open_stream', [true], OpFlag.keep))
  let finished = false
  let most = 1
  let sent = none
  try {
    for (;;) {
      let { items, result, failure } = runWith(iterator, Opcode.pull, most, sent, takePulled) as Pulled
      finished = result !== null && failure === undefined
      most = items.length < most ? Math.max(1, items.length) : Math.min(most * 2, ahead)
      sent = none
      for (let i = 0; i < items.length; i++) {
        try {
          const value: unknown = yield items[i]
          if (value === undefined) continue
          if (i + 1 < items.length || finished || failure !== undefined) throw new ReadAhead(items.length - 1 - i)
          sent = [value]
          most = 1
        } catch (error) {
          if (error instanceof ReadAhead) throw error
          ;({ items, result, failure } = throwInto(iterator, error))
          finished = result !== null
          most = 1
          i = -1
        }
      }
      if (failure !== undefined) throw failure.error
      if (finished) return (result as [unknown])[0]
    }
  } finally {
    if (!finished) {
      const closed = runOn(iterator, Opcode.helper, 'close_stream', [])
      if (closed !== true) runOn(stateBehind(closed), Opcode.await, 0, []) // of an asynchronous one
    }
    iterator.release()
  }
}

/** A value was sent, and items that were made without it are there. */
class ReadAhead extends Error {
  constructor(items: number) {
    super(
      `expected next(value) while the generator waits where the consumer is, got it after ${items} more items were read ahead; ` +
        'use ref.$stream({ bufferSize: 1 })',
    )
    this.name = 'Error'
  }
}

/** What the generator makes of an error: an item, or its end. */
function throwInto(iterator: ReferenceState, error: unknown): Pulled {
  let answer = runOn(iterator, Opcode.helper, 'throw_into', [asRaised(error)])
  if (!Array.isArray(answer)) answer = runOn(stateBehind(answer), Opcode.await, 0, []) // of an asynchronous one
  const [ended, value] = answer as [boolean, unknown]
  return { items: ended ? [] : [value], result: ended ? [value] : null, failure: undefined }
}

const takePulled: TakeResult = (channel, space, raise, got) => {
  const { memory, end } = resultMemory(channel, got)
  const items: unknown[] = []
  const decoder = channel.takeDecoder()
  try {
    const at = decodeItems(decoder, memory, 2, end, memory.u32[0] as number, space, items)
    if (((memory.u32[at << 1] as number) & 0xff) !== Tag.error)
      return { items, result: decoder.decode(memory, at, end, space), failure: undefined }
    return { items, result: null, failure: { error: raise(channel, space, memory, end, at) } }
  } catch (error) {
    return { items, result: null, failure: { error } }
  } finally {
    channel.returnDecoder(decoder)
  }
}

/**
 * `const [a, b] = ref`: what Python's `a, b = ref` takes, as references, one operation each. There is no end to find without waiting.
 * A generator is closed at the pattern's end, as JavaScript closes its own.
 */
export function* destructure(state: AsyncState): Generator<unknown> {
  const unpacked = stateBehind(operate(state, Opcode.helper, 'unpack', none, '')) as AsyncState
  const items: object[] = []
  try {
    for (let index = 0; index < mostDestructured; index++) {
      const item = operate(unpacked, Opcode.getItem, 0, [index], `[${index}]`)
      items.push(item)
      yield item
    }
    for (const item of items) (stateBehind(item) as AsyncState).muted = true
  } finally {
    statement(unpacked, Opcode.helper, 'close_unpacked', none)
    unpacked.release()
  }
  throw new TypeError(
    `expected a pattern like const [a, b] = ref, got a loop or a spread over ${state.describe()}: use for await, or await ref.$toArray()`,
  )
}
