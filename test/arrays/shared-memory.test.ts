import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { isReference, kw, NDArray, python } from '../../src/index.js'
import { copied, describeUnless, itUnless } from '../skipping.js'
import { collectUntil, copying } from './copying.js'

const np = python.import('numpy')
const fixture = python.import('../python/shared_arrays.py')
const sync = python.sync.import('numpy')

afterEach(() => fixture.forget())

it('writes are seen on both sides', async () => {
  const a = await np.zeros(3).$keep
  const array: NDArray = await np.asarray(a)
  array.data[1] = 5
  await a.$setItem(2, 7)
  expect(await a.tolist()).toEqual(copying ? [0, 0, 7] : [0, 5, 7])
  expect([...array.data]).toEqual(copying ? [0, 5, 0] : [0, 5, 7])
})

it('the same array awaited twice, blocking or not, shares one ArrayBuffer', async () => {
  const a = await np.arange(4).$keep
  const [first, second]: NDArray[] = await Promise.all([np.asarray(a), np.asarray(a)])
  const third: NDArray = sync.asarray(a)
  expect(first!.buffer === second!.buffer).toBe(!copying)
  expect(first!.buffer === third.buffer).toBe(!copying)
})

it('views of one base share one ArrayBuffer, inside containers too', async () => {
  const { whole, row, columns, backwards, nested } = await fixture.views_of_one()
  const arrays: NDArray[] = [whole, row, columns, backwards, nested[0]]
  expect(arrays.every(({ buffer }) => (buffer === whole.buffer) === !copying || buffer === whole.buffer)).toBe(true)
  expect(row.toArray()).toEqual([4, 5, 6, 7])
  expect(columns.toArray()).toEqual([
    [0, 2],
    [4, 6],
    [8, 10],
  ]) // prettier-ignore
  expect(backwards.toArray()).toEqual([
    [8, 9, 10, 11],
    [4, 5, 6, 7],
    [0, 1, 2, 3],
  ]) // prettier-ignore
  whole.set(-1, 1, 2)
  expect([row.get(2), columns.get(1, 1), backwards.get(1, 2), nested[0].get(2, 1)]).toEqual(
    copying ? [6, 6, 6, 6] : [-1, -1, -1, -1],
  )
})

it('a whole array goes back as the object that it came from, a part as an array over the same memory', async () => {
  const a = await np.arange(12).reshape(3, 4).$keep
  const b = await np.zeros(3).$keep
  const [whole, zeros]: NDArray[] = await Promise.all([a.T.T, b.view()].map((x) => np.asarray(x)))
  const array: NDArray = await np.asarray(b)
  expect(await b.$is(array)).toBe(!copying)
  expect(python.sync.builtins.id(array) === python.sync.builtins.id(b)).toBe(!copying)
  expect(await np.shares_memory(a, whole)).toBe(!copying)
  expect(await np.shares_memory(b, zeros!.slice([1]))).toBe(!copying)
  expect(await np.asarray(array.slice([null, null, -1])).strides).toEqual([-8])
  await np.copyto(array.slice([1, 2]), 5)
  expect(await b.tolist()).toEqual(copying ? [0, 0, 0] : [0, 5, 0])
})

it('a whole array is its object also when it is dropped before the call has run', async () => {
  const b = await np.full(3, 2).$keep
  const time = python.import('time')
  const lane = python.lane('whole')
  const pause = lane.import('time').sleep(0.2)
  const sum = lane.import('numpy').sum(await np.asarray(b))
  await new Promise(setImmediate)
  await collectUntil(() => false, 3)
  await time.sleep(0)
  await pause
  expect(await sum).toBe(6)
  lane.close()
})

