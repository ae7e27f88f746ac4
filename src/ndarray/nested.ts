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
