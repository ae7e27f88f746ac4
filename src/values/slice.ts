// Python's slice.
import { inspect } from 'node:util'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'

/**
 * What stands between the brackets of `x[start:stop:step]`; any value may, null (None) where it is left out.
 *
 * @example
 * await frame.$item(new Slice('2024-01-01', '2024-06-30'))
 */
export class Slice extends RichValue {
  readonly start: unknown
  readonly stop: unknown
  readonly step: unknown

  constructor(start: unknown = null, stop: unknown = null, step: unknown = null) {
    super()
    this.start = start ?? null
    this.stop = stop ?? null
    this.step = step ?? null
    Object.freeze(this)
  }

  equals(other: unknown): boolean {
    if (!(other instanceof Slice)) return false
    return same(this.start, other.start) && same(this.stop, other.stop) && same(this.step, other.step)
  }

  override toString(): string {
    return `slice(${text(this.start)}, ${text(this.stop)}, ${text(this.step)})`
  }

  override toJSON(): { start: unknown; stop: unknown; step: unknown } {
    return { start: this.start, stop: this.stop, step: this.step }
  }

  /** @internal */
  override [inspect.custom](): string {
    return `Slice(${text(this.start)}, ${text(this.stop)}, ${text(this.step)})`
  }

  /** @internal */
  override [richParts](): RichParts {
    return { kind: RichKind.slice, parts: [this.start, this.stop, this.step] }
  }
}

function same(left: unknown, right: unknown): boolean {
  return left instanceof RichValue ? left.equals(right) : left === right
}

function text(part: unknown): string {
  return part === null ? 'None' : inspect(part)
}