describe('exporters other than NumPy', () => {
  it.each([
    ['array.array', 'int16', [1, 2, 3], false],
    ['array of floats', 'float64', [0.5], false],
    ['empty array', 'int64', [], false],
    ['memoryview', 'uint8', [97, 98, 99], false],
    ['cast', 'int32', [[0], [0]], false],
    ['sliced', 'uint8', [102, 100, 98], false],
    ['ctypes', 'float64', [1, 2, 3], false],
    [
      'ctypes grid',
      'int32',
      [
        [1, 2],
        [3, 4],
      ],
      false,
    ],
    ['mmap', 'uint8', [1, 2, 3, 4, 5, 6, 7, 8], false],
    ['read-only', 'uint8', [97, 98, 99], true],
    [
      'numpy',
      'uint16',
      [
        [0, 2],
        [1, 3],
      ],
      false,
    ],
  ])('%s', async (name, dtype, elements, readonly) => {
    const { [name]: array } = await fixture.exporters()
    expect(array).toBeInstanceOf(NDArray)
    expect(array.dtype).toBe(dtype)
    expect(array.toArray()).toEqual(elements)
    expect(array.readonly).toBe(readonly)
    expect(array.copied).toBe(copying || readonly)
  })

  it('what has no typed array is a reference', async () => {
    const found = await fixture.no_arrays()
    for (const [name, value] of Object.entries(found)) expect(isReference(value), name).toBe(true)
    expect(Object.keys(found)).toHaveLength(6)
  })

  it('an object that is resized while JavaScript has its memory says so', async () => {
    const growing = await python.import('array').array('b', python.bytes(Buffer.from([1, 2]))).$keep
    const array: NDArray = await python.builtins.memoryview(growing)
    if (copying) return
    await expect(growing.append(3)).rejects.toThrow('cannot resize an array that is exporting buffers')
    expect(array.toArray()).toEqual([1, 2])
  })
})

it('bytes and bytearray are copies', async () => {
  const bytes = await python.eval("bytearray(b'abc')").$keep
  const copy: Buffer = await python.builtins.bytes(bytes)
  copy[0] = 0
  expect(await bytes.decode()).toBe('abc')
})

describe('a read-only array', () => {
  it('stays as it is, whatever JavaScript writes', async () => {
    const array: NDArray = await fixture.locked
    expect(() => array.set(9, 0)).toThrow('expected a writable NDArray for set, got a read-only one')
    array.data[0] = 9
    expect(await fixture.locked.tolist()).toEqual([0, 1, 2, 3])
    expect(await np.sum(array)).toBe(6)
    expect(await fixture.locked.$is(array)).toBe(true)
    expect(inspect(array)).toContain('read-only')
  })

  it('goes back read-only and does not become writable by a view', async () => {
    const array: NDArray = await fixture.locked
    await expect(np.copyto(array, 1)).rejects.toThrow('assignment destination is read-only')
    await np.copyto(array.slice([1]), 1)
    expect(await fixture.locked.tolist()).toEqual([0, 1, 2, 3])
  })

  it('views of a writable array that are read-only are copies', async () => {
    const seen: NDArray = await np.broadcast_to(np.arange(3, kw({ dtype: 'i4' })), [2, 3])
    expect(seen.readonly).toBe(true)
    expect(seen.toArray()).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]) // prettier-ignore
  })
})

describe('lifetime', () => {
  it('the exporter lives as long as JavaScript has its memory', async () => {
    let array: NDArray | undefined = await fixture.watched(1000, 7)
    await collectUntil(() => false, 3)
    expect(await fixture.alive()).toBe(copying ? 0 : 1)
    expect(array!.get(999)).toBe(7)
    let part: Float64Array | undefined = array!.data.subarray(5)
    array = undefined
    await collectUntil(() => false, 3)
    expect(await fixture.alive()).toBe(copying ? 0 : 1)
    expect(part![0]).toBe(7)
    part = undefined
    await collectUntil(async () => (await fixture.alive()) === 0)
    expect(await fixture.alive()).toBe(0)
  })

  it('a part that Python took back keeps the exporter after JavaScript has dropped it', async () => {
    const held = python.import('../python/held_buffers.py')
    await (async () => held.hold((await fixture.watched(1000, 3)).slice([10, 20])))()
    await (async () => held.hold((await fixture.watched(1000, 4)).data.subarray(3)))()
    await collectUntil(() => false, 5)
    expect(await fixture.alive()).toBe(copying ? 0 : 2)
    expect(await held.ends()).toEqual([
      [3, 3],
      [4, 4],
    ]) // prettier-ignore
    await held.drop()
    await collectUntil(async () => (await fixture.alive()) === 0)
    expect(await fixture.alive()).toBe(0)
  })

  it('stats go back to where they were', async () => {
    await collectUntil(() => false, 3)
    const before = python.stats()
    await (async () => {
      const arrays = await python.eval('[__import__("numpy").zeros(1000) for _ in range(50)]')
      expect(python.stats().buffers).toBe(before.buffers + 50)
      expect(arrays).toHaveLength(50)
      await np.sum(arrays)
    })()
    await collectUntil(() => python.stats().buffers === before.buffers)
    const { buffers, bufferBytes, references } = python.stats()
    expect({ buffers, bufferBytes }).toEqual({ buffers: before.buffers, bufferBytes: before.bufferBytes })
    expect(references).toBeLessThanOrEqual(before.references)
  })

  it('stats tell shared bytes from copied ones', async () => {
    const before = python.stats()
    const shared: NDArray = await np.zeros(1000)
    await np.asarray(shared)
    const copied: NDArray = await np.broadcast_to(0.5, [10])
    const after = python.stats()
    expect([shared.nbytes, copied.nbytes]).toEqual([8000, 80])
    expect(after.arrayBytesShared - before.arrayBytesShared).toBe(copying ? 0 : 8000)
    if (!copying) expect(after.arrayBytesCopied - before.arrayBytesCopied).toBe(8)
  })
})

