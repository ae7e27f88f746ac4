// Wire bytes → JavaScript values. Iterative: depth is bounded by memory, not by the stack.
//  1. Bytes are valid only while the addon's call lasts: whatever is kept is a copy.
//  2. A container is given to its parent when it is opened and filled afterwards, so that cycles close. Only values that
//     are made of all their parts (rich ones, those of registered types) are handed over when they are complete.
//  3. A value that JavaScript cannot hold, or that `toJs` refuses, fails the message at its end: the rest is read first, because
//     every reference and array in it has arrived, and is given back only if somebody knows of it.
import { ConversionError } from '../errors/bridge-errors.js'
import { NDArray } from '../ndarray.js'
import { decodeRich } from '../values/rich.js'
import { Frame, FrameKind } from './decoder-frame.js'
import type { Memory } from './memory.js'
import { type ObjectFactory, objectFactory } from './object-factories.js'
import { doubles, int32s, readBigInt } from './packed.js'
import { ArrayFlag, Tag } from './wire.js'

/** Where the decoder finds what bytes only name. */
export interface ValueSource {
  /** One more arrival of the object: its reference. */
  reference(index: number, generation: number): unknown
  buffer(exportId: number): ArrayBuffer
  /** A JavaScript value that comes back. */
  jsValue(id: number): unknown
  custom(id: number, value: unknown): unknown
}

/** Where items are appended. */
export interface Items {
  push(value: unknown): unknown
}

/** Bytes of a message: kLargestMessage of native/wire/bytes.h. */
const largest = 0x7ffffff8

/** Stands for a value that is handed over when it is complete. */
const incomplete = Symbol('incomplete')

interface Shape {
  keys: readonly string[]
  make: ObjectFactory
}

export class Decoder {
  private containers: unknown[] = []
  private shapes: Shape[] = []
  private readonly frames: Frame[] = []
  private depth = 0
  private result: unknown
  /** The word that comes next. */
  at = 0
  private end = 0
  private memory!: Memory
  private source!: ValueSource
  /** Rule 3. */
  private failure: { error: unknown } | undefined

  /** The value that starts at word `at` of `memory` and ends before `end`. */
  decode(memory: Memory, at: number, end: number, source: ValueSource): unknown {
    const header = memory.u32[at << 1] as number
    if (header === Tag.int32) return memory.i32[(at << 1) + 1]
    if (header === Tag.float) return memory.f64[at + 1]
    if (header === Tag.none) return null
    this.memory = memory
    this.at = at
    this.end = Math.min(end, memory.words)
    this.source = source
    this.depth = 0
    try {
      const first = this.read()
      const value = this.depth === 0 ? first : this.run(first)
      if (this.failure !== undefined) throw this.failure.error
      return value
    } finally {
      this.letGo()
    }
  }

  /**
   * Appends `count` values, each a message of its own, to `into`; returns the word behind them. Throws the first failure when
   * all are read: what came before it is appended.
   */
  decodeItems(memory: Memory, start: number, end: number, count: number, source: ValueSource, into: Items): number {
    const { u32, i32, f64 } = memory
    let at = start
    let failure: { error: unknown } | undefined
    for (let i = 0; i < count; i++) {
      if (at >= end) throw malformed('items end too early')
      const header = u32[at << 1]
      let value: unknown
      if (header === Tag.int32) {
        value = i32[(at << 1) + 1]
        at++
      } else if (header === Tag.float) {
        value = f64[at + 1]
        at += 2
      } else if (header === Tag.none) {
        value = null
        at++
      } else {
        try {
          value = this.decode(memory, at, end, source)
        } catch (error) {
          failure ??= { error }
        }
        at = this.at
      }
      if (failure === undefined) into.push(value)
    }
    if (failure !== undefined) throw failure.error
    return at
  }

  /** Decoders are kept for the next value: they must not keep this one. */
  private letGo(): void {
    if (this.containers.length !== 0) this.containers = []
    if (this.shapes.length !== 0) this.shapes = []
    this.memory = undefined as never
    this.failure = undefined
  }

  private take(words: number): number {
    const { at } = this
    if (words > this.end - at) throw malformed('a value ends too early')
    this.at = at + words
    return at
  }

