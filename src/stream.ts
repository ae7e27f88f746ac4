// A Python iterator as JavaScript's asynchronous one.
// biome-ignore-all lint/suspicious/noExplicitAny: an untyped stream can bring anything
import type { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { asRaised } from './codec/thrown.js'
import { requireOptions } from './known-options.js'
import { type AdapterOptions, toNode, toWeb } from './stream-adapters.js'
import { StreamBuffer } from './stream-buffer.js'
import { checkStreamOptions, type StreamOptions } from './stream-options.js'
import { StreamSource } from './stream-source.js'
import { watch } from './watch.js'

/**
 * What `for await` uses on a reference, and `ref.$stream(options)` gives. A class of its own instead of an asynchronous generator: an item
 * that is there costs one promise.
 *
 * @example
 * for await (const line of log.follow().$stream({ timeout: 5000 })) console.log(line)
 */
export class PythonStream<T = any> implements AsyncIterableIterator<T, any, any> {
  readonly #buffer: StreamBuffer

  /** @internal */
  constructor(buffer: StreamBuffer) {
    this.#buffer = buffer
    watch.add(this, buffer) // a stream that the program forgets is closed
  }

  /**
   * The next item; at the end `{ done: true }` with the value that the generator returned. A `value` is sent, as `send` does; that of the first
   * call is not, as in JavaScript.
   */
  next(value?: any): Promise<IteratorResult<T, any>> {
    if (value !== undefined && this.#buffer.started) return this.send(value)
    return this.#buffer.next() as Promise<IteratorResult<T, any>>
  }

  /** Closes the generator; settles when its `finally` has run. A step in progress ends first. */
  async return(value?: any): Promise<IteratorResult<T, any>> {
    await this.#buffer.close()
    return { value: await value, done: true }
  }

  /** Raises `error`, or the Python exception that it refers to, where the generator waits, after dropping what was read ahead. Gives what the generator yields instead, or rejects. */
  throw(error?: any): Promise<IteratorResult<T, any>> {
    return this.#buffer.throw(asRaised(error)) as Promise<IteratorResult<T, any>>
  }

  /** Resumes the generator with `value` as what its `yield` gives. From then on nothing is read ahead; what was makes it reject. */
  send(value: any): Promise<IteratorResult<T, any>> {
    return this.#buffer.send(value) as Promise<IteratorResult<T, any>>
  }

  /** Items dropped so far, with `overflow: 'drop-oldest'`. */
  get dropped(): number {
    return this.#buffer.dropped
  }

  /** The rest of it as a web stream; cancelling that closes the generator. */
  toWeb(options: AdapterOptions = {}): ReadableStream<T> {
    requireOptions(options, ['bytes'], 'toWeb')
    return toWeb(this, options) as ReadableStream<T>
  }

  /** The rest of it as a Node stream, of objects unless they are `bytes`; destroying that closes the generator. */
  toNode(options: AdapterOptions = {}): Readable {
    requireOptions(options, ['bytes'], 'toNode')
    return toNode(this, options)
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this
  }

  /** `return()`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }
}

/** A stream over the reference `target`; errors name the caller of `caller`. */
export function streamOf(target: object, options: StreamOptions, caller: (...args: never[]) => unknown): PythonStream {
  return new PythonStream(new StreamBuffer(new StreamSource(target, caller), checkStreamOptions(options)))
}