it('memory of Python cannot be transferred away', async () => {
  const array: NDArray = await np.ones(3)
  if (copying) return
  try {
    structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] })
  } catch (error) {
    expect((error as Error).name).toBe('DataCloneError')
  }
  const { transfer } = array.buffer as { transfer?(): ArrayBuffer }
  if (transfer !== undefined) expect(() => transfer.call(array.buffer)).toThrow('got memory that belongs to Python')
  expect(array.toArray()).toEqual([1, 1, 1])
})

const { transfer } = ArrayBuffer.prototype as { transfer?(this: ArrayBuffer): ArrayBuffer }

describeUnless(copying, copied)('memory of Python stays where it is', () => {
  // Small and large, JavaScript's alone and used by Python too.
  const arrays = async (): Promise<NDArray[]> => {
    const kept = await python.eval('[np.ones(3), np.ones(1_000_000)]', { np }).$keep
    return [await np.ones(3), await np.ones(1_000_000), await kept.$item(0), await kept.$item(1)]
  }

  it('when its buffer is posted with a transfer', async () => {
    for (const array of await arrays()) {
      const { port1, port2 } = new MessageChannel()
      for (const post of [
        () => structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] }),
        () => port1.postMessage(array.buffer, [array.buffer as ArrayBuffer]),
      ]) {
        try {
          post()
        } catch (error) {
          expect((error as Error).name).toBe('DataCloneError')
        }
        expect(array.buffer.byteLength).toBe(array.nbytes)
      }
      port1.close()
      port2.close()
    }
  })

  itUnless(transfer === undefined, 'this Node has no ArrayBuffer.prototype.transfer')(
    'and is kept, when somebody moves it by the method behind the one that refuses',
    async () => {
      const { watched, alive, forget } = fixture
      for (const [length, kept] of [
        [3, false],
        [1_000_000, false],
        [1_000_000, true],
      ] as const) {
        await forget()
        const list = await python.eval('[make(length, 1)]', { make: watched, length }).$keep
        let array: NDArray | undefined = await (kept ? list.$item(0) : list.pop())
        let moved: ArrayBuffer | undefined
        try {
          moved = transfer?.call(array?.buffer as ArrayBuffer)
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError) // Node 24 refuses by itself
          expect(array?.toArray()[2]).toBe(1)
          continue
        }
        expect([moved?.byteLength, array?.buffer.byteLength]).toEqual([array?.nbytes, 0])
        if (kept) expect((await list.$item(0)).toArray()[2]).toBe(1)
        array = undefined
        await list.clear()
        for (let i = 0; i < 5; i++) await collectUntil(() => true)
        expect(await alive()).toBe(1)
        expect(new Float64Array(moved as ArrayBuffer)[2]).toBe(1)
        moved = undefined
        await collectUntil(async () => (await alive()) === 0)
        expect(await alive()).toBe(0)
      }
    },
  )
})

it('keyword arguments and nested arguments carry arrays', async () => {
  const out: NDArray = await np.zeros(2)
  await np.add([1, 2], [new Float64Array([1, 1])], kw({ out: out.reshape(1, 2) }))
  expect([...out.data]).toEqual([2, 3]) // where arrays are copied, the copy is JavaScript's own memory
  expect(await python.builtins.len({ a: out, b: [out, out] })).toBe(2)
  const [same, again] = await python.eval('(lambda x: [x, x])', {})(out)
  expect(same.buffer === again.buffer).toBe(!copying)
})

it('arrays are copied inside Electron, without being told', () => {
  const program = `
    Object.defineProperty(process.versions, 'electron', { value: '33.0.0' })
    const { python } = require('snakebridge')
    const array = python.sync.import('numpy').zeros(3)
    console.log(array.copied, array.toArray().join())`
  const answer = execFileSync(process.execPath, ['-e', program], { cwd: path.resolve(__dirname, '../..') })
  expect(String(answer)).toBe('true 0,0,0\n')
})
