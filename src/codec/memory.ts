// Result bytes as words: the shared results buffer, or one of its own where a result did not fit.
import { type Bytes, bytesOf } from './bytes.js'
import { StringCache } from './string-cache.js'

export class Memory {
  readonly u32: Uint32Array
  readonly i32: Int32Array
  readonly f64: Float64Array
  readonly bytes: Bytes
  /** Words there are. */
  readonly words: number

  constructor(
    readonly buffer: ArrayBuffer,
    private readonly strings: StringCache = new StringCache(),
  ) {
    this.words = buffer.byteLength >>> 3
    this.u32 = new Uint32Array(buffer, 0, this.words * 2)
    this.i32 = new Int32Array(buffer, 0, this.words * 2)
    this.f64 = new Float64Array(buffer, 0, this.words)
    this.bytes = bytesOf(buffer)
  }

  /** Other bytes, the same strings remembered. */
  over(buffer: ArrayBuffer): Memory {
    return new Memory(buffer, this.strings)
  }

  /** A copy of the first `length` bytes. */
  copy(length: number): Memory {
    return this.over(this.buffer.slice(0, length))
  }

  /** `length` ASCII characters that start at a word. */
  ascii(word: number, length: number): string {
    if (length <= 16) return this.strings.get(this.u32, this.bytes, word, length)
    return this.bytes.latin1Slice(word << 3, (word << 3) + length)
  }
}
