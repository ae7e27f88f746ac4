// Between arrays and nested JavaScript arrays.
import { ConversionError } from '../errors/bridge-errors.js'
import { Complex } from '../values/complex.js'
import { shown } from '../values/integer.js'
import type { DTypeName, NDArrayElement } from './dtype.js'

/** Arrays of arrays … of elements; an element alone stands for an array without axes. */
export type NestedArray<Element = NDArrayElement> = Element | readonly NestedArray<Element>[]

/** The shape that the first elements at each depth give; `forEachLeaf` checks the others against it. */
export function shapeOf(nested: NestedArray): number[] {
  const shape: number[] = []
  let level: unknown = nested
  while (Array.isArray(level)) {
    shape.push(level.length)
    if (shape.length > 64)
      throw new ConversionError('expected arrays nested at most 64 deep, got deeper or cyclic ones')
    level = level[0]
  }
  return shape
}

/** Calls `visit` with each element in C order; throws where a row is shorter, longer or deeper than the first one. */
export function forEachLeaf(
  nested: NestedArray,
  shape: readonly number[],
  visit: (leaf: unknown) => void,
  axis = 0,
): void {
  if (axis === shape.length) {
    if (Array.isArray(nested))
      throw new ConversionError(`expected elements at depth ${axis}, got an array: rows differ in depth`)
    visit(nested)
    return
  }
  if (!Array.isArray(nested) || nested.length !== shape[axis]) {
    const got = Array.isArray(nested) ? `one of length ${nested.length}` : shown(nested)
    throw new ConversionError(`expected arrays of length ${shape[axis]} at depth ${axis}, got ${got}: rows differ`)
  }
  for (const row of nested) forEachLeaf(row, shape, visit, axis + 1)
}

/** The dtype that holds an element like `leaf`: bool, int64, complex128, and float64 for a number. */
export function defaultDType(nested: NestedArray): DTypeName {
  let leaf: unknown = nested
  while (Array.isArray(leaf)) leaf = leaf[0]
  if (typeof leaf === 'boolean') return 'bool'
  if (typeof leaf === 'bigint') return 'int64'
  return leaf instanceof Complex ? 'complex128' : 'float64'
}

/** Calls `visit` with the place of each element in C order; `steps` lead from one place to the next along each axis. */
export function forEachPlace(
  shape: readonly number[],
  steps: readonly number[],
  from: number,
  visit: (at: number) => void,
  axis = 0,
): void {
  if (axis === shape.length) {
    visit(from)
    return
  }
  const step = steps[axis] as number
  const length = shape[axis] as number
  for (let index = 0; index < length; index++) forEachPlace(shape, steps, from + index * step, visit, axis + 1)
}

/** Nested arrays of the elements at those places; `plain` when they lie side by side in it and need no decoding. */
export function toNested(
  shape: readonly number[],
  steps: readonly number[],
  from: number,
  element: (at: number) => NDArrayElement,
  plain: ArrayLike<number | bigint> | undefined,
  axis = 0,
): NestedArray {
  if (axis === shape.length) return element(from)
  const length = shape[axis] as number
  const step = steps[axis] as number
  const rows = new Array<NestedArray>(length)
  if (plain !== undefined && axis === shape.length - 1) {
    // Array.from and spreading take ten times as long.
    for (let index = 0; index < length; index++) rows[index] = plain[from + index] as number | bigint
  } else {
    for (let index = 0; index < length; index++)
      rows[index] = toNested(shape, steps, from + index * step, element, plain, axis + 1)
  }
  return rows
}