  /** The word at which `length` bytes start. */
  private takeBytes(length: number): number {
    return this.take(length > largest ? largest : (length + 7) >>> 3)
  }

  /** A whole value, or an opened container, or `incomplete`. */
  private read(): unknown {
    const { memory } = this
    const at = this.take(1)
    const low = memory.u32[at << 1] as number
    const n = memory.u32[(at << 1) + 1] as number
    switch (low & 0xff) {
      case Tag.none:
        return null
      case Tag.true:
        return true
      case Tag.false:
        return false
      case Tag.int32:
        return memory.i32[(at << 1) + 1]
      case Tag.int53:
      case Tag.float:
        return memory.f64[this.take(1)]
      case Tag.ascii:
        return memory.ascii(this.takeBytes(n), n)
      case Tag.utf8: {
        const start = this.takeBytes(n) << 3
        return memory.bytes.utf8Slice(start, start + n)
      }
      case Tag.utf16: {
        const start = this.takeBytes(n * 2) << 3
        return memory.bytes.ucs2Slice(start, start + n * 2)
      }
      case Tag.bytes: {
        const start = this.takeBytes(n) << 3
        return Buffer.from(memory.bytes.subarray(start, start + n))
      }
      case Tag.bigInt:
        return readBigInt(memory.u32, this.take(n) << 1, n, low >>> 8 !== 0)
      case Tag.list:
      case Tag.tuple:
        return this.open(FrameKind.list, n, new Array(this.counted(n)))
      case Tag.shaped:
        return this.openShaped(n)
      case Tag.dict:
        this.counted(n * 2)
        return this.open(FrameKind.dict, n * 2, new Map())
      case Tag.set:
      case Tag.frozenSet:
        this.counted(n)
        return this.open(FrameKind.set, n, new Set())
      case Tag.floatList:
      case Tag.int53List:
        return this.number(doubles(memory.f64, this.take(n), n))
      case Tag.int32List:
        return this.number(int32s(memory.i32, this.takeBytes(n * 4) << 1, n))
      case Tag.backRef: {
        if (n >= this.containers.length) throw malformed('a back reference to a later container')
        return this.containers[n]
      }
      case Tag.object:
        return this.source.reference(n, memory.u32[this.take(1) << 1] as number)
      case Tag.array:
        return this.readArray(n, low >>> 8)
      case Tag.jsRef:
        return this.source.jsValue(n)
      case Tag.rich:
        this.push(FrameKind.rich, this.counted(n), new Array(n)).detail = low >>> 8
        return incomplete
      case Tag.custom:
        this.push(FrameKind.custom, 1, undefined).detail = n
        return incomplete
      default:
        throw malformed(`an unknown tag ${low & 0xff}`)
    }
  }

  /** Every value takes a word or more: what is announced must be there. */
  private counted(n: number): number {
    if (n > this.end - this.at) throw malformed('a container announces more elements than there are')
    return n
  }

  private number<T>(container: T): T {
    this.containers.push(container)
    return container
  }

  private open<T>(kind: FrameKind, length: number, container: T): T {
    this.containers.push(container)
    if (length > 0) this.push(kind, length, container)
    return container
  }

  private push(kind: FrameKind, length: number, container: unknown): Frame {
    let frame = this.frames[this.depth]
    if (frame === undefined) {
      frame = new Frame()
      this.frames[this.depth] = frame
    }
    this.depth++
    frame.kind = kind
    frame.length = length
    frame.next = 0
    frame.container = container
    frame.key = undefined
    return frame
  }

  private openShaped(number: number): unknown {
    if (number === this.shapes.length) {
      const count = this.counted(this.memory.u32[this.take(1) << 1] as number)
      const keys: string[] = new Array(count)
      for (let i = 0; i < count; i++) {
        const key = this.read()
        if (typeof key !== 'string') throw malformed('a key that is no string')
        keys[i] = key
      }
      this.shapes.push({ keys, make: objectFactory(keys) })
    }
    const shape = this.shapes[number]
    if (shape === undefined) throw malformed('an unknown shape')
    const made = shape.make()
    this.containers.push(made)
    const { length } = shape.keys
    this.counted(length)
    if (length > 0) this.push(FrameKind.shaped, length, made).keys = shape.keys
    return made
  }

