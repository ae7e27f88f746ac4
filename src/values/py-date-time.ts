// Python's datetime.datetime: a Date for JavaScript, and all of Python's fields beside it.
import { inspect } from 'node:util'
import { ConversionError } from '../errors/bridge-errors.js'
import { integerWithin } from './integer.js'
import { clockText, offsetText, padded } from './iso-format.js'
import { PyTimeZone } from './py-time-zone.js'
import { RichKind, type RichParts, richParts } from './rich-value.js'
import { daysInMonth, localClock, momentOf, wallTime, zoneClock } from './wall-clock.js'

/** The fields of a PyDateTime; those left out are 0, null for the zone. */
export interface DateTimeFields {
  /** From 1 to 9999. */
  year: number
  /** From 1. */
  month: number
  day: number
  hour?: number
  minute?: number
  second?: number
  microsecond?: number
  /** 1 for the second of two equal times, when clocks are set back. */
  fold?: number
  /** A PyTimeZone, or a reference to any other tzinfo. */
  tz?: PyTimeZone | object | null
  /** Seconds east of UTC. Only where `tz` is a reference must it be given: what its `utcoffset` says. */
  offset?: number | null
}

/**
 * A date and time. It is a `Date` at the moment it stands for: one without an offset ("naive") by this machine's clock, as Python's
 * `timestamp()` takes it. A Date ends at the millisecond; the fields have everything. Immutable: the setters of Date throw.
 *
 * @example
 * const now = await python.import('datetime').datetime.now()
 * now.getTime() // milliseconds since the epoch
 * now.microsecond // 0 to 999,999
 */
export class PyDateTime extends Date {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly microsecond: number
  readonly fold: number
  /** Null when there is none. */
  readonly tz: PyTimeZone | object | null
  /** Seconds east of UTC at this time; null when naive. */
  readonly offset: number | null
  readonly #moment: number

  constructor(fields: DateTimeFields) {
    const year = integerWithin(fields.year, 1, 9999, 'the year')
    const month = integerWithin(fields.month, 1, 12, 'the month')
    const day = integerWithin(fields.day, 1, daysInMonth(year, month), 'the day')
    const hour = integerWithin(fields.hour ?? 0, 0, 23, 'the hour')
    const minute = integerWithin(fields.minute ?? 0, 0, 59, 'the minute')
    const second = integerWithin(fields.second ?? 0, 0, 59, 'the second')
    const microsecond = integerWithin(fields.microsecond ?? 0, 0, 999_999, 'the microsecond')
    const fold = integerWithin(fields.fold ?? 0, 0, 1, 'fold')
    const tz = fields.tz ?? null
    const wall = wallTime(year, month, day, ((hour * 60 + minute) * 60 + second) * 1000)
    const offset = fields.offset === undefined ? offsetAt(tz, wall, fold) : fields.offset
    const moment =
      offset === null
        ? momentOf(wall, fold, localClock) + Math.floor(microsecond / 1000)
        : wall + Math.floor((microsecond - inMicroseconds(offset)) / 1000)
    super(moment)
    this.year = year
    this.month = month
    this.day = day
    this.hour = hour
    this.minute = minute
    this.second = second
    this.microsecond = microsecond
    this.fold = fold
    this.tz = tz
    this.offset = offset
    this.#moment = moment
    Object.freeze(this)
  }

  /** The moment of a Date on the clock of `tz`; to the millisecond, as Dates are. */
  static fromDate(date: Date, tz: PyTimeZone = PyTimeZone.utc): PyDateTime {
    const moment = date.getTime()
    if (Number.isNaN(moment)) throw new ConversionError('expected a valid Date, got an invalid one')
    const wall = tz.key === null ? moment + Math.round((tz.offset ?? 0) * 1000) : zoneClock(tz.key)(moment)
    const fields = utcFields(new Date(wall))
    const first = new PyDateTime({ ...fields, tz })
    return first.getTime() === moment ? first : new PyDateTime({ ...fields, tz, fold: 1 })
  }

