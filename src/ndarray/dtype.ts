// The element types of arrays: one row for each wire::DType (native/wire/wire.h), in its order.
import { ConversionError } from '../errors/bridge-errors.js'
import { Complex } from '../values/complex.js'
import { shown } from '../values/integer.js'
import { decodeFloat16, encodeFloat16 } from './float16.js'

/** NumPy's names of the element types that cross. */
export type DTypeName =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128'

/** An element in JavaScript: boolean for bool, bigint for int64 and uint64, Complex for complex64 and complex128, number for the others. */
export type NDArrayElement = number | bigint | boolean | Complex

/** The typed arrays that hold elements. */
export type NumericArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array

type NumericArrayClass = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => NumericArray
type Accessor =
  | 'Int8'
  | 'Uint8'
  | 'Int16'
  | 'Uint16'
  | 'Int32'
  | 'Uint32'
  | 'BigInt64'
  | 'BigUint64'
  | 'Float32'
  | 'Float64'
type Kind = 'bool' | 'integer' | 'bigint' | 'float16' | 'float' | 'complex'

/** An element type. A complex element has two components, every other one. */
export interface DType {
  readonly name: DTypeName
  readonly code: number
  readonly kind: Kind
  /** NumPy's type string without the byte order: `f8`. */
  readonly letters: string
  readonly itemsize: number
  readonly components: 1 | 2
  readonly componentSize: number
  readonly ArrayClass: NumericArrayClass
  readonly accessor: Accessor
  /** The bounds of an integer. */
  readonly low: bigint
  readonly high: bigint
}

/** Absent before Node 24, where `data` of float16 is a Uint16Array with the raw bits. */
const Float16Array = (globalThis as { Float16Array?: NumericArrayClass }).Float16Array

type Row = [name: DTypeName, kind: Kind, letters: string, ArrayClass: NumericArrayClass, accessor: Accessor]
const rows: Row[] = [
  ['bool', 'bool', 'b1', Uint8Array, 'Uint8'],
  ['int8', 'integer', 'i1', Int8Array, 'Int8'],
  ['uint8', 'integer', 'u1', Uint8Array, 'Uint8'],
  ['int16', 'integer', 'i2', Int16Array, 'Int16'],
  ['uint16', 'integer', 'u2', Uint16Array, 'Uint16'],
  ['int32', 'integer', 'i4', Int32Array, 'Int32'],
  ['uint32', 'integer', 'u4', Uint32Array, 'Uint32'],
  ['int64', 'bigint', 'i8', BigInt64Array, 'BigInt64'],
  ['uint64', 'bigint', 'u8', BigUint64Array, 'BigUint64'],
  ['float16', 'float16', 'f2', Float16Array ?? Uint16Array, 'Uint16'],
  ['float32', 'float', 'f4', Float32Array, 'Float32'],
  ['float64', 'float', 'f8', Float64Array, 'Float64'],
  ['complex64', 'complex', 'c8', Float32Array, 'Float32'],
  ['complex128', 'complex', 'c16', Float64Array, 'Float64'],
]

/** By code. */
export const dtypes: readonly DType[] = rows.map(([name, kind, letters, ArrayClass, accessor], code) => {
  const itemsize = Number(letters.slice(1))
  const components = kind === 'complex' ? 2 : 1
  const signed = letters[0] === 'i'
  const bits = BigInt(8 * itemsize)
  const [low, high] = signed ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n]
  return {
    name,
    code,
    kind,
    letters,
    itemsize,
    components,
    componentSize: itemsize / components,
    ArrayClass,
    accessor,
    low,
    high,
  }
})

/** By NumPy's name (`float64`) or type string (`f8`, `<f8`, `>f8`, `|b1`). */
export function parseDType(text: string): { type: DType; bigEndian: boolean } {
  const letters = /^[<>|=]/.test(text) ? text.slice(1) : text
  const type = dtypes.find((candidate) => candidate.name === text || candidate.letters === letters)
  if (type === undefined) {
    throw new ConversionError(
      `expected a dtype out of ${dtypes.map(({ name }) => name).join(', ')}, got ${shown(text)}`,
    )
  }
  return { type, bigEndian: text.startsWith('>') && type.componentSize > 1 }
}

/** The element type of a typed array: `uint8` for a Buffer. */
export function dtypeOf(data: ArrayBufferView): DType | undefined {
  if (data instanceof Uint8ClampedArray) return dtypes[2]
  return dtypes.find(({ ArrayClass, kind }) => kind !== 'bool' && kind !== 'complex' && data instanceof ArrayClass)
}

/** Whether the places of `data` are the elements as they are: nothing to decode. */
export function holdsElements(type: DType, data: NumericArray | DataView): boolean {
  if (data instanceof DataView || type.kind === 'bool' || type.kind === 'complex') return false
  return type.kind !== 'float16' || !(data instanceof Uint16Array)
}

/** The element whose first component is at index `at` (at byte `at` of a DataView). */
export function load(type: DType, data: NumericArray | DataView, at: number, littleEndian: boolean): NDArrayElement {
  const first = component(type, data, at, littleEndian)
  if (first === undefined)
    throw new TypeError('expected the memory of an NDArray to be in place, got a buffer that was transferred or shrunk')
  switch (type.kind) {
    case 'bool':
      return first !== 0
    case 'complex': {
      const next = at + (data instanceof DataView ? type.componentSize : 1)
      return new Complex(first as number, component(type, data, next, littleEndian) as number)
    }
    case 'float16':
      return data instanceof DataView || data instanceof Uint16Array ? decodeFloat16(first as number) : first
    default:
      return first
  }
}

/** Writes an element; throws for a value that the type does not hold. Floats are rounded to the type's precision. */
export function store(
  type: DType,
  data: NumericArray | DataView,
  at: number,
  littleEndian: boolean,
  value: unknown,
): void {
  const parts = components(type, value)
  for (const [index, part] of parts.entries()) {
    if (data instanceof DataView) {
      const bits = type.kind === 'float16' ? encodeFloat16(part as number) : part
      data[`set${type.accessor}`](at + index * type.componentSize, bits as never, littleEndian)
    } else {
      const raw = type.kind === 'float16' && data instanceof Uint16Array
      data[at + index] = (raw ? encodeFloat16(part as number) : part) as never
    }
  }
}

function component(
  type: DType,
  data: NumericArray | DataView,
  at: number,
  littleEndian: boolean,
): number | bigint | undefined {
  return data instanceof DataView ? data[`get${type.accessor}`](at, littleEndian) : data[at]
}

function components(type: DType, value: unknown): readonly (number | bigint)[] {
  switch (type.kind) {
    case 'bool':
      if (typeof value === 'boolean') return [value ? 1 : 0]
      break
    case 'complex':
      if (value instanceof Complex) return [value.re, value.im]
      if (typeof value === 'number') return [value, 0]
      break
    case 'integer':
    case 'bigint':
      if (typeof value === 'bigint' || Number.isSafeInteger(value)) {
        const exact = BigInt(value as bigint | number)
        if (exact >= type.low && exact <= type.high) return [type.kind === 'bigint' ? exact : Number(exact)]
      }
      break
    default:
      if (typeof value === 'number') return [value]
  }
  throw new ConversionError(`expected ${wanted(type)} for an element of dtype ${type.name}, got ${shown(value)}`)
}

function wanted(type: DType): string {
  if (type.kind === 'bool') return 'a boolean'
  if (type.kind === 'complex') return 'a Complex or a number'
  return type.kind === 'integer' || type.kind === 'bigint' ? `an integer from ${type.low} to ${type.high}` : 'a number'
}
