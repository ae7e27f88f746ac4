// `python.file` and `python.iterator`: what a stream is in Python, where the rule would choose otherwise.
import { types } from 'node:util'
import { ConversionError } from '../errors/bridge-errors.js'
import { requireOptions } from '../known-options.js'
import { integerWithin, shown } from '../values/integer.js'
import { FileSource, type TextMode } from './file-source.js'
import { filePartsOf, isAsyncIterable, isIterable, itemsOf, nameOf } from './incoming.js'
import type { ItemSource } from './item-source.js'
import { memorySource } from './random-source.js'

/** Options of `python.file`. */
export interface FileOptions {
  /** Text instead of bytes; also if one of the next is given. */
  text?: boolean
  /** As Python's `open` has them: 'utf-8' when left out, */
  encoding?: string
  /** 'strict' when left out, */
  errors?: string
  /** any line end, read as '\n', when left out; '' keeps them, as the csv module wants it. */
  newline?: '' | '\n' | '\r' | '\r\n'
}

/** Options of `python.iterator`. */
export interface IteratorOptions {
  /** Items that may be taken from the source before Python has used them: 1,024 when left out. With 1 each is taken when Python asks for it. */
  bufferSize?: number
}

/**
 * A Python file over a stream, readable or writable or both, of bytes unless the options say text. Of a Node or Web stream; of any
 * iterable of chunks (bytes, or strings, which count as UTF-8); of a Blob, a FileHandle or memory, in which Python can seek.
 *
 * @example
 * const rows = python.import('csv').reader(python.file(createReadStream('trips.csv'), { newline: '' }))
 */
function file(source: object, options: FileOptions = {}): FileSource {
  requireOptions(options, ['text', 'encoding', 'errors', 'newline'], 'python.file')
  const { text, encoding, errors, newline } = options
  const isText = text ?? (encoding !== undefined || errors !== undefined || newline !== undefined)
  const mode: TextMode | null = isText
    ? { encoding: encoding ?? 'utf-8', errors: errors ?? 'strict', newline: newline ?? null }
    : null
  if (typeof source !== 'object' || source === null) throw refusal('file', source)
  if (source instanceof FileSource) return new FileSource(source.name, source.parts, mode, source.origin)
  const memory = memoryOf(source)
  const parts = memory === undefined ? filePartsOf(source) : { random: memorySource(memory) }
  if (Object.keys(parts).length === 0) throw refusal('file', source)
  return new FileSource(nameOf(source), parts, mode, source)
}

/**
 * A Python iterator, and asynchronous iterator, over the items of anything that JavaScript can iterate, once.
 *
 * @example
 * await python.import('itertools').islice(python.iterator(new Map(entries)), 10)
 */
function iterator(source: Iterable<unknown> | AsyncIterable<unknown>, options: IteratorOptions = {}): ItemSource {
  requireOptions(options, ['bufferSize'], 'python.iterator')
  const { bufferSize } = options
  if (bufferSize !== undefined) integerWithin(bufferSize, 1, 2 ** 24, 'python.iterator’s bufferSize')
  if (typeof source !== 'object' || source === null || !(isAsyncIterable(source) || isIterable(source)))
    throw refusal('iterator', source)
  return itemsOf(source, bufferSize)
}

function memoryOf(source: object): Uint8Array | undefined {
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
  return types.isArrayBuffer(source) ? new Uint8Array(source) : undefined
}

function refusal(name: string, source: unknown): ConversionError {
  const expected = name === 'file' ? 'a stream, an iterable of chunks, a Blob, a FileHandle or memory' : 'an iterable'
  return new ConversionError(`expected ${expected} for python.${name}, got ${shown(source)}`)
}

export const streamMarkers = {
  /** A Python file over a stream, an iterable of chunks, a Blob, a FileHandle or memory. */
  file,
  /** A Python iterator, and asynchronous iterator, over anything that JavaScript can iterate. */
  iterator,
}