  /** This time with some fields changed; the offset follows, unless the zone is a reference. */
  replace(fields: Partial<DateTimeFields>): PyDateTime {
    const { year, month, day, hour, minute, second, microsecond, fold, tz, offset } = this
    const known = tz === null || tz instanceof PyTimeZone || fields.tz !== undefined ? {} : { offset }
    return new PyDateTime({ year, month, day, hour, minute, second, microsecond, fold, tz, ...known, ...fields })
  }

  /** As Python's `isoformat()`: `2024-05-06T07:08:09.123456+02:00`. */
  isoformat(separator = 'T'): string {
    const date = `${padded(this.year, 4)}-${padded(this.month, 2)}-${padded(this.day, 2)}`
    const clock = clockText(this.hour, this.minute, this.second, this.microsecond)
    return date + separator + clock + (this.offset === null ? '' : offsetText(this.offset))
  }

  /** As Python's `str`: `2024-05-06 07:08:09.123456+02:00`. */
  override toString(): string {
    return this.isoformat(' ')
  }

  /** `isoformat()`, so that nothing is lost; `toISOString()` is the Date's, in UTC and to the millisecond. */
  override toJSON(): string {
    return this.isoformat()
  }

  /** Both naive and on the same wall time, or both aware and at the same moment. */
  equals(other: unknown): boolean {
    if (!(other instanceof PyDateTime) || (this.offset === null) !== (other.offset === null)) return false
    return this.#microseconds === other.#microseconds
  }

  /** @internal */
  [inspect.custom](): string {
    return `PyDateTime(${this.toString()}${this.tz instanceof PyTimeZone && this.tz.key !== null ? ` ${this.tz.key}` : ''})`
  }

  /** @internal */
  /** @internal */
  [richParts](): RichParts {
    if (this.getTime() !== this.#moment) {
      throw new ConversionError(
        'expected a PyDateTime as it was made, got one whose Date was set; use replace() or a Date of its own',
      )
    }
    const { year, month, day, hour, minute, second, microsecond, fold, tz } = this
    return { kind: RichKind.dateTime, parts: [year, month, day, hour, minute, second, microsecond, fold, tz] }
  }

  /** Since 1970, in UTC when aware and on the wall when naive; beyond a double. */
  get #microseconds(): bigint {
    const wall = wallTime(this.year, this.month, this.day, ((this.hour * 60 + this.minute) * 60 + this.second) * 1000)
    return BigInt(wall) * 1000n + BigInt(this.microsecond - inMicroseconds(this.offset ?? 0))
  }
}

for (const name of Object.getOwnPropertyNames(Date.prototype)) {
  if (!name.startsWith('set')) continue
  const refuse = () => {
    throw new TypeError(
      `expected a Date of your own for ${name}, got a PyDateTime, which is immutable; use replace() or new Date(value)`,
    )
  }
  Object.defineProperty(PyDateTime.prototype, name, {
    value: refuse,
    writable: true,
    configurable: true,
    enumerable: false,
  })
}

/** A Date on its way to Python: an aware datetime in UTC. @internal */
export function datePartsUtc(date: Date): RichParts {
  const moment = date.getTime()
  if (Number.isNaN(moment)) throw new ConversionError('expected a valid Date, got an invalid one')
  const { year, month, day, hour, minute, second, microsecond } = utcFields(date)
  if (year < 1 || year > 9999)
    throw new ConversionError(`expected a Date in the years 1 to 9999 of Python's datetime, got the year ${year}`)
  return { kind: RichKind.dateTime, parts: [year, month, day, hour, minute, second, microsecond, 0, PyTimeZone.utc] }
}

function utcFields(date: Date): Required<Omit<DateTimeFields, 'fold' | 'tz' | 'offset'>> {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: date.getUTCMilliseconds() * 1000,
  }
}

/** The seconds that a zone is east of UTC when its wall shows `wall`. */
function offsetAt(tz: PyTimeZone | object | null, wall: number, fold: number): number | null {
  if (tz === null) return null
  if (!(tz instanceof PyTimeZone)) {
    throw new ConversionError(
      'expected the offset of a PyDateTime whose tz is a reference, got none; give what its utcoffset says',
    )
  }
  return tz.key === null ? tz.offset : (wall - momentOf(wall, fold, zoneClock(tz.key))) / 1000
}

function inMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6)
}
