// Python's datetime.timezone (a fixed offset) and zoneinfo.ZoneInfo (a key).
import { ConversionError } from '../errors/bridge-errors.js'
import { shown } from './integer.js'
import { offsetText } from './iso-format.js'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'

const limit = 86_400

/**
 * A time zone: a fixed offset from UTC (`datetime.timezone`) or the key of a zone (`zoneinfo.ZoneInfo`).
 *
 * @example
 * PyTimeZone.utc
 * PyTimeZone.fixed(7200, 'CEST')
 * PyTimeZone.zone('Europe/Berlin')
 */
export class PyTimeZone extends RichValue {
  /** `datetime.timezone.utc`. */
  static readonly utc = new PyTimeZone({ offset: 0 })

  /** Seconds east of UTC, down to the microsecond; null for a zone with a key, whose offset depends on the date. */
  readonly offset: number | null
  /** The name given to a fixed offset; null when there is none. */
  readonly name: string | null
  /** The IANA key; null for a fixed offset. */
  readonly key: string | null

  private constructor(from: { offset: number; name?: string | null } | { key: string }) {
    super()
    this.offset = 'key' in from ? null : from.offset
    this.name = 'key' in from ? null : (from.name ?? null)
    this.key = 'key' in from ? from.key : null
    Object.freeze(this)
  }

  /** `datetime.timezone(timedelta(seconds=offset), name)`: less than 24 hours from UTC. */
  static fixed(offset: number, name: string | null = null): PyTimeZone {
    const exact = Math.round(offset * 1e6) / 1e6
    if (!(Math.abs(exact) < limit))
      throw new RangeError(`expected an offset of less than 24 hours in seconds, got ${shown(offset)}`)
    if (name !== null && typeof name !== 'string')
      throw new ConversionError(`expected a string for the name of a time zone, got ${shown(name)}`)
    return exact === 0 && name === null && PyTimeZone.utc !== undefined
      ? PyTimeZone.utc
      : new PyTimeZone({ offset: exact + 0, name })
  }

  /** `zoneinfo.ZoneInfo(key)`. Whether there is such a zone shows when it is used. */
  static zone(key: string): PyTimeZone {
    if (typeof key !== 'string')
      throw new ConversionError(`expected a string for the key of a time zone, got ${shown(key)}`)
    return new PyTimeZone({ key })
  }

  /** The same key, or the same fixed offset whatever the names. */
  equals(other: unknown): boolean {
    return other instanceof PyTimeZone && this.key === other.key && this.offset === other.offset
  }

  /** The key, the name, or the offset: `Europe/Berlin`, `CEST`, `UTC+02:00`, `UTC`. */
  override toString(): string {
    return this.key ?? this.name ?? (this.offset === 0 ? 'UTC' : `UTC${offsetText(this.offset ?? 0)}`)
  }

  /** @internal */
  override [richParts](): RichParts {
    const offset = this.offset === null ? null : Math.round(this.offset * 1e6)
    return { kind: RichKind.timeZone, parts: [this.key, offset, this.name] }
  }
}
