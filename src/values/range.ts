// Python's range.
import { inspect } from 'node:util'
import { integer, normal } from './integer.js'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'

/**
 * An arithmetic progression of integers that holds none of them, as Python's `range`.
 * An element is a number where that is safe, else a bigint.
 *
 * @example
 * [...new Range(0, 10, 3)] // [0, 3, 6, 9]
 */
export class Range extends RichValue implements Iterable<number | bigint> {
  readonly start: number | bigint
  readonly stop: number | bigint
  readonly step: number | bigint

  constructor(start: number | bigint, stop: number | bigint, step: number | bigint = 1) {
    super()
    this.start = integer(start, 'the start of a Range')
    this.stop = integer(stop, 'the stop of a Range')
    this.step = integer(step, 'the step of a Range')
    if (BigInt(this.step) === 0n) throw new RangeError('expected a step other than 0 for Range, got 0')
    Object.freeze(this)
  }

  /** How many integers there are; a bigint where a number is not safe. */
  get length(): number | bigint {
    return normal(this.#length)
  }

  /** The integer at `index`, counted from the end when negative; undefined outside. */
  at(index: number | bigint): number | bigint | undefined {
    const given = BigInt(integer(index, 'the index'))
    const from = given < 0n ? given + this.#length : given
    return from < 0n || from >= this.#length ? undefined : normal(BigInt(this.start) + from * BigInt(this.step))
  }

  /** Whether `value` is one of the integers. */
  includes(value: number | bigint): boolean {
    if (typeof value === 'number' && !Number.isInteger(value)) return false
    const distance = BigInt(value) - BigInt(this.start)
    const step = BigInt(this.step)
    return distance % step === 0n && distance / step >= 0n && distance / step < this.#length
  }

  /** The numbers, one by one. */
  *[Symbol.iterator](): IterableIterator<number | bigint> {
    const { start, step, length } = this
    const last = this.at(-1)
    if (last === undefined) return
    if (
      typeof start === 'number' &&
      typeof step === 'number' &&
      typeof last === 'number' &&
      typeof length === 'number'
    ) {
      for (let index = 0; index < length; index++) yield start + index * step
      return
    }
    let value = BigInt(start)
    for (let left = this.#length; left > 0n; left--) {
      yield normal(value)
      value += BigInt(step)
    }
  }

  /** The same sequence of integers, as in Python: `range(0, 3, 2)` equals `range(0, 4, 2)`. */
  equals(other: unknown): boolean {
    if (!(other instanceof Range) || this.#length !== other.#length) return false
    if (this.#length === 0n) return true
    return this.start === other.start && (this.#length === 1n || this.step === other.step)
  }

  override toString(): string {
    return this.step === 1 ? `range(${this.start}, ${this.stop})` : `range(${this.start}, ${this.stop}, ${this.step})`
  }

  /** @internal */
  override [inspect.custom](): string {
    return `Range(${this.toString().slice('range('.length)}`
  }

  /** @internal */
  override [richParts](): RichParts {
    return { kind: RichKind.range, parts: [this.start, this.stop, this.step] }
  }

  get #length(): bigint {
    const step = BigInt(this.step)
    const span = step > 0n ? BigInt(this.stop) - BigInt(this.start) : BigInt(this.start) - BigInt(this.stop)
    const stride = step > 0n ? step : -step
    return span <= 0n ? 0n : (span + stride - 1n) / stride
  }
}
