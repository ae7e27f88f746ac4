// What Python reads bytes from: the chunks of an iterator, and what is left of them.
import { types } from 'node:util'
import { ConversionError } from '../errors/bridge-errors.js'
import { shown } from '../values/integer.js'
import { type ItemSource, type Pulled, PullState } from './item-source.js'

const none = Buffer.alloc(0)

export class ByteSource {
  private parts: Buffer[] = []
  private length = 0
  private end: [state: number, outcome: unknown] | undefined = undefined

  constructor(readonly chunks: ItemSource) {}

  /** At most `most` bytes, as soon as there are any, or (`whole`) when there are as many; none at the end. */
  read(most: number, whole: boolean, here: boolean): Buffer | Promise<Buffer> {
    while (this.length < (whole ? most : 1) && this.end === undefined) {
      const pulled = this.chunks.pull(here, most - this.length)
      if (pulled instanceof Promise) return this.readLater(pulled, most, whole)
      this.take(pulled)
    }
    if (this.length > 0) return this.give(most)
    const [state, outcome] = this.end as [number, unknown]
    if (state !== PullState.threw) return none
    this.end = [PullState.returned, undefined]
    throw (outcome as { value: unknown }).value
  }

  private async readLater(pulled: Promise<Pulled>, most: number, whole: boolean): Promise<Buffer> {
    this.take(await pulled)
    return this.read(most, whole, false)
  }

  private take([chunks, state, outcome]: Pulled): void {
    if (state !== PullState.more) this.end = [state, outcome]
    for (const chunk of chunks) {
      const bytes = this.bytesOf(chunk)
      this.parts.push(bytes)
      this.length += bytes.length
    }
  }

  private give(most: number): Buffer {
    const bytes = this.parts.length === 1 ? (this.parts[0] as Buffer) : Buffer.concat(this.parts)
    this.length = Math.max(0, this.length - most)
    this.parts = this.length > 0 ? [bytes.subarray(most)] : []
    return bytes.subarray(0, most)
  }

  private bytesOf(chunk: unknown): Buffer {
    if (typeof chunk === 'string') return Buffer.from(chunk)
    if (ArrayBuffer.isView(chunk)) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (types.isAnyArrayBuffer(chunk)) return Buffer.from(chunk)
    throw new ConversionError(
      `expected chunks of bytes or text from ${this.chunks.name}, which Python reads as a file, got ${shown(chunk)}; ` +
        'python.iterator(…) gives Python the chunks themselves',
    )
  }
}
