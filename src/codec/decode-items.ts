// Several values in a row, as a stream brings them.
import type { Decoder } from './decoder.js'
import { malformed } from './malformed.js'
import type { Memory } from './memory.js'
import type { ValueSource } from './value-source.js'
import { Tag } from './wire.js'

/** Where items are appended. */
export interface Items {
  push(value: unknown): unknown
}

/**
 * Appends `count` values, each a message of its own, to `into`; returns the word behind them. Throws the first failure when
 * all are read: what came before it is appended.
 */
export function decodeItems(
  decoder: Decoder,
  memory: Memory,
  start: number,
  end: number,
  count: number,
  source: ValueSource,
  into: Items,
): number {
  const { u32, i32, f64 } = memory
  let at = start
  let failure: { error: unknown } | undefined
  for (let i = 0; i < count; i++) {
    if (at >= end) throw malformed('items end too early')
    const header = u32[at << 1]
    let value: unknown
    if (header === Tag.int32) {
      value = i32[(at << 1) + 1]
      at++
    } else if (header === Tag.float) {
      value = f64[at + 1]
      at += 2
    } else if (header === Tag.none) {
      value = null
      at++
    } else {
      try {
        value = decoder.decode(memory, at, end, source)
      } catch (error) {
        failure ??= { error }
      }
      at = decoder.at
    }
    if (failure === undefined) into.push(value)
  }
  if (failure !== undefined) throw failure.error
  return at
}
