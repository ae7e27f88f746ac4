import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConversionError } from '../src/errors/bridge-errors.js'
import { decodeFloat16, encodeFloat16 } from '../src/ndarray/float16.js'
import { NDArray, wireOf } from '../src/ndarray.js'
import { Complex, Slice } from '../src/values.js'

const float64 = 11

/** 0, 1, 2, … in an exported buffer, as the codec hands it over. */
function exported(shape: number[], strides: number[], byteOffset = 0, options: object = {}): NDArray {
  const buffer = new Float64Array(64).map((_, index) => index).buffer
  const whole = { exportId: 5, whole: true, copied: false, readonly: false, bigEndian: false }
  return NDArray.fromExport({ buffer, byteOffset, dtype: float64, shape, strides, ...whole, ...options })
}

describe('the elements of every dtype', () => {
  it.each([
    ['bool', Uint8Array, [true, false], [1, 2, null, '1']],
    ['int8', Int8Array, [-128, 127], [128, -129, 1.5, true, '1', Number.NaN]],
    ['uint8', Uint8Array, [0, 255], [256, -1]],
    ['int16', Int16Array, [-32768, 32767], [32768]],
    ['uint16', Uint16Array, [0, 65535], [65536]],
    ['int32', Int32Array, [-(2 ** 31), 2 ** 31 - 1], [2 ** 31]],
    ['uint32', Uint32Array, [0, 2 ** 32 - 1], [2 ** 32]],
    ['int64', BigInt64Array, [-(2n ** 63n), 2n ** 63n - 1n], [2n ** 63n, 2 ** 60, 1.5]],
    ['uint64', BigUint64Array, [0n, 2n ** 64n - 1n], [2n ** 64n, -1n]],
    ['float32', Float32Array, [-0, 1.5, Number.NaN, Number.POSITIVE_INFINITY], [1n, '1', null, true]],
    ['float64', Float64Array, [-0, 0.1, Number.NaN, 5e-324], [1n, undefined]],
    ['complex64', Float32Array, [new Complex(1, -0), new Complex(Number.NaN, 2)], [1n, 'j']],
    ['complex128', Float64Array, [new Complex(0.1, -5e-324)], [{ re: 1, im: 2 }]],
  ] as const)('%s: written, read, refused', (dtype, ArrayClass, good, bad) => {
    for (const order of [dtype, `>${dtypeLetters[dtype]}`]) {
      const array = NDArray.zeros([good.length], order)
      expect(array.data).toBeInstanceOf(order === dtype || array.dtype === dtype ? ArrayClass : DataView)
      good.forEach((value, index) => {
        array.set(value, index)
        expect(array.get(index)).toEqual(value)
      })
      expect(array.toArray()).toEqual(good)
      expect(array.copy().toArray()).toEqual(good)
      for (const value of bad) expect(() => array.set(value as never, 0), String(value)).toThrow(ConversionError)
      expect(array.get(0)).toEqual(good[0])
    }
  })

  it('float16 is decoded, whatever the runtime has', () => {
    const values = [0, -0, 1, -2.5, 65504, 2 ** -24, Number.POSITIVE_INFINITY, Number.NaN, 0.333251953125]
    const array = NDArray.from(values, 'float16')
    expect(array.toArray()).toEqual(values)
    expect(array.data.constructor.name).toBe('Float16Array' in globalThis ? 'Float16Array' : 'Uint16Array')
    expect(new NDArray(new Uint16Array([0x3c00]), { dtype: 'float16' }).get(0)).toBe(1)
    expect(NDArray.from(values, '>f2').toArray()).toEqual(values)
  })

  it('float16 rounds to the nearest, ties to even, over all bits', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = decodeFloat16(bits)
      if (!Number.isNaN(value)) expect(encodeFloat16(value)).toBe(bits)
    }
    // From NumPy: np.array([...]).astype('f2').view('u2')
    const given = [
      65519.99,
      65520,
      2049,
      2051,
      2 ** -25,
      2 ** -25 * 1.01,
      6.1e-5,
      0.1,
      -1e-9,
      1023.75,
      2 ** -14 - 2 ** -26,
    ]
    expect(given.map(encodeFloat16)).toEqual([31743, 31744, 26624, 26626, 0, 1, 1023, 11878, 32768, 25600, 1024])
  })
})

