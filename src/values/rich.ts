// The table between rich wire values and value classes. Its twin is python/snakebridge/values.py.
import { types } from 'node:util'
import { Complex } from './complex.js'
import { Decimal } from './decimal.js'
import { Fraction, lowestTerms } from './fraction.js'
import { Path, type PathKind } from './path.js'
import { patternParts } from './pattern.js'
import { PyDate } from './py-date.js'
import { datePartsUtc, PyDateTime } from './py-date-time.js'
import { PyTime } from './py-time.js'
import { PyTimeDelta } from './py-time-delta.js'
import { PyTimeZone } from './py-time-zone.js'
import { Range } from './range.js'
import { richParts as partsOf, RichKind, type RichParts, RichValue } from './rich-value.js'
import { Slice } from './slice.js'
import { UUID } from './uuid.js'

/** The value that a rich wire value stands for. @internal */
export function decodeRich(kind: number, parts: unknown[]): unknown {
  const decode = decoders[kind]
  if (decode === undefined)
    throw new Error(`expected a rich value of a known kind, got kind ${kind}: the native addon and the package differ`)
  return decode(parts)
}

/** Kind and parts of a value that crosses as a rich one; undefined for any other. @internal */
export function richParts(value: object): RichParts | undefined {
  if (value instanceof RichValue || value instanceof PyDateTime) return value[partsOf]()
  if (types.isDate(value)) return datePartsUtc(value)
  if (types.isRegExp(value)) return patternParts(value)
  return undefined
}

// biome-ignore lint/suspicious/noExplicitAny: what the parts of a kind are, values.py says
type Decoder = (parts: readonly any[]) => unknown

const decoders: Readonly<Record<number, Decoder>> = {
  [RichKind.dateTime]: ([year, month, day, hour, minute, second, microsecond, fold, tz, offset]) =>
    new PyDateTime({ year, month, day, hour, minute, second, microsecond, fold, tz, offset: seconds(offset) }),
  [RichKind.date]: ([year, month, day]) => new PyDate(year, month, day),
  [RichKind.time]: ([hour, minute, second, microsecond, fold, tz]) =>
    new PyTime({ hour, minute, second, microsecond, fold, tz }),
  [RichKind.timeDelta]: ([days, seconds, microseconds]) => new PyTimeDelta({ days, seconds, microseconds }),
  [RichKind.decimal]: ([text]) => new Decimal(text as string),
  [RichKind.fraction]: ([numerator, denominator]) => new Fraction(numerator, denominator, lowestTerms),
  [RichKind.uuid]: ([text, safe]) => new UUID(text as string, safe === null ? null : safe === 0),
  [RichKind.complex]: ([re, im]) => new Complex(re, im),
  [RichKind.path]: ([kind, text]) => new Path(text as string, kind as PathKind),
  [RichKind.range]: ([start, stop, step]) => new Range(start, stop, step),
  [RichKind.slice]: ([start, stop, step]) => new Slice(start, stop, step),
  [RichKind.byteArray]: ([bytes]) => bytes,
  [RichKind.timeZone]: ([key, offset, name]) =>
    key === null ? PyTimeZone.fixed(seconds(offset) ?? 0, name as string | null) : PyTimeZone.zone(key as string),
}

function seconds(microseconds: number | null): number | null {
  return microseconds === null ? null : microseconds / 1e6
}
