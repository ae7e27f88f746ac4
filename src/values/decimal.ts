// Python's decimal.Decimal: kept as its text, exact at every precision. Arithmetic is Python's business.
import { ConversionError } from '../errors/bridge-errors.js'
import { shown } from './integer.js'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'

const syntax = /^([+-]?)(?:(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?|(inf(?:inity)?)|(s?nan)(\d*))$/i

/** What a decimal consists of: (-1)^negative × digits × 10^exponent, or a special value. */
interface Parsed {
  negative: boolean
  digits: string
  exponent: bigint
  special: string
}

/**
 * A decimal number as Python has it: `Decimal('1.10')` keeps its zero, and there are -0, infinities and NaNs.
 *
 * @example
 * const price = new Decimal('19.90')
 * await python.import('decimal').Decimal(price)
 * price.toNumber() // 19.9
 */
export class Decimal extends RichValue {
  readonly #text: string

  /** From text as Python's `Decimal` takes it, or from an integer. A fraction as a number is refused: write it as text. */
  constructor(value: string | number | bigint) {
    super()
    if (typeof value !== 'string' && typeof value !== 'bigint' && !Number.isSafeInteger(value)) {
      throw new ConversionError(
        `expected a string, a bigint or a safe integer for Decimal, got ${shown(value)}; write it as text: new Decimal('0.1')`,
      )
    }
    this.#text = format(parse(String(value)))
    Object.freeze(this)
  }

  /** The text as Python's `str` gives it: `1.10`, `1E+5`, `-0`, `NaN`. */
  override toString(): string {
    return this.#text
  }

  /** The nearest number; infinities and NaN as JavaScript's. */
  toNumber(): number {
    const { negative, special } = parse(this.#text)
    if (special === '') return Number(this.#text)
    if (special !== 'Infinity') return Number.NaN
    return negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }

  /** By value: `1.0` equals `1.00`, and NaN equals nothing. */
  equals(other: unknown): boolean {
    return other instanceof Decimal && comparable(this.#text, 'left') === comparable(other.#text, 'right')
  }

  /** @internal */
  override [richParts](): RichParts {
    return { kind: RichKind.decimal, parts: [this.#text] }
  }
}

function parse(text: string): Parsed {
  const match = syntax.exec(text.trim().replaceAll('_', ''))
  const [, sign, whole = '', fraction = '', exponent = '0', infinity, nan, payload = ''] = match ?? []
  if (match === null || (infinity === undefined && nan === undefined && whole + fraction === '')) {
    throw new ConversionError(`expected the text of a decimal number, got ${shown(text)}`)
  }
  const negative = sign === '-'
  if (infinity !== undefined) return { negative, digits: '', exponent: 0n, special: 'Infinity' }
  if (nan !== undefined) {
    const special = nan.toLowerCase() === 'nan' ? 'NaN' : 'sNaN'
    return { negative, digits: payload.replace(/^0+/, ''), exponent: 0n, special }
  }
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '')
  return { negative, digits, exponent: BigInt(exponent) - BigInt(fraction.length), special: '' }
}

/** The to-scientific-string operation of the General Decimal Arithmetic Specification, which Python's `str` is. */
function format({ negative, digits, exponent, special }: Parsed): string {
  const sign = negative ? '-' : ''
  if (special !== '') return sign + special + digits
  const adjusted = exponent + BigInt(digits.length - 1)
  if (exponent <= 0n && adjusted >= -6n) {
    const places = Number(-exponent)
    if (places === 0) return sign + digits
    const padded = digits.padStart(places + 1, '0')
    return `${sign}${padded.slice(0, -places)}.${padded.slice(-places)}`
  }
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
  return `${sign}${mantissa}E${adjusted < 0n ? '' : '+'}${adjusted}`
}

/** The same text for equal values; `side` keeps a NaN from equalling anything. */
function comparable(text: string, side: string): string {
  const { negative, digits, exponent, special } = parse(text)
  const sign = negative ? '-' : ''
  if (special !== '') return special === 'Infinity' ? `${sign}${special}` : `${special} ${side}`
  const significant = digits.replace(/0+$/, '')
  return significant === '' ? '0' : `${sign}${significant}E${exponent + BigInt(digits.length - significant.length)}`
}
