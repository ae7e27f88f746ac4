// Python's datetime.timedelta.

import { integer } from './integer.js'
import { clockText } from './iso-format.js'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'

/** Integers that are added up; those left out are 0. */
export interface TimeDeltaFields {
  weeks?: number
  days?: number
  hours?: number
  minutes?: number
  seconds?: number
  milliseconds?: number
  microseconds?: number
}

const inMicroseconds: Readonly<Record<keyof TimeDeltaFields, bigint>> = {
  weeks: 604_800_000_000n,
  days: 86_400_000_000n,
  hours: 3_600_000_000n,
  minutes: 60_000_000n,
  seconds: 1_000_000n,
  milliseconds: 1000n,
  microseconds: 1n,
}
const maxDays = 999_999_999n

/**
 * A length of time, exact to the microsecond, kept as Python keeps it: any number of days, then 0 to 86,399 seconds and 0 to
 * 999,999 microseconds, so that minus one microsecond is -1 day and 86,399.999999 seconds.
 *
 * @example
 * new PyTimeDelta({ hours: 36 }).toString() // '1 day, 12:00:00'
 */
export class PyTimeDelta extends RichValue {
  readonly days: number
  readonly seconds: number
  readonly microseconds: number

  constructor(fields: TimeDeltaFields = {}) {
    super()
    let total = 0n
    for (const [key, value] of Object.entries(fields)) {
      const unit = Object.hasOwn(inMicroseconds, key) ? inMicroseconds[key as keyof TimeDeltaFields] : undefined
      if (unit === undefined)
        throw new TypeError(`expected ${Object.keys(inMicroseconds).join(', ')} for PyTimeDelta, got ${key}`)
      total += BigInt(integer(value ?? 0, key)) * unit
    }
    const perDay = inMicroseconds.days
    const rest = ((total % perDay) + perDay) % perDay
    const days = (total - rest) / perDay
    if (days > maxDays || days < -maxDays)
      throw new RangeError(`expected at most ${maxDays} days either way for PyTimeDelta, got ${days}`)
    this.days = Number(days)
    this.seconds = Number(rest / inMicroseconds.seconds)
    this.microseconds = Number(rest % inMicroseconds.seconds)
    Object.freeze(this)
  }

  /** The nearest number of seconds; exact to the microsecond for 285 years. */
  totalSeconds(): number {
    return this.days * 86_400 + this.seconds + this.microseconds / 1e6
  }

  /** The nearest number of milliseconds, as JavaScript counts time. */
  totalMilliseconds(): number {
    return (this.days * 86_400 + this.seconds) * 1000 + this.microseconds / 1000
  }

  equals(other: unknown): boolean {
    if (!(other instanceof PyTimeDelta)) return false
    return this.days === other.days && this.seconds === other.seconds && this.microseconds === other.microseconds
  }

  /** `1 day, 12:00:00`. */
  override toString(): string {
    const { days, seconds, microseconds } = this
    const clock = clockText(
      Math.floor(seconds / 3600),
      Math.floor(seconds / 60) % 60,
      seconds % 60,
      microseconds,
    ).replace(/^0/, '')
    return days === 0 ? clock : `${days} day${Math.abs(days) === 1 ? '' : 's'}, ${clock}`
  }

  /** @internal */
  override [richParts](): RichParts {
    return { kind: RichKind.timeDelta, parts: [this.days, this.seconds, this.microseconds] }
  }
}
