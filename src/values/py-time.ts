// Python's datetime.time.
import { integerWithin } from './integer.js'
import { clockText, offsetText } from './iso-format.js'
import { PyTimeZone } from './py-time-zone.js'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'

/** The fields of a PyTime; those left out are 0, null for the zone. */
export interface TimeFields {
  hour?: number
  minute?: number
  second?: number
  microsecond?: number
  /** 1 for the second of two equal times, when clocks are set back. */
  fold?: number
  /** A PyTimeZone, or a reference to any other tzinfo. */
  tz?: PyTimeZone | object | null
}

/**
 * A time of day, with a zone or without one.
 *
 * @example
 * new PyTime({ hour: 9, minute: 30 }).toString() // '09:30:00'
 */
export class PyTime extends RichValue {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  readonly fold: number
  readonly tz: PyTimeZone | object | null

  constructor(fields: TimeFields = {}) {
    super()
    this.hour = integerWithin(fields.hour ?? 0, 0, 23, 'the hour')
    this.minute = integerWithin(fields.minute ?? 0, 0, 59, 'the minute')
    this.second = integerWithin(fields.second ?? 0, 0, 59, 'the second')
    this.microsecond = integerWithin(fields.microsecond ?? 0, 0, 999_999, 'the microsecond')
    this.fold = integerWithin(fields.fold ?? 0, 0, 1, 'fold')
    this.tz = fields.tz ?? null
    Object.freeze(this)
  }

  /** Both without an offset and alike, or the same moment of a day in UTC. */
  equals(other: unknown): boolean {
    return other instanceof PyTime && (this.#offset === null) === (other.#offset === null) && this.#utc === other.#utc
  }

  /** `09:30:00`, with microseconds and offset where there are any. */
  override toString(): string {
    const offset = this.#offset
    return (
      clockText(this.hour, this.minute, this.second, this.microsecond) + (offset === null ? '' : offsetText(offset))
    )
  }

  /** @internal */
  override [richParts](): RichParts {
    const { hour, minute, second, microsecond, fold, tz } = this
    return { kind: RichKind.time, parts: [hour, minute, second, microsecond, fold, tz] }
  }

  /** Only a fixed offset holds without a date. */
  get #offset(): number | null {
    return this.tz instanceof PyTimeZone ? this.tz.offset : null
  }

  get #utc(): number {
    const seconds = (this.hour * 60 + this.minute) * 60 + this.second
    return seconds * 1e6 + this.microsecond - Math.round((this.#offset ?? 0) * 1e6)
  }
}
