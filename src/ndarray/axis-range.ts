// What selects along one axis: an index, a range, or all of it. Python's rules for slices.
import { shown } from '../values/integer.js'
import { Slice } from '../values/slice.js'

/** `[start, stop, step]`, each optional: `[1]` is everything from 1, `[null, null, -1]` the axis backwards. */
export type AxisRange = readonly [start?: number | null, stop?: number | null, step?: number | null]

/** An index drops its axis; null or undefined takes all of it. */
export type AxisSelection = number | AxisRange | Slice | null | undefined

export interface Selected {
  start: number
  step: number
  /** Undefined: the axis is dropped. */
  length: number | undefined
}

/** Which elements of an axis of `length` are selected; negative numbers count from the end, and ranges are cut to the axis. */
export function selectAxis(selection: AxisSelection, length: number, axis: number): Selected {
  if (typeof selection === 'number')
    return { start: indexWithin(selection, length, axis, true), step: 1, length: undefined }
  const range = selection instanceof Slice ? [selection.start, selection.stop, selection.step] : (selection ?? [])
  if (!Array.isArray(range) || range.length > 3) {
    throw new TypeError(
      `expected an index, [start, stop, step], a Slice or null for axis ${axis}, got ${shown(selection)}`,
    )
  }
  const [start, stop, step = 1] = range.map((part) => bound(part, axis))
  if (step === 0) throw new RangeError(`expected a step other than 0 for axis ${axis}, got 0`)
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1]
  const first = start === undefined ? (step > 0 ? low : high) : clamped(start, length, low, high)
  const last = stop === undefined ? (step > 0 ? high : low) : clamped(stop, length, low, high)
  const count = Math.max(0, Math.ceil((last - first) / step))
  return { start: count === 0 ? 0 : first, step, length: count }
}

/** `index` on an axis, counted from the end when it is negative and that is allowed; throws outside. */
export function indexWithin(index: number, length: number, axis: number, fromEnd: boolean): number {
  const at = fromEnd && index < 0 ? index + length : index
  if (Number.isInteger(index) && at >= 0 && at < length) return at
  const lowest = fromEnd && length > 0 ? -length : 0
  const wanted = length === 0 ? 'no index: the axis is empty' : `an integer from ${lowest} to ${length - 1}`
  throw new RangeError(`expected ${wanted}, for axis ${axis}, got ${shown(index)}`)
}

function bound(part: unknown, axis: number): number | undefined {
  if (part === null || part === undefined) return undefined
  if (Number.isSafeInteger(part)) return part as number
  throw new RangeError(`expected integers for the range of axis ${axis}, got ${shown(part)}`)
}

function clamped(value: number, length: number, low: number, high: number): number {
  return Math.min(Math.max(value < 0 ? value + length : value, low), high)
}
