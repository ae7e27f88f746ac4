// Objects that are neither arrays, plain objects nor references: the rows of the conversion table that need a closer look.
import { types } from 'node:util'
import { forgotten } from '../callback.js'
import { ConversionError } from '../errors/bridge-errors.js'
import { PythonError } from '../errors/python-error.js'
import { Marker } from '../markers.js'
import { NDArray, wireOf } from '../ndarray.js'
import { hearRejection } from '../promise-errors.js'
import { FileSource } from '../streams-in/file-source.js'
import { incoming } from '../streams-in/incoming.js'
import { shown } from '../values/integer.js'
import { richParts } from '../values/rich.js'
import { RichKind } from '../values/rich-value.js'
import type { CommandBuffer } from './command-buffer.js'
import type { CustomTypes } from './custom-types.js'
import { type Encoder, Refused } from './encoder.js'
import { functionDetails, isAsyncFunction } from './function-details.js'
import type { JsValues } from './js-values.js'
import { staysInPlace } from './memory-check.js'
import { standsFor } from './stand-ins.js'
import { isPythons, Thrown } from './thrown.js'
import { describeView, View } from './view.js'
import { JsKind, MemoryKind, Tag, viewDType } from './wire.js'
import { writeFloat } from './write-scalar.js'

/** The writer for objects; `values` keeps what Python holds, `custom` knows the registered classes. */
export function objectWriter(values: JsValues, custom: CustomTypes): (encoder: Encoder, value: object) => boolean {
  return (encoder, value) => {
    const operand = standsFor(value)
    if (operand !== undefined) {
      operand.writeOperand(encoder.to)
      return true
    }
    if (typeof value === 'function') return writeFunction(encoder, value, values)
    if (custom.size !== 0 && custom.isRegistered(value)) return writeCustom(encoder, value)
    if (ArrayBuffer.isView(value)) return writeView(encoder, value)
    if (value instanceof NDArray) return writeArray(encoder, value)
    // By what they are, not by their class: those of other realms (node:vm, Jest) count, and forged ones do not.
    if (types.isMap(value)) return writeMap(encoder, value)
    if (types.isSet(value)) {
      encoder.openItems(Tag.set, value, [...value])
      return true
    }
    if (value instanceof Marker) return writeMarker(encoder, value)
    if (value instanceof View) {
      writeJsValue(encoder.to, values, value.kind, value, describeView)
      return true
    }
    if (types.isPromise(value)) {
      hearRejection(value)
      writeJsValue(encoder.to, values, JsKind.promise, value)
      return true
    }
    if (value instanceof Opaque) {
      writeJsValue(encoder.to, values, JsKind.opaque, value.value)
      return true
    }
    if (value instanceof Thrown) return writeThrown(encoder, value)
    if (value instanceof Cause) return writeError(encoder, value.error, false, [])
    if (value instanceof Held) {
      writeJsValue(encoder.to, values, JsKind.stream, value.stream)
      return true
    }
    if (types.isAnyArrayBuffer(value)) {
      if (!staysInPlace(value)) throw new Refused(value)
      writeMemory(encoder, value, 2, 0, value.byteLength)
      return true
    }
    const rich = richParts(value)
    if (rich !== undefined) {
      encoder.openRich(rich.kind, rich.parts)
      return true
    }
    if (value instanceof Error || types.isNativeError(value)) return writeError(encoder, value)
    if (value instanceof URL) {
      encoder.write(value.href)
      return true
    }
    return writeStream(encoder, value, values)
  }
}

/** A stream stays here: Python asks it for what comes next. */
function writeStream(encoder: Encoder, value: object, values: JsValues): boolean {
  const stream = types.isProxy(value) ? undefined : incoming(value)
  if (stream === undefined) return false
  if (stream instanceof FileSource) {
    const { reader, writer, random } = stream.parts
    const parts = [new Held(value), reader !== undefined, writer !== undefined, random !== undefined, stream.text]
    encoder.openRich(RichKind.jsFile, parts)
    return true
  }
  const kind = stream.isAsync ? JsKind.asyncIterable : JsKind.iterable
  writeJsValue(encoder.to, values, kind, value, () => stream.name)
  return true
}

/** The first part of a file: what Python holds of it. */
class Held {
  constructor(readonly stream: object) {}
}

function writeMap(encoder: Encoder, map: ReadonlyMap<unknown, unknown>): true {
  const entries: unknown[] = []
  for (const [key, value] of map) entries.push(key, value)
  encoder.openEntries(map, entries)
  return true
}

function writeMarker(encoder: Encoder, marker: Marker): true {
  const { kind, value } = marker
  const { to } = encoder
  switch (kind) {
    case 'float':
      writeFloat(to, value as number)
      return true
    case 'int':
      encoder.write(value)
      return true
    case 'bytes': {
      const bytes = value as Uint8Array
      to.word(Tag.bytes, bytes.length)
      const at = to.room(bytes.length)
      to.u8.set(bytes, at)
      return true
    }
    case 'dict':
      encoder.openEntries(marker, value as unknown[])
      return true
    default: {
      const tag = kind === 'tuple' ? Tag.tuple : kind === 'set' ? Tag.set : Tag.frozenSet
      encoder.openItems(tag, marker, value as unknown[])
      return true
    }
  }
}

function writeView(encoder: Encoder, view: ArrayBufferView): true {
  if (!staysInPlace(view.buffer)) throw new Refused(view)
  const dtype = viewDType[(view as object as { [Symbol.toStringTag]: string })[Symbol.toStringTag]] ?? 2
  writeMemory(encoder, view.buffer, dtype, view.byteOffset, view.byteLength)
  return true
}

