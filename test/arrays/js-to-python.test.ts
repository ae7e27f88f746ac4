import { describe, expect, it } from 'vitest'
import { isReference, kw, NDArray, python } from '../../src/index.js'
import { copying } from './copying.js'

const np = python.import('numpy')
const { memoryview, type } = python.builtins
const held = python.import('../python/held_buffers.py')
const sync = python.sync.import('numpy')

const collect = globalThis.gc as () => void
const kinds: [ArrayBufferView, format: string, dtype: string, elements: unknown[]][] = [
  [new Int8Array([-1, 2]), 'b', 'int8', [-1, 2]],
  [new Uint8Array([1, 255]), 'B', 'uint8', [1, 255]],
  [new Uint8ClampedArray([1, 255]), 'B', 'uint8', [1, 255]],
  [new Int16Array([-1, 2]), 'h', 'int16', [-1, 2]],
  [new Uint16Array([1, 65535]), 'H', 'uint16', [1, 65535]],
  [new Int32Array([-1, 2]), 'i', 'int32', [-1, 2]],
  [new Uint32Array([1, 2 ** 32 - 1]), 'I', 'uint32', [1, 2 ** 32 - 1]],
  [new BigInt64Array([-(2n ** 63n), 2n]), 'q', 'int64', [-(2n ** 63n), 2]],
  [new BigUint64Array([1n, 2n ** 64n - 1n]), 'Q', 'uint64', [1, 2n ** 64n - 1n]],
  [new Float32Array([0.5, -0]), 'f', 'float32', [0.5, -0]],
  [new Float64Array([0.1, Number.NaN]), 'd', 'float64', [0.1, Number.NaN]],
  [Buffer.from([7, 8]), 'B', 'uint8', [7, 8]],
  [new DataView(new Uint8Array([7, 8, 9]).buffer, 1), 'B', 'uint8', [8, 9]],
]

describe.each(kinds)('%o as a Python buffer', (view, format, dtype, elements) => {
  it('has its format and elements', async () => {
    expect(await memoryview(view).format).toBe(format)
    expect(await memoryview(view).tolist()).toEqual(elements)
    expect(await np.asarray(view).dtype.name).toBe(dtype)
    expect(await np.asarray(view).tolist()).toEqual(elements)
    expect(await np.asarray(view).nbytes).toBe(view.byteLength)
  })

  it('without elements too', async () => {
    const empty = new (view.constructor as Uint8ArrayConstructor)(new ArrayBuffer(16), 8, 0)
    expect(await memoryview(empty).format).toBe(format)
    expect(await np.asarray(empty).shape).toEqual([0])
  })
})

it('a Float16Array is float16', async () => {
  const Float16Array = (globalThis as { Float16Array?: Float32ArrayConstructor }).Float16Array
  if (Float16Array === undefined) return
  expect(await np.asarray(new Float16Array([1.5, -2])).tolist()).toEqual([1.5, -2])
})

it('ArrayBuffer and SharedArrayBuffer are bytes', async () => {
  expect(await memoryview(new Uint8Array([1, 2, 3]).buffer).tolist()).toEqual([1, 2, 3])
  const shared = new SharedArrayBuffer(3)
  new Uint8Array(shared)[1] = 9
  expect(await memoryview(shared).tolist()).toEqual([0, 9, 0])
  expect(await memoryview(new ArrayBuffer(0)).nbytes).toBe(0)
  expect(await type(shared).__name__).toBe('memoryview')
})

it('writes are seen on both sides, and offsets are respected', async () => {
  const whole = new Float64Array([0, 1, 2, 3, 4, 5])
  const part = whole.subarray(2, 5)
  const seen = await np.asarray(part).$keep
  part[0] = 20
  expect(await seen.tolist()).toEqual([20, 3, 4])
  await np.multiply(seen, 2, kw({ out: seen }))
  expect([...whole]).toEqual([0, 1, 40, 6, 8, 5])
  const pooled = Buffer.from('pooled')
  python.sync.import('operator').setitem(pooled, 0, 80)
  expect(String(pooled)).toBe('Pooled')
})

it('writes through a SharedArrayBuffer are seen on both sides', async () => {
  const numbers = new Float64Array(new SharedArrayBuffer(16))
  const seen = await np.asarray(numbers).$keep
  numbers[1] = 5
  expect(await seen.tolist()).toEqual([0, 5])
  await seen.fill(3)
  expect([...numbers]).toEqual([3, 3])
})

it('a SharedArrayBuffer that grows keeps what Python has where it is', async () => {
  const Growable = SharedArrayBuffer as unknown as new (length: number, options: object) => SharedArrayBuffer
  const shared = new Growable(16, { maxByteLength: 1 << 20 }) as SharedArrayBuffer & { grow(length: number): void }
  const seen = await np.asarray(shared).$keep
  shared.grow(1 << 20)
  new Uint8Array(shared)[15] = 9
  expect(await seen.nbytes).toBe(16)
  expect(await seen[15]).toBe(9)
})

