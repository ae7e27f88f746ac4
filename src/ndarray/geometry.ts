// Where the elements of an array lie: shapes, strides in bytes, and the range of memory that they cover.
import { shown } from '../values/integer.js'

/** NumPy's bound. */
const maxDimensions = 64

/** The number of elements; throws for a shape that no array can have. */
export function checkedSize(shape: readonly number[], itemsize: number): number {
  if (shape.length > maxDimensions)
    throw new RangeError(`expected at most ${maxDimensions} dimensions, got ${shape.length}`)
  let size = 1
  let bytes = itemsize // without the zeros, as NumPy: a shape is refused whatever stands beside a 0
  for (const length of shape) {
    if (!Number.isSafeInteger(length) || length < 0) {
      throw new RangeError(`expected non-negative integers for a shape, got ${shown(length)} in [${shape.join(', ')}]`)
    }
    size *= length
    bytes *= length || 1
    if (!Number.isSafeInteger(bytes))
      throw new RangeError(`expected a shape of less than 2**53 bytes, got [${shape.join(', ')}]`)
  }
  return size
}

/** The strides of adjacent elements, the last index (C) or the first one (F) varying fastest. */
export function contiguousStrides(shape: readonly number[], itemsize: number, order: 'C' | 'F'): number[] {
  const strides = new Array<number>(shape.length)
  let stride = itemsize
  for (let step = 0; step < shape.length; step++) {
    const axis = order === 'C' ? shape.length - 1 - step : step
    strides[axis] = stride
    stride *= shape[axis] || 1
  }
  return strides
}

/** Whether the elements lie side by side in this order; an axis of length 1 has no say, and an array without elements is both. */
export function isContiguous(
  shape: readonly number[],
  strides: readonly number[],
  itemsize: number,
  order: 'C' | 'F',
): boolean {
  if (shape.includes(0)) return true
  let stride = itemsize
  for (let step = 0; step < shape.length; step++) {
    const axis = order === 'C' ? shape.length - 1 - step : step
    const length = shape[axis] as number
    if (length === 1) continue
    if (strides[axis] !== stride) return false
    stride *= length
  }
  return true
}

/** The bytes that the elements cover, relative to element [0, …, 0]: `low` is not positive, `high` is the end. */
export function extent(
  shape: readonly number[],
  strides: readonly number[],
  itemsize: number,
): { low: number; high: number } {
  if (shape.includes(0)) return { low: 0, high: 0 }
  let low = 0
  let high = itemsize
  for (const [axis, stride] of strides.entries()) {
    const reach = stride * ((shape[axis] as number) - 1)
    if (reach < 0) low += reach
    else high += reach
  }
  return { low, high }
}

/** Throws unless there is one safe integer for each axis. */
export function checkStrides(strides: readonly number[], shape: readonly number[]): void {
  if (strides.length !== shape.length || !strides.every(Number.isSafeInteger)) {
    throw new RangeError(`expected ${shape.length} integers for the strides in bytes, got [${strides.join(', ')}]`)
  }
}