  /** Fills the open containers, innermost first. */
  private run(first: unknown): unknown {
    this.result = first
    while (this.depth > 0) {
      const depth = this.depth
      const frame = this.frames[depth - 1] as Frame
      const { length } = frame
      switch (frame.kind) {
        case FrameKind.list:
        case FrameKind.rich: {
          const items = frame.container as unknown[]
          while (frame.next < length && this.depth === depth) items[frame.next++] = this.read()
          break
        }
        case FrameKind.shaped: {
          const made = frame.container as Record<string, unknown>
          const { keys } = frame
          while (frame.next < length && this.depth === depth) made[keys[frame.next++] as string] = this.read()
          break
        }
        default:
          while (frame.next < length && this.depth === depth) {
            frame.next++
            const value = this.read()
            if (value !== incomplete) this.accept(frame, value)
          }
      }
      if (this.depth === depth && frame.next >= length) this.close(frame)
    }
    const { result } = this
    this.result = undefined
    if (this.frames.length > 1024) this.frames.length = 64
    return result
  }

  /** `value` is what the last element that was read has become. */
  private accept(frame: Frame, value: unknown): void {
    switch (frame.kind) {
      case FrameKind.list:
      case FrameKind.rich:
        ;(frame.container as unknown[])[frame.next - 1] = value
        return
      case FrameKind.shaped:
        ;(frame.container as Record<string, unknown>)[frame.keys[frame.next - 1] as string] = value
        return
      case FrameKind.set:
        ;(frame.container as Set<unknown>).add(value)
        return
      case FrameKind.dict:
        if ((frame.next & 1) === 1) frame.key = value
        else (frame.container as Map<unknown, unknown>).set(frame.key, value)
        return
      case FrameKind.custom:
        frame.container = value
    }
  }

  private close(frame: Frame): void {
    const { kind, container, detail, length } = frame
    this.depth--
    frame.container = undefined
    frame.key = undefined
    if (kind === FrameKind.dict && (container as Map<unknown, unknown>).size * 2 !== length)
      this.failure ??= { error: lost('keys', 'dict') }
    if (kind === FrameKind.set && (container as Set<unknown>).size !== length)
      this.failure ??= { error: lost('elements', 'set') }
    if (kind !== FrameKind.rich && kind !== FrameKind.custom) return
    const value = this.complete(kind, detail, container)
    if (this.depth === 0) this.result = value
    else this.accept(this.frames[this.depth - 1] as Frame, value)
  }

  private complete(kind: FrameKind, detail: number, parts: unknown): unknown {
    if (this.failure !== undefined) return undefined
    try {
      return kind === FrameKind.rich ? decodeRich(detail, parts as unknown[]) : this.source.custom(detail, parts)
    } catch (error) {
      this.failure = { error }
      return undefined
    }
  }

  private readArray(ndim: number, flags: number): NDArray {
    const { u32, f64 } = this.memory
    const at = this.take(2 + ndim * 2)
    const exportId = u32[at << 1] as number
    const dtype = u32[(at << 1) + 1] as number
    return NDArray.fromExport({
      buffer: this.source.buffer(exportId),
      byteOffset: f64[at + 1] as number,
      dtype: dtype & 0xff,
      bigEndian: (dtype & 0x100) !== 0,
      shape: doubles(f64, at + 2, ndim),
      strides: doubles(f64, at + 2 + ndim, ndim),
      readonly: (flags & ArrayFlag.readOnly) !== 0,
      exportId,
      whole: (flags & ArrayFlag.whole) !== 0,
      copied: (flags & ArrayFlag.copied) !== 0,
    })
  }
}

function malformed(what: string): Error {
  return new Error(`a message from Python does not follow the wire format: ${what}`)
}

function lost(what: string, container: string): ConversionError {
  return new ConversionError(
    `expected ${what} of a ${container} that differ in JavaScript, got two that are the same there (as two NaNs are); one would be lost`,
  )
}
