// Arrays that cross without a copy.
export type { AxisRange, AxisSelection } from './ndarray/axis-range.js'
export type { DTypeName, NDArrayElement } from './ndarray/dtype.js'
export type { NDArrayOptions } from './ndarray/layout.js'
export { NDArray } from './ndarray/ndarray.js'
export type { NestedArray } from './ndarray/nested.js'
export type { ArrayExport, ArrayWire } from './ndarray/wire-form.js'

import { NDArray } from './ndarray/ndarray.js'
import type { ArrayWire } from './ndarray/wire-form.js'

/** How an array crosses to Python. @internal */
export function wireOf(array: NDArray): ArrayWire {
  return NDArray.wireOf(array)
}
