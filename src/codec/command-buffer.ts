// The memory that commands are written into: one ArrayBuffer seen as words, shared with the addon.
import { ConversionError } from '../errors/bridge-errors.js'
import { type Bytes, bytesOf } from './bytes.js'

const smallest = 64 * 1024
/** Larger buffers are given back when they were not needed for a while. */
const comfortable = 1024 * 1024
const patience = 256
const largest = 0x7fffffff

export class CommandBuffer {
  u32!: Uint32Array
  i32!: Int32Array
  f64!: Float64Array
  u8!: Uint8Array
  bytes!: Bytes
  /** Where the next word goes. */
  at = 0
  /** Words that fit. */
  capacity = 0
  private calm = 0

  constructor(
    buffer: ArrayBuffer,
    /** Told about every new ArrayBuffer. */
    private readonly replaced: (buffer: ArrayBuffer) => void,
  ) {
    this.view(buffer)
  }

  /** Makes room for `words` more. Views change: read them from here afterwards. */
  reserve(words: number): void {
    if (this.at + words > this.capacity) this.grow(words)
  }

  /** Where `length` bytes start; the last word's rest is zero. */
  room(length: number): number {
    const words = (length + 7) >>> 3
    if (this.at + words > this.capacity) this.grow(words)
    const at = this.at
    if ((length & 7) !== 0) this.f64[at + words - 1] = 0
    this.at = at + words
    return at << 3
  }

  word(low: number, high: number): void {
    if (this.at === this.capacity) this.grow(1)
    const at = this.at++ << 1
    this.u32[at] = low
    this.u32[at + 1] = high
  }

  number(value: number): void {
    if (this.at === this.capacity) this.grow(1)
    this.f64[this.at++] = value
  }

  /** After a message was sent: gives back memory that a rare large message took. */
  rewind(): void {
    if (this.capacity * 8 > comfortable) {
      this.calm = this.at * 16 > this.capacity ? 0 : this.calm + 1
      if (this.calm > patience) this.replace(smallest)
    }
    this.at = 0
  }

  private grow(words: number): void {
    const wanted = (this.at + words) * 8
    if (wanted > largest)
      throw new ConversionError(`expected at most ${largest} bytes of values in one batch, got ${wanted} or more`)
    const old = this.u8
    this.replace(Math.min(largest & ~7, Math.max(this.capacity * 16, wanted)))
    this.u8.set(old.subarray(0, this.at * 8))
  }

  private replace(length: number): void {
    const buffer = new ArrayBuffer(length)
    this.calm = 0
    this.view(buffer)
    this.replaced(buffer)
  }

  private view(buffer: ArrayBuffer): void {
    this.u32 = new Uint32Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.f64 = new Float64Array(buffer)
    this.u8 = new Uint8Array(buffer)
    this.bytes = bytesOf(buffer)
    this.capacity = buffer.byteLength >>> 3
  }
}
