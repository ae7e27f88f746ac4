// Python's datetime.date.
import { integerWithin } from './integer.js'
import { padded } from './iso-format.js'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'
import { daysInMonth } from './wall-clock.js'

/**
 * A calendar day, without a time or a zone.
 *
 * @example
 * new PyDate(2024, 2, 29).toString() // '2024-02-29'
 */
export class PyDate extends RichValue {
  /** From 1 to 9999. */
  readonly year: number
  /** From 1. */
  readonly month: number
  readonly day: number

  constructor(year: number, month: number, day: number) {
    super()
    this.year = integerWithin(year, 1, 9999, 'the year')
    this.month = integerWithin(month, 1, 12, 'the month')
    this.day = integerWithin(day, 1, daysInMonth(year, month), 'the day')
    Object.freeze(this)
  }

  /** Midnight of that day on this machine's clock. */
  toDate(): Date {
    const date = new Date(2000, 0, 1)
    date.setFullYear(this.year, this.month - 1, this.day)
    return date
  }

  equals(other: unknown): boolean {
    return other instanceof PyDate && this.year === other.year && this.month === other.month && this.day === other.day
  }

  /** `2024-02-29`. */
  override toString(): string {
    return `${padded(this.year, 4)}-${padded(this.month, 2)}-${padded(this.day, 2)}`
  }

  /** @internal */
  override [richParts](): RichParts {
    return { kind: RichKind.date, parts: [this.year, this.month, this.day] }
  }
}
