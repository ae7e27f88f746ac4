// An n-dimensional array over memory: Python's, shared, or JavaScript's own. Shape, strides and type never change; elements may.
import { inspect } from 'node:util'
import { type AxisSelection, indexWithin, selectAxis } from './axis-range.js'
import {
  type DTypeName,
  holdsElements,
  load,
  type NDArrayElement,
  type NumericArray,
  parseDType,
  store,
} from './dtype.js'
import { checkedSize, contiguousStrides, extent, isContiguous } from './geometry.js'
import { dataOf, Layout, layoutOver, type NDArrayOptions } from './layout.js'
import { defaultDType, forEachLeaf, forEachPlace, type NestedArray, shapeOf, toNested } from './nested.js'
import { preview } from './preview.js'
import { type ArrayExport, type ArrayWire, layoutOfExport, wireOfLayout } from './wire-form.js'

const itself = Symbol('an NDArray itself: post its data and shape')

// biome-ignore lint/suspicious/noExplicitAny: elements and data are untyped until the user says which
type ElementOf<Data> = 0 extends 1 & Data ? any : NDArrayElement

/**
 * An array of numbers: NumPy's `ndarray` with its memory shared, any other buffer of Python's, or memory of JavaScript's own.
 *
 * @example
 * const y = await python.import('numpy').linspace(0, 1, 5)
 * y.data // Float64Array over NumPy's memory
 * y.get(2) // 0.5
 *
 * @example
 * const m = new NDArray(new Float64Array(6), { shape: [2, 3] })
 * m.set(7, 1, 2)
 */
// biome-ignore lint/suspicious/noExplicitAny: elements and data are untyped until the user says which
export class NDArray<Data = any> implements Iterable<unknown> {
  /**
   * Structured cloning makes `{}` of an object whose fields are private, without a word; a symbol it refuses, by its name.
   * @internal
   */
  readonly uncloneable = itself
  readonly #layout: Layout
  #data: NumericArray | DataView | undefined
  #offset: number | undefined
  readonly #size: number