function writeArray(encoder: Encoder, array: NDArray): true {
  const { exportId, buffer, dtypeCode, bigEndian, byteOffset, byteLength, shape, strides } = wireOf(array)
  const { to } = encoder
  if (!staysInPlace(buffer)) throw new Refused(array)
  if (exportId !== undefined) {
    external(encoder, buffer) // keeps the export until the batch has ended
    to.word(Tag.export, exportId)
    return true
  }
  to.word(Tag.memory | (MemoryKind.ndArray << 8), external(encoder, buffer))
  to.word(dtypeCode | (bigEndian ? 0x100 : 0), shape.length)
  to.number(byteOffset)
  to.number(byteLength)
  for (const length of shape) to.number(length)
  for (const stride of strides) to.number(stride)
  return true
}

function writeMemory(encoder: Encoder, buffer: ArrayBufferLike, dtype: number, offset: number, length: number): void {
  const { to } = encoder
  to.word(Tag.memory | (MemoryKind.view << 8), external(encoder, buffer))
  to.word(dtype, 1)
  to.number(offset)
  to.number(length)
}

/** The number of the ArrayBuffer in this batch. */
function external({ externals }: Encoder, buffer: ArrayBufferLike): number {
  const known = externals.length > 32 ? -1 : externals.indexOf(buffer)
  return known >= 0 ? known : externals.push(buffer) - 1
}

/** A PythonError goes back as the exception it came as; any other error as a JavaScriptError that remembers which one it was. */
function writeError(encoder: Encoder, error: Error, thrown = false, causes = causesOf(error)): true {
  const exception = error instanceof PythonError ? error.$exception : undefined
  if (exception !== undefined) {
    encoder.write(exception)
    return true
  }
  const stack = textOf(error, 'stack')
  const parts = [textOf(error, 'name'), textOf(error, 'message'), stack === 'undefined' ? null : stack]
  const linked = causes.length === 0 ? [] : [null, causes]
  encoder.openRich(RichKind.jsError, [...parts, new Opaque(error), thrown, ...linked])
  return true
}

/** A program may have put anything there, a getter that throws too: the error is itself all the same. */
function textOf(error: Error, key: 'name' | 'message' | 'stack'): string {
  try {
    return String(error[key])
  } catch {
    return `(its ${key} cannot be read)`
  }
}

/** In a chain the error is written without its own cause, which follows. */
class Cause {
  constructor(readonly error: Error) {}
}

/** As many as are shown of a chain of Python's. */
const mostCauses = 15

/** The error's `cause`, that one's and so on, as far as these are errors, each once. An exception of Python's has its own. */
function causesOf(error: Error): Cause[] {
  const chain = new Set([error])
  for (let last = error; chain.size <= mostCauses && !(last instanceof PythonError); ) {
    const cause = causeOf(last)
    if (!(cause instanceof Error || types.isNativeError(cause)) || chain.has(cause)) break
    chain.add(cause)
    last = cause
  }
  return [...chain].slice(1).map((each) => new Cause(each))
}

function causeOf(error: Error): unknown {
  try {
    return error.cause
  } catch {
    return undefined // a getter that throws
  }
}

/** The last part of a JavaScript error: what Python holds of it. */
export class Opaque {
  constructor(readonly value: unknown) {}
}

/** What is Python's is raised as it is, if it is an exception: `throw builtins.KeyError(key)`. */
function writeThrown(encoder: Encoder, { value }: Thrown): true {
  if (value instanceof Error || types.isNativeError(value)) return writeError(encoder, value as Error, true)
  const parts: unknown[] = ['thrown', shown(value), null, new Opaque(value), true]
  if (isPythons(value)) parts.push(value)
  encoder.openRich(RichKind.jsError, parts)
  return true
}

/** A value that stays here: Python holds it by its number. */
export function writeJsValue(
  to: CommandBuffer,
  values: JsValues,
  kind: number,
  value: unknown,
  describe?: (value: never) => string,
): void {
  const id = values.keep(value, describe)
  const details = values.detailsOf(id)
  to.word(Tag.jsValue | (kind << 8), id)
  if (details === '') {
    to.word(0, 0)
    return
  }
  const header = to.at << 1
  to.word(0, 0)
  const longest = details.length * 3
  const at = to.room(longest)
  const length = to.bytes.utf8Write(details, at, longest)
  const end = at + ((length + 7) & ~7)
  to.u8.fill(0, at + length, end)
  to.u32[header] = length
  to.at = end >>> 3
}

/** A function, as the callable that it becomes. */
function writeFunction({ to, forgetting }: Encoder, fn: object, values: JsValues): true {
  const value = forgetting ? forgotten(fn as () => unknown) : fn
  writeJsValue(to, values, isAsyncFunction(value) ? JsKind.asyncFunction : JsKind.function, value, functionDetails)
  return true
}

function writeCustom(encoder: Encoder, value: object): true {
  const { converted, unconverted, to } = encoder
  if (converted?.has(value)) {
    const result = converted.get(value)
    if (result === value) throw new TypeError('expected another value than the instance itself from toPython')
    if (types.isPromise(result))
      throw new ConversionError('expected a value from toPython, got a Promise: a conversion cannot wait')
    encoder.write(result)
    return true
  }
  unconverted.push(value)
  to.word(Tag.none, 0)
  return true
}