describe('data, strides and offset', () => {
  it('data is exactly the elements of a C-contiguous array, over the same memory', () => {
    const array = exported([2, 3], [24, 8], 16)
    expect([...array.data]).toEqual([2, 3, 4, 5, 6, 7])
    expect([array.offset, array.order, array.size, array.ndim, array.nbytes, array.itemsize]).toEqual([
      0,
      'C',
      6,
      2,
      48,
      8,
    ])
    array.set(-1, 1, 2)
    expect(new Float64Array(array.buffer)[7]).toBe(-1)
    const own = new Float64Array(6)
    expect(new NDArray(own, { shape: [3, 2] }).data).toBe(own)
  })

  it('data is the smallest range of any other, with the first element at offset', () => {
    const backwards = exported([3], [-16], 80) // 10, 8, 6
    expect([[...backwards.data], backwards.offset, backwards.order]).toEqual([[6, 7, 8, 9, 10], 4, 'A'])
    expect(backwards.toArray()).toEqual([10, 8, 6])
    const fortran = exported([2, 3], [8, 16])
    expect([fortran.order, fortran.toArray()]).toEqual([
      'F',
      [
        [0, 2, 4],
        [1, 3, 5],
      ],
    ])
    const broadcast = exported([3, 2], [0, 8])
    expect([broadcast.data.length, broadcast.toArray()]).toEqual([
      2,
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
    ])
  })

  it('data is a DataView when elements are big-endian or not aligned', () => {
    const bytes = new DataView(new ArrayBuffer(20))
    bytes.setFloat64(1, 1.5)
    bytes.setFloat64(9, 2.5, true)
    const big = new NDArray(bytes, { dtype: '>f8', shape: [1], offset: 1 })
    const little = new NDArray(bytes, { dtype: 'float64', shape: [1], offset: 9 })
    expect([big.data, little.data].every((data) => data instanceof DataView)).toBe(true)
    expect([big.dtype, big.get(0), little.dtype, little.get(0)]).toEqual(['>f8', 1.5, 'float64', 2.5])
    expect(big.slice([null, null, -1]).toArray()).toEqual([1.5])
    const strided = exported([2], [12])
    expect([strided.data instanceof DataView, strided.offset, strided.get(0)]).toEqual([true, 0, 0])
    expect(exported([2], [-12], 12).offset).toBe(12)
  })

  it('an array without axes has one element, one with a 0 has none', () => {
    const scalar = exported([], [], 24)
    expect([scalar.get(), scalar.toArray(), scalar.size, scalar.order]).toEqual([3, 3, 1, 'C'])
    expect(() => [...scalar]).toThrow(TypeError)
    const empty = exported([2, 0], [8, 8], 64 * 8)
    expect([empty.data.length, empty.toArray(), empty.size, empty.order]).toEqual([0, [[], []], 0, 'C'])
    expect(() => empty.get(0, 0)).toThrow('expected no index: the axis is empty, for axis 1, got 0')
  })
})

describe('indexes', () => {
  const array = exported([3, 4], [32, 8])
  it('are checked on every axis', () => {
    expect(array.get(2, 3)).toBe(11)
    for (const index of [
      [3, 0],
      [0, 4],
      [-1, 0],
      [0.5, 0],
      [Number.NaN, 0],
    ]) {
      expect(() => array.get(...index), String(index)).toThrow(RangeError)
      expect(() => array.set(1, ...index), String(index)).toThrow(RangeError)
    }
    expect(() => array.get(1)).toThrow('expected 2 indexes for shape [3, 4], got 1')
    expect(() => array.at(3)).toThrow('expected an integer from -3 to 2, for axis 0, got 3')
  })
  it('of at() count from the end and give rows', () => {
    expect(array.at(-1).at(-1)).toBe(11)
    expect([...array].map((row) => row.get(0))).toEqual([0, 4, 8])
    expect([...array.at(1)]).toEqual([4, 5, 6, 7])
  })
  it('of slice() follow Python', () => {
    expect(array.slice(1).toArray()).toEqual([4, 5, 6, 7])
    expect(array.slice(null, -1).toArray()).toEqual([3, 7, 11])
    expect(array.slice([null, null, -2], [1, 3]).toArray()).toEqual([
      [9, 10],
      [1, 2],
    ])
    expect(array.slice(new Slice(1), [-100, 100, 3]).toArray()).toEqual([
      [4, 7],
      [8, 11],
    ])
    expect(array.slice([2, 1]).shape).toEqual([0, 4])
    expect(array.slice([-1, -4, -1], 0).toArray()).toEqual([8, 4, 0])
    expect(array.slice(0, 0).toArray()).toBe(0)
    expect(() => array.slice([0, 1, 0])).toThrow(RangeError)
    expect(() => array.slice(0, 0, 0)).toThrow(RangeError)
    expect(() => array.slice('x' as never)).toThrow(TypeError)
  })
  it('views share memory', () => {
    const fresh = exported([3, 4], [32, 8])
    fresh.slice(null, 1).set(-5, 2)
    fresh.T.set(-6, 0, 2)
    expect([fresh.get(2, 1), fresh.get(2, 0)]).toEqual([-5, -6])
  })
})

describe('shapes', () => {
  it('change without a copy when the elements lie side by side', () => {
    const array = exported([3, 4], [32, 8])
    expect(array.reshape(2, -1).at(1).toArray()).toEqual([6, 7, 8, 9, 10, 11])
    expect(array.reshape(2, 6).buffer).toBe(array.buffer)
    expect(() => array.reshape(5, -1)).toThrow(RangeError)
    expect(() => array.reshape(-1, -1)).toThrow(RangeError)
    expect(() => array.reshape(13)).toThrow('expected a shape for 12 elements, got [13]')
    expect(() => array.T.reshape(12)).toThrow(/C-contiguous/)
    expect(array.T.copy().reshape(12).toArray()).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11])
  })
  it('are refused when nothing can have them', () => {
    for (const shape of [[2 ** 53], [2 ** 30, 2 ** 30], [0, 2 ** 53], [-1], [1.5], [Number.NaN], Array(65).fill(1)]) {
      expect(() => NDArray.zeros(shape), String(shape)).toThrow(RangeError)
      expect(() => new NDArray(new Float64Array(1), { shape }), String(shape)).toThrow(RangeError)
    }
  })
})