  /** Views `data`; nothing is copied. Throws a RangeError when an element would lie outside of it. */
  constructor(data: Data & ArrayBufferView, options?: NDArrayOptions)
  /** @internal */
  constructor(layout: Layout)
  constructor(source: ArrayBufferView | Layout, options: NDArrayOptions = {}) {
    if (source instanceof Layout) {
      this.#layout = source
      this.#size = source.shape.reduce((size, length) => size * length, 1)
      return
    }
    this.#layout = layoutOver(source, options)
    this.#size = checkedSize(this.#layout.shape, this.#layout.type.itemsize)
    if (!(source instanceof DataView) && this.order === 'C' && source.byteLength === this.nbytes) {
      if (source instanceof this.#layout.type.ArrayClass) this.#data = source
    }
  }

  /** Zeros (false, 0n, …) in memory of JavaScript's own. */
  static zeros(shape: number | readonly number[], dtype: DTypeName | (string & {}) = 'float64'): NDArray {
    const lengths = typeof shape === 'number' ? [shape] : [...shape]
    const { type, bigEndian } = parseDType(dtype)
    const buffer = new ArrayBuffer(checkedSize(lengths, type.itemsize) * type.itemsize)
    return new NDArray(new Layout(buffer, 0, type, bigEndian, lengths, contiguousStrides(lengths, type.itemsize, 'C')))
  }

  /** A copy of nested arrays. Without a dtype the first element decides: bool, int64 (a bigint), complex128 or float64. */
  static from(nested: NestedArray, dtype?: DTypeName | (string & {})): NDArray {
    const shape = shapeOf(nested)
    const array = NDArray.zeros(shape, dtype ?? defaultDType(nested))
    const { type, bigEndian } = array.#layout
    const unit = array.data instanceof DataView ? type.itemsize : type.components
    let at = 0
    forEachLeaf(nested, shape, (leaf) => {
      store(type, array.data, at, !bigEndian, leaf)
      at += unit
    })
    return array
  }

  /** @internal */
  static fromExport(from: ArrayExport): NDArray {
    return new NDArray(layoutOfExport(from))
  }

  /** The length of each axis; empty for an array without axes, which has one element. */
  get shape(): readonly number[] {
    return Object.freeze(this.#layout.shape) // when it is asked for: freezing is slow
  }

  /** Bytes from one element to the next along each axis, as NumPy's; 0 and negative ones occur. */
  get strides(): readonly number[] {
    return Object.freeze(this.#layout.strides)
  }

  /** NumPy's name, `'float64'`; for big-endian elements its type string, `'>f8'`. */
  get dtype(): string {
    const { type, bigEndian } = this.#layout
    return bigEndian ? `>${type.letters}` : type.name
  }

  /** Whether `set` throws. The memory of such an array is a private copy, so that Python's stays as it is. */
  get readonly(): boolean {
    return this.#layout.readonly
  }

  /** Whether the memory is a copy: of a read-only array, or where the runtime does not let memory be shared. */
  get copied(): boolean {
    return this.#layout.copied
  }

  /** The number of elements. */
  get size(): number {
    return this.#size
  }

  /** The number of axes. */
  get ndim(): number {
    return this.#layout.shape.length
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return this.#layout.type.itemsize
  }

  /** Bytes of all elements. */
  get nbytes(): number {
    return this.#size * this.itemsize
  }

  /** C: elements lie side by side with the last index varying fastest; F: the first one; A: neither. */
  get order(): 'C' | 'F' | 'A' {
    const { shape, strides, type } = this.#layout
    if (isContiguous(shape, strides, type.itemsize, 'C')) return 'C'
    return isContiguous(shape, strides, type.itemsize, 'F') ? 'F' : 'A'
  }

  /** The whole memory that `data` is a part of. */
  get buffer(): ArrayBufferLike {
    return this.#layout.buffer
  }

  /**
   * The elements as a typed array over the memory; a DataView when they are big-endian or not aligned. Exactly the elements when
   * `order` is C, else the smallest range that holds them all, with element [0, …, 0] at `offset`.
   * bool is a Uint8Array of 0 and 1; int64 a BigInt64Array; a complex number takes two places, real and imaginary part; float16 is a
   * Float16Array where the runtime has it (Node 24), else a Uint16Array of raw bits, which `get` and `toArray` decode.
   */
  get data(): Data {
    this.#data ??= dataOf(this.#layout)
    return this.#data as Data
  }

  /** The index in `data` of element [0, …, 0]; a byte when `data` is a DataView. */
  get offset(): number {
    if (this.#offset === undefined) {
      const { shape, strides, type } = this.#layout
      const { low } = extent(shape, strides, type.itemsize)
      this.#offset = low === 0 ? 0 : -low / ((this.data as unknown) instanceof DataView ? 1 : type.componentSize)
    }
    return this.#offset
  }

  /** The element at an index on each axis, from 0. Throws a RangeError outside. */
  get(...index: number[]): ElementOf<Data> {
    const { type, bigEndian } = this.#layout
    return load(type, this.data as NumericArray, this.#at(index), !bigEndian) as ElementOf<Data>
  }

  /** Writes the element at an index on each axis. Throws where the array is read-only and for a value that the dtype does not hold. */
  set(value: NDArrayElement, ...index: number[]): void {
    if (this.readonly)
      throw new TypeError('expected a writable NDArray for set, got a read-only one; write to a copy()')
    const { type, bigEndian } = this.#layout
    store(type, this.data as NumericArray, this.#at(index), !bigEndian, value)
  }

  /** The element, or the array without its first axis, at `index`; counted from the end when negative. */
  // biome-ignore lint/suspicious/noExplicitAny: elements and data are untyped until the user says which
  at(index: number): any {
    if (this.ndim === 0) throw new RangeError('expected an NDArray with an axis for at, got one without')
    const at = indexWithin(index, this.#layout.shape[0] as number, 0, true)
    return this.ndim === 1 ? this.get(at) : this.slice(at)
  }

  /**
   * A view of a part, by Python's rules: for each axis an index (which drops it), `[start, stop, step]`, a Slice, or null for all.
   *
   * @example
   * m.slice(0) // the first row
   * m.slice(null, [0, 2]) // the first two columns
   * m.slice([null, null, -1]) // the rows backwards
   */
  slice(...selections: AxisSelection[]): NDArray<Data> {
    const { shape, strides } = this.#layout
    if (selections.length > shape.length)
      throw new RangeError(`expected at most ${shape.length} selections, got ${selections.length}`)
    let moved = 0
    const lengths: number[] = []
    const steps: number[] = []
    for (const [axis, stride] of strides.entries()) {
      const { start, step, length } = selectAxis(selections[axis], shape[axis] as number, axis)
      moved += start * stride
      if (length === undefined) continue
      lengths.push(length)
      steps.push(stride * step)
    }
    return this.#view(lengths, steps, moved)
  }

  /** The same elements in another shape, without a copy; one length may be -1. Throws unless `order` is C. */
  reshape(...shape: number[]): NDArray<Data> {
    if (this.order !== 'C')
      throw new TypeError(`expected a C-contiguous NDArray for reshape, got order ${this.order}; take a copy() first`)
    const known = shape.filter((length) => length !== -1).reduce((size, length) => size * length, 1)
    const lengths = shape.map((length) => (length === -1 ? this.#size / known : length))
    if (
      shape.length - shape.filter((length) => length !== -1).length > 1 ||
      checkedSize(lengths, this.itemsize) !== this.#size
    ) {
      throw new RangeError(`expected a shape for ${this.#size} elements, got [${shape.join(', ')}]`)
    }
    return this.#view(lengths, contiguousStrides(lengths, this.itemsize, 'C'), 0)
  }

  /** The view with its axes in reverse. */
  get T(): NDArray<Data> {
    return this.#view([...this.shape].reverse(), [...this.strides].reverse(), 0)
  }

  /** A writable C-contiguous copy in memory of JavaScript's own, in this machine's byte order. */
  copy(): NDArray {
    const { type, bigEndian } = this.#layout
    const copied = NDArray.zeros(this.shape, type.name)
    const unit = type.components
    let to = 0
    forEachPlace(this.#layout.shape, this.#steps(), this.offset, (at) => {
      store(type, copied.data, to, true, load(type, this.data as NumericArray, at, !bigEndian))
      to += unit
    })
    return copied
  }

  /** Nested arrays of elements; an element alone for an array without axes. */
  // biome-ignore lint/suspicious/noExplicitAny: elements and data are untyped until the user says which
  toArray(): any {
    const { shape, type, bigEndian } = this.#layout
    const data = this.data as NumericArray
    const flat = holdsElements(type, data) && this.order === 'C'
    if (flat && data.length !== this.#size) load(type, data, this.#size, true) // throws: the memory is gone
    const element = (at: number) => load(type, data, at, !bigEndian)
    return toNested(shape, this.#steps(), this.offset, element, flat ? data : undefined)
  }

  /** `toArray()`. JSON has no bigint: int64 and uint64 throw there, as bigints do. */
  toJSON(): unknown {
    return this.toArray()
  }

  /** The elements of the first axis: numbers of an array with one axis, arrays of one with more. */
  // biome-ignore lint/suspicious/noExplicitAny: elements and data are untyped until the user says which
  *[Symbol.iterator](): IterableIterator<any> {
    if (this.ndim === 0)
      throw new TypeError('expected an NDArray with an axis to iterate over, got one without; use get()')
    const length = this.#layout.shape[0] as number
    for (let index = 0; index < length; index++) yield this.at(index)
  }

  /** @internal */
  [inspect.custom](_depth: number, options: object): string {
    const flags = this.readonly ? ' read-only' : ''
    const gone = this.nbytes > 0 && this.buffer.byteLength === 0
    const elements = gone ? '<memory transferred away>' : inspect(preview(this), options)
    return `NDArray(${this.shape.join(' × ')}) ${this.dtype}${flags} ${elements}`
  }

  /** @internal */
  static wireOf(array: NDArray): ArrayWire {
    return wireOfLayout(array.#layout)
  }

  #view(shape: number[], strides: number[], moved: number): NDArray<Data> {
    const { buffer, byteOffset, type, bigEndian, readonly, copied } = this.#layout
    return new NDArray(new Layout(buffer, byteOffset + moved, type, bigEndian, shape, strides, readonly, copied))
  }

  #at(index: number[]): number {
    const { shape, strides, type } = this.#layout
    if (index.length !== shape.length) {
      throw new RangeError(`expected ${shape.length} indexes for shape [${shape.join(', ')}], got ${index.length}`)
    }
    let bytes = 0
    for (let axis = 0; axis < index.length; axis++) {
      bytes += indexWithin(index[axis] as number, shape[axis] as number, axis, false) * (strides[axis] as number)
    }
    return this.offset + ((this.data as unknown) instanceof DataView ? bytes : bytes / type.componentSize)
  }

  /** Strides in places of `data`. */
  #steps(): number[] {
    const unit = (this.data as unknown) instanceof DataView ? 1 : this.#layout.type.componentSize
    return this.strides.map((stride) => stride / unit)
  }
}
