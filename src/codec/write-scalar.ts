// Numbers, bigints and strings as wire bytes.
import type { CommandBuffer } from './command-buffer.js'
import { Tag } from './wire.js'

/** Up to here a loop over the characters beats a call into the runtime. */
const shortString = 24
/** From here on a look at the first characters decides, before all of them are tried as ASCII. */
const longString = 4096
const prefix = 256

const tagInt32 = Tag.int32
const tagInt53 = Tag.int53
const tagFloat = Tag.float
const tagAscii = Tag.ascii

/** Integers that are safe are ints; -0 and everything else is a float. */
export function writeNumber(to: CommandBuffer, value: number): void {
  if (to.at + 2 > to.capacity) to.reserve(2)
  const at = to.at << 1
  if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
    to.u32[at] = tagInt32
    to.i32[at + 1] = value
    to.at += 1
    return
  }
  to.u32[at] = value !== 0 && Number.isSafeInteger(value) ? tagInt53 : tagFloat
  to.u32[at + 1] = 0
  to.f64[to.at + 1] = value
  to.at += 2
}

export function writeFloat(to: CommandBuffer, value: number): void {
  to.word(tagFloat, 0)
  to.number(value)
}

export function writeBigInt(to: CommandBuffer, value: bigint): void {
  const negative = value < 0n
  const hex = (negative ? -value : value).toString(16)
  const words = (hex.length + 15) >>> 4
  to.reserve(words + 1)
  to.word(Tag.bigInt | (negative ? 0x100 : 0), words)
  for (let end = hex.length, word = 0; word < words; word++, end -= 16) {
    const middle = Math.max(0, end - 8)
    const low = Number.parseInt(hex.slice(middle, end), 16)
    to.word(low, middle === 0 ? 0 : Number.parseInt(hex.slice(Math.max(0, end - 16), middle), 16))
  }
}

export function writeString(to: CommandBuffer, text: string): void {
  const { length } = text
  if (length > shortString || !writeShortAscii(to, text)) writeAnyString(to, text)
}

function writeShortAscii(to: CommandBuffer, text: string): boolean {
  const { length } = text
  if (to.at + 4 > to.capacity) to.reserve(4)
  const start = to.at
  const { u8, u32, f64 } = to
  const words = (length + 7) >>> 3
  u32[start << 1] = tagAscii
  u32[(start << 1) + 1] = length
  if (words !== 0) f64[start + words] = 0
  const first = (start + 1) << 3
  let seen = 0
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    seen |= code
    u8[first + i] = code
  }
  if (seen > 127) return false
  to.at = start + 1 + words
  return true
}

/** Two-byte text goes as it lies in memory: four times as fast as UTF-8, and lone surrogates are kept. */
function writeAnyString(to: CommandBuffer, text: string): void {
  const { length } = text
  const start = to.at
  if (length < longString || isAscii(text, prefix)) {
    to.word(tagAscii, length)
    // Room for a little more than ASCII takes: any other character shows in the count.
    const first = to.room(length + 8)
    if (to.bytes.utf8Write(text, first, length + 8) === length) {
      const words = (length + 7) >>> 3
      to.at = start + 1 + words
      if ((length & 7) !== 0) to.u8.fill(0, first + length, first + (words << 3))
      return
    }
    to.at = start
  }
  to.word(Tag.utf16, length)
  const first = to.room(length * 2)
  to.bytes.ucs2Write(text, first, length * 2)
}

function isAscii(text: string, count: number): boolean {
  for (let i = 0; i < count; i++) if (text.charCodeAt(i) > 127) return false
  return true
}

/** Whether all of `text` is ASCII and short: what names are. */
export function isIdentifierLike(text: string): boolean {
  return text.length <= 256 && isAscii(text, text.length)
}
