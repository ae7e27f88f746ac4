// Python's uuid.UUID.
import { ConversionError } from '../errors/bridge-errors.js'
import { shown } from './integer.js'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'

const canonical = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

/**
 * A UUID.
 *
 * @example
 * new UUID(crypto.randomUUID()).toString() // '3d6f2f5e-…'
 */
export class UUID extends RichValue {
  readonly #text: string
  /** Python's `is_safe`: whether it was made in a way that is safe across processes; null where unknown. */
  readonly isSafe: boolean | null

  /** From 32 hexadecimal digits; braces, dashes and `urn:uuid:` may be there, as in Python. */
  constructor(text: string, isSafe: boolean | null = null) {
    super()
    this.#text = canonical.test(text) ? text : normalised(text)
    this.isSafe = isSafe
    Object.freeze(this)
  }

  /** The 16 bytes, most significant first. */
  get bytes(): Buffer {
    return Buffer.from(this.#text.replaceAll('-', ''), 'hex')
  }

  equals(other: unknown): boolean {
    return other instanceof UUID && this.#text === other.#text
  }

  /** Lower case, with dashes. */
  override toString(): string {
    return this.#text
  }

  /** @internal */
  override [richParts](): RichParts {
    return { kind: RichKind.uuid, parts: [this.#text, this.isSafe === null ? null : this.isSafe ? 0 : -1] }
  }
}

function normalised(text: unknown): string {
  const digits = String(text)
    .replace(/^urn:uuid:/i, '')
    .replace(/[{}-]/g, '')
    .toLowerCase()
  if (typeof text !== 'string' || !/^[\da-f]{32}$/.test(digits)) {
    throw new ConversionError(`expected 32 hexadecimal digits for UUID, got ${shown(text)}`)
  }
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
