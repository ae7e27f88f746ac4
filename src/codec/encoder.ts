// JavaScript values → wire bytes. Iterative: depth is bounded by memory, not by the stack.
//  1. A message is one operation. Containers are numbered from 0 in each, so that sharing and cycles keep their shape.
//  2. When a value cannot cross, the caller takes back what was written; nothing was sent.
//  3. Values of registered classes are gathered first (`unconverted`): their `toPython` is user code that may write
//     operations of its own, so the caller takes the operation back, converts them, and writes it again.
import { ConversionError } from '../errors/bridge-errors.js'
import type { CommandBuffer } from './command-buffer.js'
import { ContainerNumbers } from './container-numbers.js'
import { operandOf } from './operand.js'
import { indexStep, keyStep } from './path.js'
import { refusal } from './refusal.js'
import type { Shape, ValueWriter } from './shape.js'
import { Shapes } from './shapes.js'
import { Tag } from './wire.js'
import { writePackedArray } from './write-packed.js'
import { writeBigInt, writeNumber, writeString } from './write-scalar.js'

const tagList = Tag.list
const tagShaped = Tag.shaped

/** How the elements of an open container are read and shown in a path. */
enum FrameKind {
  items = 0,
  shaped = 1,
  entries = 2,
  parts = 3,
}

/** A container whose elements are being written. */
class Frame {
  kind: FrameKind = FrameKind.items
  container: object = []
  shape: Shape | undefined = undefined
  length = 0
  next = 0
}

/** Writes a function, or an object that is neither an array, a plain object nor a reference; false when it has no way to cross. */
export type ObjectWriter = (encoder: Encoder, value: object) => boolean

export class Encoder implements ValueWriter {
  /** ArrayBuffers whose memory the batch refers to. */
  externals: (ArrayBuffer | SharedArrayBuffer)[] = []
  /** Values of registered classes met in this message that have not been converted. */
  unconverted: object[] = []
  /** What `toPython` gave for values of registered classes. */
  converted: Map<object, unknown> | undefined = undefined
  /** Functions in this message are fired and forgotten. */
  forgetting = false
  private readonly numbers = new ContainerNumbers()
  private readonly shapes = new Shapes()
  private readonly frames: Frame[] = []
  /** Containers that are open. */
  depth = 0

  constructor(
    readonly to: CommandBuffer,
    private readonly writeObject: ObjectWriter,
  ) {}

  /** Starts a message. */
  begin(): void {
    this.numbers.clear()
    this.shapes.clear()
    this.depth = 0
    this.forgetting = false
  }

  /** Writes one value; `name` is called when an error has to say which. */
  encode(value: unknown, name: (position: number) => string, position: number): void {
    const { to } = this
    if (typeof value === 'number') {
      writeNumber(to, value)
      return
    }
    try {
      this.write(value)
      if (this.depth !== 0) this.run()
    } catch (error) {
      if (error instanceof Refused) throw new ConversionError(refusal(error.value, this.path(name(position))))
      // What a value class or a Date says about itself, which cannot know where it stands.
      if (error instanceof ConversionError) throw new ConversionError(`${this.path(name(position))}: ${error.message}`)
      throw error
    } finally {
      this.depth = 0
    }
  }

  /** Writes a value; a container is opened, and its elements follow in `run`. */
  write(value: unknown): void {
    const { to } = this
    switch (typeof value) {
      case 'number':
        writeNumber(to, value)
        break
      case 'string':
        writeString(to, value)
        break
      case 'boolean':
        to.word(value ? Tag.true : Tag.false, 0)
        break
      case 'undefined':
        to.word(Tag.none, 0)
        break
      case 'bigint':
        writeBigInt(to, value)
        break
      case 'function': {
        const operand = operandOf(value)
        if (operand !== undefined) operand.writeOperand(to)
        else if (!this.writeObject(this, value)) throw new Refused(value)
        break
      }
      case 'object':
        if (value === null) to.word(Tag.none, 0)
        else this.open(value)
        break
      default:
        throw new Refused(value)
    }
  }

  private open(value: object): void {
    const prototype = Object.getPrototypeOf(value)
    const isArray = Array.isArray(value)
    if (isArray && prototype === Array.prototype) {
      this.openItems(tagList, value, value)
    } else if (prototype === Object.prototype || prototype === null) {
      // An object literal may be a stream.
      const isStream = (value as AsyncIterable<unknown>)[Symbol.asyncIterator] !== undefined
      if (!isStream || !this.writeObject(this, value)) this.openPlain(value)
    } else if (!this.writeObject(this, value)) {
      // A subclass that nobody registered, or a value of another realm.
      if (isArray) this.openItems(tagList, value, value)
      else if (isPlainOfAnotherRealm(prototype)) this.openPlain(value)
      else throw new Refused(value)
    }
  }

