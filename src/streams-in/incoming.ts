// Which JavaScript objects are streams in Python, and of what kind. Iterators of the language (generator objects, `map.keys()`, iterator
// helpers) and whatever has Symbol.asyncIterator are iterators; streams of bytes are files. Arrays, Sets and Maps are values, other iterables and Blobs are nothing without being told.
import type { FileHandle } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import type { ReadableStream, ReadableStreamDefaultReader, WritableStream } from 'node:stream/web'
import { types } from 'node:util'
import { ConversionError } from '../errors/bridge-errors.js'
import { nodeSink, webSink } from './byte-sink.js'
import { ByteSource } from './byte-source.js'
import { type FileParts, FileSource } from './file-source.js'
import { ItemSource, type Steps, stepsOf } from './item-source.js'
import { blobSource, handleSource } from './random-source.js'
import { hearErrors } from './stream-errors.js'

const known = new WeakMap<object, ItemSource | FileSource>()

/** What Python gets of a value that is a stream; undefined for any other. The same for the same value. */
export function incoming(value: object): ItemSource | FileSource | undefined {
  if (value instanceof ItemSource || value instanceof FileSource) return value
  const seen = known.get(value)
  if (seen !== undefined) {
    if (isNodeReadable(value) || isNodeWritable(value)) hearErrors(value)
    return seen
  }
  const made = isFile(value) ? new FileSource(nameOf(value), filePartsOf(value)) : iteratorOf(value)
  if (made !== undefined) known.set(value, made)
  return made
}

/** What `incoming` has made of the value. */
export function knownStream(value: object): ItemSource | FileSource | undefined {
  return value instanceof ItemSource || value instanceof FileSource ? value : known.get(value)
}

function iteratorOf(value: object): ItemSource | undefined {
  if (isIterator(value) || isWebReadable(value) || isAsyncIterable(value)) return itemsOf(value)
  return undefined
}

const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object

/** One of the language's own, or of a class that extends Iterator. */
function isIterator(value: object): boolean {
  if (types.isGeneratorObject(value) || types.isMapIterator(value) || types.isSetIterator(value)) return true // of any realm
  return Object.prototype.isPrototypeOf.call(iteratorPrototype, value)
}

/** The items of anything that can be iterated. */
export function itemsOf(value: object, bufferSize?: number): ItemSource {
  const name = nameOf(value)
  if (isWebReadable(value)) {
    requireUnlocked(value)
    return new ItemSource(name, true, () => readerSteps(value.getReader()), bufferSize)
  }
  const isAsync = isAsyncIterable(value)
  const stream = isNodeReadable(value) ? value : undefined
  if (stream !== undefined) hearErrors(stream)
  const leave = stream === undefined ? undefined : () => void stream.destroy()
  return new ItemSource(name, isAsync, () => stepsOf(value, isAsync, leave), bufferSize, stream)
}

/** How a value is read and written as a file; nothing for one that is not. */
export function filePartsOf(value: object): FileParts {
  if (isBlob(value)) return { random: blobSource(value) }
  if (isFileHandle(value)) return { random: handleSource(value) }
  if (isWebWritable(value)) {
    if (value.locked)
      throw new ConversionError(`expected a stream that nobody else writes to, got a locked ${nameOf(value)}`)
    return { writer: webSink(value) }
  }
  const parts: FileParts = {}
  if (isNodeWritable(value)) {
    hearErrors(value)
    parts.writer = nodeSink(value)
  }
  if (isNodeReadable(value) ? reads(value) : isWebReadable(value) || isAsyncIterable(value) || isIterable(value))
    parts.reader = new ByteSource(itemsOf(value))
  return parts
}

/** Whether it is a file without being told: a stream of bytes. */
function isFile(value: object): boolean {
  if (isNodeReadable(value)) return !value.readableObjectMode || (isNodeWritable(value) && !value.writableObjectMode)
  if (isNodeWritable(value)) return !value.writableObjectMode
  if (isWebReadable(value)) return isByteStream(value)
  return isWebWritable(value)
}

function readerSteps(reader: ReadableStreamDefaultReader): Steps {
  return { next: () => reader.read(), close: () => reader.cancel() }
}

/** Only streams of bytes have such readers. */
function isByteStream(stream: ReadableStream): boolean {
  requireUnlocked(stream)
  try {
    stream.getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    // TypeError: a stream of any values
    return false
  }
}

function requireUnlocked(stream: ReadableStream): void {
  if (stream.locked) throw new ConversionError('expected a stream that nobody else reads, got a locked ReadableStream')
}

/** A socket's or a terminal's half may be closed. */
function reads(stream: Readable): boolean {
  return !isNodeWritable(stream) || stream.readable || stream.readableEnded
}

/** By what they are: streams of other packages, and of other realms, count. */
function isNodeReadable(value: object): value is Readable {
  return '_readableState' in value && typeof (value as Partial<Readable>).read === 'function'
}

/** Messages of http are none of class Writable, but have all that one has. */
function isNodeWritable(value: object): value is Writable {
  const { write, end, on, writable, writableHighWaterMark } = value as Partial<Writable>
  if (typeof writableHighWaterMark !== 'number' || writable === false) return false
  return typeof write === 'function' && typeof end === 'function' && typeof on === 'function'
}

function isWebReadable(value: object): value is ReadableStream {
  return tagOf(value) === 'ReadableStream' && typeof (value as ReadableStream).getReader === 'function'
}

function isWebWritable(value: object): value is WritableStream {
  return tagOf(value) === 'WritableStream' && typeof (value as WritableStream).getWriter === 'function'
}

function isBlob(value: object): value is Blob {
  const tag = tagOf(value)
  return (tag === 'Blob' || tag === 'File') && typeof (value as Blob).slice === 'function'
}

function isFileHandle(value: object): value is FileHandle {
  const handle = value as FileHandle
  return typeof handle.fd === 'number' && typeof handle.stat === 'function' && typeof handle.read === 'function'
}

function tagOf(value: object): unknown {
  return (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
}

export function isAsyncIterable(value: object): value is AsyncIterable<unknown> {
  return typeof (value as AsyncIterable<unknown>)[Symbol.asyncIterator] === 'function'
}

export function isIterable(value: object): value is Iterable<unknown> {
  return typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function'
}

/** For messages. */
export function nameOf(value: object): string {
  if (types.isGeneratorObject(value)) return 'a generator'
  const { path } = value as { path?: unknown }
  const made: unknown = (value as { constructor?: unknown }).constructor
  const name = typeof made === 'function' && made.name !== '' ? made.name : 'stream'
  return typeof path === 'string' ? `the ${name} of ${path}` : `a ${name}`
}