describe('an array over memory of JavaScript', () => {
  it('must lie inside of its data', () => {
    const data = new Float64Array(6)
    expect(new NDArray(data, { shape: [2, 3], order: 'F' }).strides).toEqual([8, 16])
    expect(new NDArray(data, { shape: [3], strides: [-8], offset: 2 }).offset).toBe(2)
    for (const options of [
      { shape: [7] },
      { shape: [2, 3], strides: [32, 8] },
      { shape: [2], strides: [-8] },
      { shape: [1], offset: 6 },
      { shape: [3], strides: [8, 8] },
    ]) {
      expect(() => new NDArray(data, options), JSON.stringify(options)).toThrow(RangeError)
    }
    expect(() => new NDArray(data, { dtype: 'int64' })).toThrow(ConversionError)
    expect(() => new NDArray(data, { dtype: 'float65' as never })).toThrow(/expected a dtype out of bool, int8/)
    expect(() => new NDArray([1, 2] as never)).toThrow(
      'expected a typed array or a DataView for NDArray, got an object of class Array',
    )
    expect(() => new NDArray(new DataView(new ArrayBuffer(8)))).toThrow(/expected a dtype/)
    expect(new NDArray(Buffer.from([1, 2]).subarray(1)).toArray()).toEqual([2])
    expect(new NDArray(new Float64Array(4), { dtype: 'complex128' }).shape).toEqual([2])
    expect(new NDArray(new Uint8ClampedArray([300])).get(0)).toBe(255)
  })
  it('says so when the memory was transferred away', () => {
    const array = NDArray.from([1, 2, 3])
    structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] })
    expect(() => array.get(0)).toThrow(/transferred or shrunk/)
    expect(() => array.toArray()).toThrow(/transferred or shrunk/)
    expect(inspect(array)).toBe('NDArray(3) float64 <memory transferred away>')
  })
  it('from() copies nested arrays and takes the dtype of the first element', () => {
    expect(
      NDArray.from([
        [1, 2],
        [3, 4],
      ]).toArray(),
    ).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect([[true], [1n], [new Complex(1)], [1], []].map((value) => NDArray.from(value).dtype)).toEqual([
      'bool',
      'int64',
      'complex128',
      'float64',
      'float64',
    ])
    expect(NDArray.from(5).shape).toEqual([])
    for (const ragged of [
      [[1], [2, 3]],
      [1, [2]],
      [[1], 2],
    ])
      expect(() => NDArray.from(ragged)).toThrow(ConversionError)
    const cyclic: unknown[] = []
    cyclic.push(cyclic)
    expect(() => NDArray.from(cyclic as never)).toThrow(/deeper or cyclic/)
  })
})

it('a read-only array refuses to be written, and so do its views', () => {
  const array = exported([4], [8], 0, { readonly: true, copied: true })
  expect([array.readonly, array.copied]).toEqual([true, true])
  for (const view of [array, array.slice([1]), array.T, array.reshape(2, 2)])
    expect(() => view.set(1, 0, 0)).toThrow(/read-only/)
  array.copy().set(1, 0)
})

it('goes back as the Python object it came from only when it is that object, whole', () => {
  const array = exported([2, 2], [-16, 8], 16)
  expect(wireOf(array)).toEqual({
    exportId: 5,
    buffer: array.buffer,
    dtypeCode: 11,
    bigEndian: false,
    byteOffset: 16,
    byteLength: 32,
    shape: [2, 2],
    strides: [-16, 8],
  })
  for (const view of [array.T, array.slice(), exported([1], [8], 0, { whole: false })])
    expect(wireOf(view).exportId).toBeUndefined()
})

it('console.log shows type, shape and the ends of long axes', () => {
  expect(
    inspect(
      NDArray.from([
        [1, 2],
        [3, 4],
      ]),
    ),
  ).toBe('NDArray(2 × 2) float64 [ [ 1, 2 ], [ 3, 4 ] ]')
  expect(inspect(NDArray.zeros(1000, '>i4'))).toBe('NDArray(1000) >i4 [ 0, 0, 0, … 994 more, 0, 0, 0 ]')
  expect(inspect(exported([], [], 8, { readonly: true }))).toBe('NDArray() float64 read-only 1')
  expect(JSON.stringify({ a: NDArray.from([1, 2]) })).toBe('{"a":[1,2]}')
})

const dtypeLetters: Record<string, string> = {
  bool: 'b1',
  int8: 'i1',
  uint8: 'u1',
  int16: 'i2',
  uint16: 'u2',
  int32: 'i4',
  uint32: 'u4',
  int64: 'i8',
  uint64: 'u8',
  float32: 'f4',
  float64: 'f8',
  complex64: 'c8',
  complex128: 'c16',
}
