// Wire bytes → JavaScript values. Iterative: depth is bounded by memory, not by the stack.
//  1. Bytes are valid only while the addon's call lasts: whatever is kept is a copy.
//  2. A container is given to its parent when it is opened and filled afterwards, so that cycles close. Only values that
//     are made of all their parts (rich ones, those of registered types) are handed over when they are complete.
//  3. A value that JavaScript cannot hold, or that `toJs` refuses, fails the message at its end: the rest is read first, because
//     every reference and array in it has arrived, and is given back only if somebody knows of it.
import { decodeRich } from '../values/rich.js'
import { Frame, FrameKind } from './decoder-frame.js'
import { largestMessage, longestText, lost, mostBigIntWords, mostElements, mostItems, tooLarge } from './limits.js'
import { malformed } from './malformed.js'
import type { Memory } from './memory.js'
import { doubles, int32s, readBigInt } from './packed.js'
import { readArray } from './read-array.js'
import { type Shape, shapeOf, type ValueReader } from './shape.js'
import type { ValueSource } from './value-source.js'
import { Tag } from './wire.js'

/** Stands for a value that is handed over when it is complete. */
const incomplete = Symbol('incomplete')

export class Decoder implements ValueReader {
  private containers: unknown[] = []
  private shapes: Shape[] = []
  private readonly frames: Frame[] = []
  /** Containers that are open. */
  depth = 0
  private result: unknown = undefined
  /** The word that comes next. */
  at = 0
  private end = 0
  /** So many values may still be announced. */
  private room = 0
  private memory: Memory = undefined as never
  private source: ValueSource = undefined as never
  /** Rule 3. */
  private failure: { error: unknown } | undefined

  /** The value that starts at word `at` of `memory` and ends before `end`. */
  decode(memory: Memory, at: number, end: number, source: ValueSource): unknown {
    const header = memory.u32[at << 1] as number
    if (header === Tag.int32 && at < end) return memory.i32[(at << 1) + 1]
    if (header === Tag.float && at + 1 < end) return memory.f64[at + 1]
    if (header === Tag.none && at < end) return null
    this.memory = memory
    this.at = at
    this.end = Math.min(end, memory.words)
    this.room = this.end - at
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
    return this.take(length > largestMessage ? largestMessage : (length + 7) >>> 3)
  }

