// Python's fractions.Fraction.
import { integer } from './integer.js'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'

/** Says that a fraction is in lowest terms: Python's are, and a common divisor of huge numbers takes its time. @internal */
export const lowestTerms = Symbol('lowest terms')

/**
 * An exact fraction in lowest terms with a positive denominator.
 *
 * @example
 * new Fraction(6, -4) // numerator -3n, denominator 2n
 */
export class Fraction extends RichValue {
  readonly numerator: bigint
  readonly denominator: bigint

  constructor(numerator: number | bigint, denominator?: number | bigint)
  /** @internal */
  constructor(numerator: number | bigint, denominator: number | bigint, known: typeof lowestTerms)
  constructor(numerator: number | bigint, denominator: number | bigint = 1n, known?: typeof lowestTerms) {
    super()
    const top = BigInt(integer(numerator, 'the numerator'))
    const bottom = BigInt(integer(denominator, 'the denominator'))
    if (bottom === 0n) throw new RangeError(`expected a denominator other than 0, got ${top}/0`)
    const divisor = known === lowestTerms ? 1n : greatestCommonDivisor(top, bottom) * (bottom < 0n ? -1n : 1n)
    this.numerator = top / divisor
    this.denominator = bottom / divisor
    Object.freeze(this)
  }

  /** The nearest number, or one of its two neighbours; infinite when it is beyond them. */
  toNumber(): number {
    const { numerator, denominator } = this
    // Both scaled to fit a double, with 64 bits of quotient.
    const shift = BigInt(bits(denominator) - bits(numerator) + 64)
    const quotient = shift >= 0n ? (numerator << shift) / denominator : numerator / (denominator << -shift)
    // In two steps: 2 ** -shift alone may be 0 where the product is not.
    const half = Math.trunc(Number(-shift) / 2)
    return Number(quotient) * 2 ** half * 2 ** (Number(-shift) - half)
  }

  equals(other: unknown): boolean {
    return other instanceof Fraction && this.numerator === other.numerator && this.denominator === other.denominator
  }

  /** `3/4`; a whole number alone. */
  override toString(): string {
    return this.denominator === 1n ? `${this.numerator}` : `${this.numerator}/${this.denominator}`
  }

  /** @internal */
  override [richParts](): RichParts {
    return { kind: RichKind.fraction, parts: [this.numerator, this.denominator] }
  }
}

function greatestCommonDivisor(left: bigint, right: bigint): bigint {
  let a = left < 0n ? -left : left
  let b = right < 0n ? -right : right
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}

function bits(value: bigint): number {
  return (value < 0n ? -value : value).toString(16).length * 4
}
