// Arrays of nothing but ints, or nothing but floats, in one pass.
import type { CommandBuffer } from './command-buffer.js'
import { Tag } from './wire.js'

/** Writes `values` packed, its first element being a number; false (and nothing written) when they are of several kinds. */
export function writePackedArray(to: CommandBuffer, values: readonly unknown[], tuple: boolean): boolean {
  const { length } = values
  to.reserve(length + 1)
  const first = values[0] as number
  if (!isInt(first)) return writeFloats(to, values, tuple)
  return writeInt32s(to, values, tuple) || writeInt53s(to, values, tuple)
}

function isInt(value: number): boolean {
  return Number.isSafeInteger(value) && (value !== 0 || 1 / value > 0)
}

function writeInt32s(to: CommandBuffer, values: readonly unknown[], tuple: boolean): boolean {
  const { length } = values
  const { i32 } = to
  const first = (to.at + 1) << 1
  for (let i = 0; i < length; i++) {
    const value = values[i]
    if (typeof value !== 'number' || (value | 0) !== value || (value === 0 && 1 / value < 0)) return false
    i32[first + i] = value
  }
  if ((length & 1) !== 0) i32[first + length] = 0
  to.word(Tag.int32List | (tuple ? 0x100 : 0), length)
  to.at += (length + 1) >>> 1
  return true
}

function writeInt53s(to: CommandBuffer, values: readonly unknown[], tuple: boolean): boolean {
  const { length } = values
  const { f64 } = to
  const first = to.at + 1
  for (let i = 0; i < length; i++) {
    const value = values[i]
    if (typeof value !== 'number' || !isInt(value)) return false
    f64[first + i] = value
  }
  to.word(Tag.int53List | (tuple ? 0x100 : 0), length)
  to.at += length
  return true
}

function writeFloats(to: CommandBuffer, values: readonly unknown[], tuple: boolean): boolean {
  const { length } = values
  const { f64 } = to
  const first = to.at + 1
  for (let i = 0; i < length; i++) {
    const value = values[i]
    if (typeof value !== 'number' || isInt(value)) return false
    f64[first + i] = value
  }
  to.word(Tag.floatList | (tuple ? 0x100 : 0), length)
  to.at += length
  return true
}
