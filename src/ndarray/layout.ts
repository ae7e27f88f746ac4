// How the elements of an array lie in memory: which memory, where in it, of which type and byte order.
import { ConversionError } from '../errors/bridge-errors.js'
import { shown } from '../values/integer.js'
import { type DType, type DTypeName, dtypeOf, type NumericArray, parseDType } from './dtype.js'
import { checkedSize, checkStrides, contiguousStrides, extent } from './geometry.js'

/** What `new NDArray` takes beside the data. */
export interface NDArrayOptions {
  /** The length of each axis; `[data.length]` when left out. */
  shape?: readonly number[]
  /** Bytes from one element to the next along each axis; adjacent elements in `order` when left out. */
  strides?: readonly number[]
  /** Index in `data` of element [0, …, 0]; a byte when `data` is a DataView. */
  offset?: number
  /** The data's own when left out; `'bool'` over a Uint8Array, `'complex128'` over a Float64Array, any over a DataView. */
  dtype?: DTypeName | (string & {})
  order?: 'C' | 'F'
}

/** Memory and how to read it; made by the codec and by views. @internal */
export class Layout {
  constructor(
    readonly buffer: ArrayBufferLike,
    /** Of element [0, …, 0]. */
    readonly byteOffset: number,
    readonly type: DType,
    readonly bigEndian: boolean,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
    readonly readonly = false,
    readonly copied = false,
    /** Of the Python object that this is, whole. */
    readonly exportId: number | undefined = undefined,
  ) {}
}

/** The smallest range that holds all elements, as what can be read from it. */
export function dataOf({ buffer, byteOffset, type, bigEndian, shape, strides }: Layout): NumericArray | DataView {
  const { low, high } = extent(shape, strides, type.itemsize)
  const start = byteOffset + low
  const unit = type.componentSize
  const aligned = start % unit === 0 && (high === 0 || strides.every((stride) => stride % unit === 0))
  if (high === 0 && !bigEndian) return new type.ArrayClass(buffer, 0, 0)
  if (bigEndian || !aligned) return new DataView(buffer, start, high - low)
  return new type.ArrayClass(buffer, start, (high - low) / unit)
}

/** The layout that a user asks for over `data`; throws where an element would lie outside. */
export function layoutOver(given: ArrayBufferView, options: NDArrayOptions): Layout {
  const data = ofThisRealm(given)
  const known = ArrayBuffer.isView(data) ? dtypeOf(data) : undefined
  if (!ArrayBuffer.isView(data) || (known === undefined && !(data instanceof DataView))) {
    throw new ConversionError(`expected a typed array or a DataView for NDArray, got ${shown(data)}`)
  }
  const { type, bigEndian } =
    options.dtype === undefined ? { type: known, bigEndian: false } : parseDType(options.dtype)
  if (type === undefined) throw new ConversionError('expected a dtype for an NDArray over a DataView, got none')
  const isView = data instanceof DataView
  if (!isView && (bigEndian || !holds(data, type))) {
    throw new ConversionError(`expected data that holds dtype ${options.dtype}, got ${shown(data)}; use a DataView`)
  }
  const shape = [...(options.shape ?? [Math.floor(data.byteLength / type.itemsize)])]
  checkedSize(shape, type.itemsize)
  const strides = [...(options.strides ?? contiguousStrides(shape, type.itemsize, options.order ?? 'C'))]
  checkStrides(strides, shape)
  const first = (options.offset ?? 0) * (isView ? 1 : type.componentSize)
  const { low, high } = extent(shape, strides, type.itemsize)
  if (!Number.isSafeInteger(first) || first + low < 0 || !(first + high <= data.byteLength)) {
    throw new RangeError(
      `expected the elements inside ${data.byteLength} bytes of data, got shape [${shape.join(', ')}] with strides [${strides.join(', ')}] at byte ${first}: bytes ${first + low} to ${first + high}`,
    )
  }
  return new Layout(data.buffer, data.byteOffset + first, type, bigEndian, shape, strides)
}

/** A view of another realm (a vm context's) as one of this realm, over the same memory. */
function ofThisRealm(view: ArrayBufferView): ArrayBufferView {
  if (!ArrayBuffer.isView(view) || view instanceof DataView || view instanceof typedArray) return view
  const { buffer, byteOffset, byteLength } = view
  const Own = (globalThis as unknown as Record<string, typeof Uint8Array>)[
    Object.prototype.toString.call(view).slice(8, -1)
  ]
  const length = (view as { length?: number }).length ?? byteLength // a DataView has none
  return Own === undefined ? view : new Own(buffer as ArrayBuffer, byteOffset, length)
}

const typedArray = Object.getPrototypeOf(Uint8Array) as new () => ArrayBufferView

function holds(data: ArrayBufferView, type: DType): boolean {
  if (data instanceof type.ArrayClass) return true
  return type.name === 'float16'
    ? data instanceof Uint16Array
    : type.name === 'uint8' && data instanceof Uint8ClampedArray
}
