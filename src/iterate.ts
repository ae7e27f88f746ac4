// Iteration over Python objects: in chunks, each one trip; or item by item for destructuring.
import { operate } from './async-operations.js'
import type { AsyncState } from './async-reference.js'
import { stateOf } from './codec/operand.js'
import { Opcode, Operator } from './codec/wire.js'
import type { ReferenceState } from './reference-state.js'
import { runOn, type SyncState } from './sync-reference.js'
import { integerWithin } from './values/integer.js'

/** A chunk starts small, so that the first items come soon, and doubles up to this. */
const firstChunk = 16
const largestChunk = 512

/** Seconds after which the items that are there are not kept waiting for the next one. */
const patience = 0.005

/** Beyond this many items it was no destructuring. */
const mostDestructured = 256

/** What the Python helper `next_chunk` gives: items, whether there are more, and the exception that ended them. */
type Chunk = [items: unknown[], more: boolean, error: unknown]

function stateBehind(reference: unknown): ReferenceState {
  return (reference as { [stateOf]: ReferenceState })[stateOf]
}

/** Items as they come, at most one chunk ahead of the consumer. Leaving the loop closes a generator. */
export async function* iterateAsync(state: ReferenceState): AsyncGenerator<unknown> {
  const iterator = stateBehind(await operate(state, Opcode.operate, Operator.iter, [], '', 2))
  let finished = false
  let size = firstChunk
  try {
    while (!finished) {
      const [items, more, error] = (await operate(
        iterator,
        Opcode.helper,
        'next_chunk',
        [size, patience],
        '',
      )) as unknown as Chunk
      finished = !more
      size = Math.min(size * 2, largestChunk)
      for (let i = 0; i < items.length; i++) yield items[i]
      if (error !== null) await operate(stateBehind(error), Opcode.helper, 'raise_exception', [], '')
    }
  } finally {
    if (!finished) await operate(iterator, Opcode.helper, 'close_iterator', [], '')
    iterator.release()
  }
}

/** Arrays of up to `size` items, each one trip. */
export function iterateChunks(state: ReferenceState, size = largestChunk): AsyncGenerator<unknown[]> {
  return chunksOf(state, integerWithin(size, 1, 2 ** 31 - 1, '$chunks'))
}

async function* chunksOf(state: ReferenceState, size: number): AsyncGenerator<unknown[]> {
  const iterator = stateBehind(await operate(state, Opcode.operate, Operator.iter, [], '', 2))
  let finished = false
  try {
    while (!finished) {
      const [items, more, error] = (await operate(
        iterator,
        Opcode.helper,
        'next_chunk',
        [size],
        '',
      )) as unknown as Chunk
      finished = !more
      if (items.length > 0) yield items
      if (error !== null) await operate(stateBehind(error), Opcode.helper, 'raise_exception', [], '')
    }
  } finally {
    if (!finished) await operate(iterator, Opcode.helper, 'close_iterator', [], '')
    iterator.release()
  }
}

/** The blocking twin. */
export function* iterateNow(state: SyncState): Generator<unknown> {
  const iterator = stateBehind(runOn(state, Opcode.operate, Operator.iter, [], 2))
  let finished = false
  let size = firstChunk
  try {
    while (!finished) {
      const [items, more, error] = runOn(iterator, Opcode.helper, 'next_chunk', [size]) as Chunk
      finished = !more
      size = Math.min(size * 2, largestChunk)
      yield* items
      if (error !== null) runOn(stateBehind(error), Opcode.helper, 'raise_exception', [])
    }
  } finally {
    if (!finished) runOn(iterator, Opcode.helper, 'close_iterator', [])
    iterator.release()
  }
}

/** `const [a, b] = ref`: the items 0, 1, … as references, one operation each. There is no end to find without waiting. */
export function* destructure(state: ReferenceState): Generator<unknown> {
  const items: object[] = []
  for (let index = 0; index < mostDestructured; index++) {
    const item = operate(state, Opcode.getItem, 0, [index], `[${index}]`)
    items.push(item)
    yield item
  }
  for (const item of items) (stateBehind(item) as AsyncState).muted = true
  throw new TypeError(
    `expected a pattern like const [a, b] = ref, got a loop or a spread over ${(state as AsyncState).describe()}: use for await, or await ref.$toArray()`,
  )
}