it('memory lives as long as Python holds it', async () => {
  const count = 20
  for (let i = 0; i < count; i++) await held.hold(new Float64Array(100_000).fill(i))
  await held.hold(Buffer.alloc(5, 7))
  const shared = new SharedArrayBuffer(8)
  new Uint8Array(shared).fill(9)
  await held.hold(shared)
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise(setImmediate)
    new Array(50).fill(0).map(() => new Float64Array(100_000).fill(-1))
  }
  expect(await held.ends()).toEqual([...Array.from({ length: count }, (_, i) => [i, i]), [7, 7], [9, 9]])
  await held.drop()
})

it('a buffer that is transferred away stays where it is for Python', async () => {
  const sent = new Float64Array(100_000).fill(3)
  await held.hold(sent)
  structuredClone(sent.buffer, { transfer: [sent.buffer] })
  const posted = new Float64Array(100_000).fill(4)
  await held.hold(posted)
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(posted, [posted.buffer])
  port1.close()
  port2.close()
  const moved = new Float64Array(100_000).fill(5)
  await held.hold(moved)
  const transfer = (moved.buffer as { transfer?(length: number): ArrayBuffer }).transfer
  transfer?.call(moved.buffer, 0)
  expect([sent.length, posted.length]).toEqual([0, 0])
  for (let i = 0; i < 3; i++) {
    collect()
    await new Promise(setImmediate)
    new Array(50).fill(0).map(() => new Float64Array(100_000).fill(-1))
  }
  expect(await held.ends()).toEqual([
    [3, 3],
    [4, 4],
    [5, 5],
  ])
  await held.drop()
})

it('a detached buffer is refused by name, and the next call works', async () => {
  const view = new Float64Array(4)
  structuredClone(view.buffer, { transfer: [view.buffer] })
  const refused = 'was transferred away (detached); pass it before, or a copy'
  expect(() => np.asarray({ rows: [view] })).toThrow(
    `expected a value that converts to Python for argument 1.rows[0], got Float64Array over an ArrayBuffer that ${refused}`,
  )
  expect(() => np.asarray(view.buffer)).toThrow(`got an ArrayBuffer that ${refused}`)
  const array = new NDArray(new Float64Array(2))
  structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] })
  expect(() => sync.asarray(array)).toThrow(`got NDArray over an ArrayBuffer that ${refused}`)
  expect(await np.asarray(new Float64Array([1])).tolist()).toEqual([1])
})

it('a buffer that is transferred in the turn of the call fails this call alone', async () => {
  const view = new Float64Array(4)
  const failing = np.asarray(view)
  const other = np.add(1, 2)
  structuredClone(view.buffer, { transfer: [view.buffer] })
  await expect(failing).rejects.toThrow('got an ArrayBuffer that JavaScript transferred away (detached)')
  expect(await other).toBe(3)
})

it('a resizable buffer is refused: what it gives up when it shrinks cannot be read any more', () => {
  const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer
  const buffer = new Resizable(8, { maxByteLength: 16 })
  expect(() => np.asarray(new Uint8Array(buffer))).toThrow(
    'got Uint8Array over an ArrayBuffer that can shrink; pass a copy: buffer.slice(0)',
  )
  expect(sync.asarray(buffer.slice(0)).shape).toEqual([8])
})

describe('NDArrays made in JavaScript', () => {
  it.each([
    ['C', new NDArray(new Float64Array([1, 2, 3, 4, 5, 6]), { shape: [2, 3] })],
    ['Fortran', new NDArray(new Float64Array([1, 4, 2, 5, 3, 6]), { shape: [2, 3], order: 'F' })],
    ['slices', new NDArray(new Float64Array([0, 1, 2, 3, 0, 4, 5, 6]), { shape: [2, 4] }).slice(null, [1])],
    [
      'backwards',
      new NDArray(new Float64Array([6, 5, 4, 3, 2, 1]), { shape: [2, 3] }).slice([null, null, -1], [null, null, -1]),
    ],
    [
      'big-endian',
      NDArray.from(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        '>f8',
      ),
    ], // prettier-ignore
    [
      'transposed',
      NDArray.from([
        [1, 4],
        [2, 5],
        [3, 6],
      ]).T,
    ], // prettier-ignore
  ])('%s: a numpy array over the same memory', async (_name, array) => {
    const seen = np.asarray(array)
    expect(await seen.tolist()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(await type(array).__name__).toBe('ndarray')
    await seen.$setItem(python.tuple([1, 2]), 60)
    expect(array.get(1, 2)).toBe(60)
    await seen.$setItem(python.tuple([1, 2]), 6)
  })

  it.each(['bool', 'float16', 'complex64', 'complex128', '>i4', 'uint64'])('of dtype %s', async (dtype) => {
    const array = NDArray.zeros([2, 2], dtype)
    expect(await np.asarray(array).dtype.$eq(np.dtype(dtype))).toBe(true)
    expect(await np.asarray(array).shape).toEqual([2, 2])
    expect(await np.asarray(NDArray.zeros([0, 3], dtype)).shape).toEqual([0, 3])
    expect(await np.asarray(NDArray.zeros([], dtype)).shape).toEqual([])
  })
})

it('memory of JavaScript comes back as an array over the same memory', async () => {
  const mine = new Float64Array([1, 2, 3])
  const back: NDArray = await np.asarray(mine)
  back.data[0] = 10
  expect(mine[0]).toBe(copying ? 1 : 10)
  const view: NDArray = await memoryview(mine)
  expect(view.toArray()).toEqual([...mine])
  expect(isReference(view)).toBe(false)
})