  /** A whole value, or an opened container, or `incomplete`. */
  read(): unknown {
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
      case Tag.ascii: {
        const start = this.takeBytes(n)
        return n > longestText ? this.longText(start << 3, n) : memory.ascii(start, n)
      }
      case Tag.utf8: {
        const start = this.takeBytes(n) << 3
        return n > longestText ? this.longText(start, n) : memory.bytes.utf8Slice(start, start + n)
      }
      case Tag.utf16: {
        const start = this.takeBytes(n * 2) << 3
        return n > longestText ? this.longText(start, n * 2) : memory.bytes.ucs2Slice(start, start + n * 2)
      }
      case Tag.bytes: {
        const start = this.takeBytes(n) << 3
        return Buffer.from(memory.bytes.subarray(start, start + n))
      }
      case Tag.bigInt: {
        const start = this.take(n) << 1
        if (n > mostBigIntWords) return this.refused(tooLarge('bits in a bigint', mostBigIntWords * 64, n * 64), 0n)
        return readBigInt(memory.u32, start, n, low >>> 8 !== 0)
      }
      case Tag.list:
      case Tag.tuple:
        if (this.counted(n) > mostItems) return this.skip(n, tooLarge('elements in an Array', mostItems, n))
        return this.open(FrameKind.list, n, new Array(n))
      case Tag.shaped:
        return this.openShaped(n)
      case Tag.dict:
        this.counted(n * 2)
        if (n > mostElements) return this.skip(n * 2, tooLarge('keys in a Map', mostElements, n))
        return this.open(FrameKind.dict, n * 2, new Map())
      case Tag.set:
      case Tag.frozenSet:
        if (this.counted(n) > mostElements) return this.skip(n, tooLarge('elements in a Set', mostElements, n))
        return this.open(FrameKind.set, n, new Set())
      case Tag.floatList:
      case Tag.int53List:
        return this.packed(n, this.take(n), doubles, memory.f64)
      case Tag.int32List:
        return this.packed(n, this.takeBytes(n * 4) << 1, int32s, memory.i32)
      case Tag.backRef: {
        if (n >= this.containers.length) throw malformed('a back reference to a later container')
        return this.containers[n]
      }
      case Tag.object:
        return this.source.reference(n, memory.u32[this.take(1) << 1] as number)
      case Tag.array:
        return this.array(this.take(2 + n * 2), n, low >>> 8)
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

  /** Every value takes a word of its own, or more: what is announced must be there, and all that is announced together. */
  private counted(n: number): number {
    if (n > this.end - this.at || n > this.room) throw malformed('a container announces more elements than there are')
    this.room -= n
    return n
  }

  private number<T>(container: T): T {
    this.containers.push(container)
    return container
  }

  private packed<T>(n: number, at: number, read: (from: T, at: number, count: number) => number[], from: T): unknown {
    return this.number(
      n > mostItems ? this.refused(tooLarge('elements in an Array', mostItems, n), []) : read(from, at, n),
    )
  }

  /** There may be no room for its memory. */
  private array(at: number, ndim: number, flags: number): unknown {
    try {
      return readArray(this.memory, at, ndim, flags, this.source)
    } catch (error) {
      return this.refused(error, undefined)
    }
  }

  /** Text of which only V8 knows whether it is too long. */
  private longText(start: number, length: number): string {
    try {
      return this.memory.bytes.utf8Slice(start, start + length)
    } catch {
      return this.refused(tooLarge('characters in a string', longestText, `${length} bytes`), '')
    }
  }

  /** Rule 3. `instead` goes on as the value. */
  private refused<T>(error: unknown, instead: T): T {
    this.failure ??= { error }
    return instead
  }

  /** A container that JavaScript cannot hold: its `length` values are read and dropped (rule 3). */
  private skip(length: number, error: unknown): unknown {
    return this.refused(error, this.open(FrameKind.skipped, length, undefined))
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
      this.shapes.push(shapeOf(keys))
    }
    const shape = this.shapes[number]
    if (shape === undefined) throw malformed('an unknown shape')
    const { length } = shape.keys
    if (this.counted(length) > mostElements)
      return this.skip(length, tooLarge('keys in an object', mostElements, length))
    const made = shape.make()
    this.containers.push(made)
    if (length > 0) this.push(FrameKind.shaped, length, made).shape = shape
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
        case FrameKind.shaped:
          ;(frame.shape as Shape).fill(frame.container as Record<string, unknown>, frame, this, depth)
          break
        default:
          while (frame.next < length && this.depth === depth) {
            frame.next++
            const value = this.read()
            if (value !== incomplete) frame.accept(value)
          }
      }
      if (this.depth === depth && frame.next >= length) this.close(frame)
    }
    const { result } = this
    this.result = undefined
    if (this.frames.length > 1024) this.frames.length = 64
    return result
  }

  private close(frame: Frame): void {
    const { kind, container, detail, length } = frame
    this.depth--
    frame.container = undefined
    frame.key = undefined
    if (kind === FrameKind.dict && (container as Map<unknown, unknown>).size * 2 !== length)
      this.refused(lost('keys', 'dict'), undefined)
    if (kind === FrameKind.set && (container as Set<unknown>).size !== length)
      this.refused(lost('elements', 'set'), undefined)
    if (kind !== FrameKind.rich && kind !== FrameKind.custom) return
    const value = this.complete(kind, detail, container)
    if (this.depth === 0) this.result = value
    else (this.frames[this.depth - 1] as Frame).accept(value)
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
}
