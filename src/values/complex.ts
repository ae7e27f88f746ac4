// Python's complex.
import { ConversionError } from '../errors/bridge-errors.js'
import { shown } from './integer.js'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'

/**
 * A complex number: two 64-bit floats.
 *
 * @example
 * const z = await python.import('cmath').sqrt(-4) // Complex { re: 0, im: 2 }
 */
export class Complex extends RichValue {
  /** The real part. */
  readonly re: number
  /** The imaginary part. */
  readonly im: number

  constructor(re: number, im = 0) {
    super()
    for (const part of [re, im]) {
      if (typeof part !== 'number')
        throw new ConversionError(`expected numbers for the parts of a Complex, got ${shown(part)}`)
    }
    this.re = re
    this.im = im
    Object.freeze(this)
  }

  equals(other: unknown): boolean {
    if (typeof other === 'number') return this.re === other && this.im === 0
    return other instanceof Complex && this.re === other.re && this.im === other.im
  }

  /** As Python without the parentheses: `1+2j`. */
  override toString(): string {
    const negative = this.im < 0 || Object.is(this.im, -0)
    return `${text(this.re)}${negative ? '-' : '+'}${text(Math.abs(this.im))}j`
  }

  override toJSON(): { re: number; im: number } {
    return { re: this.re, im: this.im }
  }

  /** @internal */
  override [richParts](): RichParts {
    return { kind: RichKind.complex, parts: [this.re, this.im] }
  }
}

function text(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return Object.is(value, -0) ? '-0' : String(value)
}
