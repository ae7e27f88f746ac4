// What Python reads bytes from: the chunks of an iterator, and the rest of the last.
import { ConversionError } from '../errors/bridge-errors.js'
import { shown } from '../values/integer.js'
import { type ItemSource, type Pulled, PullState } from './item-source.js'

const none = Buffer.alloc(0)

export class ByteSource {
  private rest: Buffer = none
  private end: [state: number, outcome: unknown] | undefined

  constructor(readonly chunks: ItemSource) {}

  /** At most `most` bytes, as soon as there are any; none at the end. */
  read(most: number, here: boolean): Buffer | Promise<Buffer> {
    while (this.rest.length === 0 && this.end === undefined) {
      const pulled = this.chunks.pull(here, most)
      if (pulled instanceof Promise) {
        return pulled.then((taken) => {
          this.take(taken)
          return this.read(most, here)
        })
      }
      this.take(pulled)
    }
    if (this.rest.length > 0) {
      const bytes = this.rest.subarray(0, most)
      this.rest = this.rest.subarray(most)
      return bytes
    }
    const [state, outcome] = this.end as [number, unknown]
    if (state !== PullState.threw) return none
    this.end = [PullState.returned, undefined]
    throw (outcome as { value: unknown }).value
  }

  private take([chunks, state, outcome]: Pulled): void {
    if (state !== PullState.more) this.end = [state, outcome]
    this.rest = chunks.length === 1 ? this.bytesOf(chunks[0]) : Buffer.concat(chunks.map((each) => this.bytesOf(each)))
  }

  private bytesOf(chunk: unknown): Buffer {
    if (typeof chunk === 'string') return Buffer.from(chunk)
    if (ArrayBuffer.isView(chunk)) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (chunk instanceof ArrayBuffer || chunk instanceof SharedArrayBuffer) return Buffer.from(chunk)
    throw new ConversionError(
      `expected chunks of bytes or text from ${this.chunks.name}, which Python reads as a file, got ${shown(chunk)}; ` +
        'python.iterator(…) gives Python the chunks themselves',
    )
  }
}
