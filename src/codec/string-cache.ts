// Short ASCII strings by their bytes: keys and words that come again are the same string, found without making one.
import type { Bytes } from './bytes.js'

const slots = 2048
/** Words (of 32 bits) of an entry: a length and 16 bytes. */
const width = 5

export class StringCache {
  private readonly known = new Uint32Array(slots * width)
  private readonly texts: string[] = new Array(slots).fill('')

  /** The string of `length` (at most 16) bytes at a word; the bytes after the last are zero up to the word's end. */
  get(u32: Uint32Array, bytes: Bytes, word: number, length: number): string {
    if (length === 0) return ''
    const at = word << 1
    const a = u32[at] as number
    const b = u32[at + 1] as number
    const long = length > 8
    const c = long ? (u32[at + 2] as number) : 0
    const d = long ? (u32[at + 3] as number) : 0
    let hash = Math.imul(a ^ Math.imul(b, 0x85ebca6b), 0x9e3779b1) ^ Math.imul(c ^ Math.imul(d, 0xc2b2ae35), 0x27d4eb2f)
    hash ^= hash >>> 15
    const slot = (hash ^ length) & (slots - 1)
    const { known, texts } = this
    const entry = slot * width
    if (
      known[entry] === length &&
      known[entry + 1] === a &&
      known[entry + 2] === b &&
      known[entry + 3] === c &&
      known[entry + 4] === d
    ) {
      return texts[slot] as string
    }
    const text = length > 8 ? twoWords(bytes, word << 3, length) : oneWord(bytes, word << 3, length)
    known[entry] = length
    known[entry + 1] = a
    known[entry + 2] = b
    known[entry + 3] = c
    known[entry + 4] = d
    texts[slot] = text
    return text
  }
}

const { fromCharCode } = String

// The characters of whole words, and of these as many as count: a third of the time of latin1Slice.

// biome-ignore format: a line a word
function oneWord(b: Bytes, at: number, length: number): string {
  return fromCharCode(
    b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!,
  ).substring(0, length)
}

// biome-ignore format: a line a word
function twoWords(b: Bytes, at: number, length: number): string {
  return fromCharCode(
    b[at]!, b[at + 1]!, b[at + 2]!, b[at + 3]!, b[at + 4]!, b[at + 5]!, b[at + 6]!, b[at + 7]!,
    b[at + 8]!, b[at + 9]!, b[at + 10]!, b[at + 11]!, b[at + 12]!, b[at + 13]!, b[at + 14]!, b[at + 15]!,
  ).substring(0, length)
}
