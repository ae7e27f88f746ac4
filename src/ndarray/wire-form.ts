// How an array travels: what the codec reads of one that arrives and writes of one that leaves.
import { dtypes } from './dtype.js'
import { extent } from './geometry.js'
import { Layout } from './layout.js'

/** What the codec reads from a kArray value. @internal */
export interface ArrayExport {
  buffer: ArrayBufferLike
  byteOffset: number
  dtype: number
  bigEndian: boolean
  shape: readonly number[]
  strides: readonly number[]
  readonly: boolean
  exportId: number
  whole: boolean
  copied: boolean
}

/** What the codec writes as a kExport (`exportId`) or kMemory value. @internal */
export interface ArrayWire {
  /** The Python object whose memory this is, whole and as it came. */
  exportId: number | undefined
  buffer: ArrayBufferLike
  dtypeCode: number
  bigEndian: boolean
  /** Of element [0, …, 0], in `buffer`. */
  byteOffset: number
  /** Of the smallest range that holds all elements. */
  byteLength: number
  shape: readonly number[]
  strides: readonly number[]
}

/** The layout of an array that arrives. */
export function layoutOfExport(from: ArrayExport): Layout {
  const { buffer, byteOffset, shape, strides, readonly, copied } = from
  const type = dtypes[from.dtype]
  if (type === undefined) {
    throw new Error(`expected a known dtype, got code ${from.dtype}: the native addon and the package differ`)
  }
  const bigEndian = from.bigEndian && type.componentSize > 1
  const exportId = from.whole ? from.exportId : undefined
  return new Layout(buffer, byteOffset, type, bigEndian, shape, strides, readonly, copied, exportId)
}

/** What is written of an array that leaves. */
export function wireOfLayout(layout: Layout): ArrayWire {
  const { buffer, byteOffset, type, bigEndian, shape, strides, exportId } = layout
  const { low, high } = extent(shape, strides, type.itemsize)
  const byteLength = high - low
  return { exportId, buffer, dtypeCode: type.code, bigEndian, byteOffset, byteLength, shape, strides }
}