  /** True when `container` was met before and a back reference is written; otherwise it has its number now. */
  isKnown(container: object): boolean {
    const known = this.numbers.take(container)
    if (known < 0) return false
    this.to.word(Tag.backRef, known)
    return true
  }

  /** A list, tuple, set or frozenset; `items` may be a copy of what `container` holds. */
  openItems(tag: number, container: object, items: readonly unknown[]): void {
    if (this.isKnown(container)) return
    const { length } = items
    if ((tag === tagList || tag === Tag.tuple) && length > 0 && typeof items[0] === 'number') {
      if (writePackedArray(this.to, items, tag === Tag.tuple)) return
    }
    this.to.reserve(length + 1) // each takes a word or more: what cannot fit is refused now
    this.to.word(tag, length)
    if (length > 0) this.push(FrameKind.items, items, length)
  }

  /** A dict of keys and values in turn. */
  openEntries(container: object, entries: readonly unknown[]): void {
    if (this.isKnown(container)) return
    this.to.word(Tag.dict, entries.length / 2)
    if (entries.length > 0) this.push(FrameKind.entries, entries, entries.length)
  }

  openRich(kind: number, parts: readonly unknown[]): void {
    this.to.word(Tag.rich | (kind << 8), parts.length)
    if (parts.length > 0) this.push(FrameKind.parts, parts, parts.length)
  }

  private openPlain(value: object): void {
    if (this.isKnown(value)) return
    const keys = Object.keys(value)
    const { to, shapes } = this
    let number = shapes.find(keys)
    if (number >= 0) {
      to.word(tagShaped, number)
    } else {
      number = shapes.add(keys)
      to.word(tagShaped, number)
      to.word(keys.length, 0)
      for (let i = 0; i < keys.length; i++) writeString(to, keys[i] as string)
    }
    if (keys.length > 0) this.push(FrameKind.shaped, value, keys.length).shape = shapes.at(number)
  }

  private push(kind: FrameKind, container: object, length: number): Frame {
    let frame = this.frames[this.depth]
    if (frame === undefined) {
      frame = new Frame()
      this.frames[this.depth] = frame
    }
    this.depth++
    frame.kind = kind
    frame.container = container
    frame.length = length
    frame.next = 0
    return frame
  }

  /** Writes the elements of the open containers, innermost first. */
  private run(): void {
    while (this.depth > 0) {
      const depth = this.depth
      const frame = this.frames[depth - 1] as Frame
      const { length } = frame
      if (frame.kind === FrameKind.shaped) {
        ;(frame.shape as Shape).write(frame.container as Record<string, unknown>, frame, this, depth)
      } else {
        const container = frame.container as readonly unknown[]
        while (frame.next < length && this.depth === depth) this.write(container[frame.next++])
      }
      if (this.depth === depth && frame.next >= length) {
        this.depth--
        frame.container = noContainer
      }
    }
    if (this.frames.length > 1024) this.frames.length = 64
  }

  /** Where the element stands that is being written. */
  private path(root: string): string {
    let path = root
    for (let i = 0; i < this.depth; i++) {
      const { kind, shape, container, next } = this.frames[i] as Frame
      if (kind === FrameKind.shaped) path += keyStep((shape as Shape).keys[next - 1])
      else if (kind === FrameKind.items) path += indexStep(next - 1)
      else if (kind === FrameKind.entries) {
        const key = (container as unknown[])[(next - 1) & ~1]
        path += (next & 1) === 1 ? ` (a key)` : keyStep(key)
      }
    }
    return path
  }
}

const noContainer = Object.freeze({})

/** A value that cannot cross; the encoder adds where it stands. */
export class Refused extends Error {
  constructor(readonly value: unknown) {
    super('a value that cannot cross')
  }
}

/** An object literal, of this realm or of another. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || prototype === Object.prototype || isPlainOfAnotherRealm(prototype)
}

/** Objects of `node:vm` contexts have an Object.prototype of their own. */
function isPlainOfAnotherRealm(prototype: object): boolean {
  return (
    Object.getPrototypeOf(prototype) === null &&
    (prototype as { constructor?: { name?: string } }).constructor?.name === 'Object'
  )
}
