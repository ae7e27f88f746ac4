// Values made in another realm (a vm context, where test runners and sandboxes run programs) are what they are here.
import vm from 'node:vm'
import { expect, it } from 'vitest'
import { kw, NDArray, python } from '../src/index.js'

const made = (code: string, names: Record<string, unknown> = {}) => vm.runInNewContext(code, names)

it('shares the memory of a SharedArrayBuffer of another realm', async () => {
  const shared = made('new SharedArrayBuffer(2)') as SharedArrayBuffer
  const view = made('new Uint8Array(new SharedArrayBuffer(2))') as Uint8Array
  await python.exec('shared[0] = 7\nview[1] = 8', { shared, view })
  expect([...new Uint8Array(shared), ...view]).toEqual([7, 0, 0, 8])
})

it('takes buffers of another realm for bytes, files and chunks of files', async () => {
  const buffer = () => made('new Uint8Array([65, 66]).buffer')
  expect(await python.eval('b', { b: python.bytes(buffer()) })).toEqual(Buffer.from('AB'))
  expect(await python.eval('f.read()', { f: python.file(buffer()) })).toEqual(Buffer.from('AB'))
  expect(await python.eval('f.read()', { f: python.file([buffer(), made('new Uint8Array([67])')]) })).toEqual(
    Buffer.from('ABC'),
  )
})

it('makes an NDArray over a typed array of another realm, or its DataView', async () => {
  const np = python.import('numpy')
  const data = made('new Float64Array([1, 2, 3, 4]).subarray(1)') as Float64Array
  const array = new NDArray(data, { shape: [3] })
  expect(array.dtype).toBe('float64')
  await np.multiply(array, 2, kw({ out: array }))
  expect([...data]).toEqual([4, 6, 8])
  const view = made('new DataView(new ArrayBuffer(4), 2)') as DataView
  expect(new NDArray(view, { dtype: '>u2' }).toArray()).toEqual([0])
})

it('gives Python the iterators of Maps and Sets of another realm', async () => {
  const list = python.builtins.list
  expect(await list(made('new Map([[1, 2]]).keys()'))).toEqual([1])
  expect(await list(made('new Set([3]).values()'))).toEqual([3])
})

it('keeps the references that a scope gives in containers of another realm', async () => {
  const object = () => python.eval('object()')
  const map = await python.scope(async () => made('new Map([[1, o]])', { o: await object() }))
  const set = await python.scope(async () => made('new Set([o])', { o: await object() }))
  const plain = await python.scope(async () => made('({ o })', { o: await object() }))
  for (const reference of [map.get(1), ...set, plain.o]) expect(await reference.$str).toMatch(/^<object object/)
})
