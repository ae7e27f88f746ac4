// A stream as one of the web's, or of Node's. Both ask for an item when they have room for it, and close the generator when they are left.
import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { ConversionError } from './errors/bridge-errors.js'
import { NDArray } from './ndarray.js'
import type { PythonStream } from './stream.js'
import { shown } from './values/integer.js'

/** Options of `toWeb` and `toNode`. */
export interface AdapterOptions {
  /** The items are bytes (`bytes`, `bytearray`, `memoryview`, arrays): a byte stream. Otherwise any values, one by one. */
  bytes?: boolean
}

export function toWeb(stream: PythonStream, { bytes = false }: AdapterOptions): ReadableStream<unknown> {
  const { ReadableStream } = require('node:stream/web') as typeof import('node:stream/web') // 2 ms of the start-up
  const cancel = async (): Promise<void> => void (await stream.return())
  if (!bytes) {
    const pull = async (controller: { enqueue(chunk: unknown): void; close(): void }) => {
      const { value, done } = await stream.next()
      if (done) controller.close()
      else controller.enqueue(value)
    }
    return new ReadableStream({ pull, cancel }, { highWaterMark: 0 })
  }
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const { value, done } = await stream.next()
      if (done) {
        controller.close()
        ;(controller.byobRequest as { respond(length: number): void } | null)?.respond(0)
        return
      }
      const chunk = bytesOf(value)
      // A byte stream takes the memory itself, which may be Python's, or part of a pool: it gets a copy. It takes no empty chunk.
      if (chunk.length > 0) controller.enqueue(new Uint8Array(chunk))
      else await this.pull?.(controller)
    },
    cancel,
  })
}

export function toNode(stream: PythonStream, { bytes = false }: AdapterOptions): Readable {
  const { Readable } = require('node:stream') as typeof import('node:stream')
  return new Readable({
    objectMode: !bytes,
    highWaterMark: 0,
    read() {
      stream
        .next()
        .then(
          ({ value, done }) => {
            if (done) this.push(null)
            else if (value === null)
              this.destroy(new ConversionError('expected items that a Node stream can carry, got None'))
            else if (!bytes) this.push(value)
            else this.push(bytesOf(value))
          },
          (error) => this.destroy(error),
        )
        .catch((error) => this.destroy(error))
    },
    destroy(error, callback) {
      stream.return().then(
        () => callback(error),
        (raised) => callback(error ?? raised),
      )
    },
  })
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  if (value instanceof NDArray && value.order === 'C') {
    const { buffer, byteOffset, byteLength } = value.data as ArrayBufferView
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
  }
  throw new ConversionError(`expected items of bytes from a stream with { bytes: true }, got ${shown(value)}`)
}
