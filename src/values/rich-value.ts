// What the value classes share: immutable, comparable, readable in a log, and able to give the parts that cross to Python.
import { inspect } from 'node:util'

/** The twin of wire::RichKind (native/wire/wire.h). */
export const RichKind = {
  dateTime: 1,
  date: 2,
  time: 3,
  timeDelta: 4,
  decimal: 5,
  fraction: 6,
  uuid: 7,
  complex: 8,
  path: 9,
  range: 10,
  slice: 11,
  pattern: 12,
  jsError: 13,
  byteArray: 14,
  timeZone: 15,
  jsFile: 16,
} as const

/** A value on its way to Python: its kind and the parts that `snakebridge.values.build` takes. @internal */
export interface RichParts {
  kind: number
  parts: unknown[]
}

/** The method by which the encoder gets the parts; no Python name and no user's can be this. @internal */
export const richParts = Symbol('snakebridge.richParts')

/** The base of the value classes. Instances are frozen. */
export abstract class RichValue {
  /** @internal */
  /** @internal */
  abstract [richParts](): RichParts
  /** Whether Python's `==` would hold between the two. */
  abstract equals(other: unknown): boolean
  /** The value as Python's `str` writes it. */
  abstract toString(): string

  /** The text, so that JSON holds what `toString` gives. */
  toJSON(): unknown {
    return this.toString()
  }

  /** @internal */
  [inspect.custom](): string {
    return `${this.constructor.name}(${this.toString()})`
  }
}
