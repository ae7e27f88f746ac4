import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isReference, NDArray, python } from '../../src/index.js'
import { copying, elementText } from './copying.js'

interface Facts {
  dtype: string
  shape: number[]
  strides: number[]
  readonly: boolean
  order: string
  elements: unknown
}

const root = path.resolve(__dirname, '../..')
const plainPython = path.join(process.env.VIRTUAL_ENV as string, 'bin/python')
const table: Record<string, Facts> = JSON.parse(
  execFileSync(plainPython, ['test/python/array_table.py'], { cwd: root, encoding: 'utf8', maxBuffer: 1e8 }),
)
const { ARRAYS, REFERENCES } = python.import('../python/array_table.py')
const dtypes = [...new Set(Object.keys(table).map((name) => name.split(' ')[0] as string))]

/** Elements as array_table.py writes them: integers are digits there. */
function elementsOf(array: NDArray): unknown {
  const isInteger = /^u?int/.test(array.dtype) || /^>[iu]/.test(array.dtype)
  const digits = (value: unknown): unknown => (Array.isArray(value) ? value.map(digits) : String(value))
  return isInteger ? digits(array.toArray()) : elementText(array.toArray())
}

describe.each(dtypes)('arrays of dtype %s', (dtype) => {
  const names = Object.keys(table).filter((name) => name.startsWith(`${dtype} `))
  it.each(names)('%s: elements, shape, strides, order and flags are what plain Python says', async (name) => {
    const expected = table[name] as Facts
    const array: NDArray = await ARRAYS.$item(name)
    expect(array).toBeInstanceOf(NDArray)
    expect(array.dtype).toBe(expected.dtype)
    expect(array.shape).toEqual(expected.shape)
    expect(array.readonly).toBe(expected.readonly)
    expect(array.copied).toBe(copying || expected.readonly)
    expect(elementsOf(array)).toEqual(expected.elements)
    expect(array.order).toBe(expected.order)
    // NumPy's buffers say something of their own for the strides that reach no second element.
    const reaching = array.strides.filter((_, axis) => array.size > 0 && (array.shape[axis] as number) > 1)
    expect(reaching).toEqual(
      expected.strides.filter((_, axis) => array.size > 0 && (expected.shape[axis] as number) > 1),
    )
  })
})

it('get, data and offset agree about every element', async () => {
  for (const [name, { shape }] of Object.entries(table)) {
    if (!name.startsWith('d ') && !name.startsWith('D ')) continue
    const array: NDArray = await ARRAYS.$item(name)
    const { data, offset, strides } = array
    const places = data instanceof DataView ? 1 : data.BYTES_PER_ELEMENT
    const nested = array.toArray()
    const visit = (index: number[], part: unknown): void => {
      if (index.length < shape.length) {
        for (let i = 0; i < (shape[index.length] as number); i++) visit([...index, i], (part as unknown[])[i])
        return
      }
      const at = offset + index.reduce((sum, i, axis) => sum + (i * (strides[axis] as number)) / places, 0)
      const little = !array.dtype.startsWith('>')
      const first = data instanceof DataView ? data.getFloat64(at, little) : data[at]
      const element = array.get(...index)
      expect(elementText(element)).toEqual(elementText(part))
      expect(elementText(name.startsWith('D') ? element.re : element)).toBe(elementText(first))
    }
    visit([], nested)
  }
})

it('data of a C-contiguous array is exactly its elements', async () => {
  const array: NDArray = await ARRAYS.$item('d matrix')
  expect(array.data).toBeInstanceOf(Float64Array)
  expect(array.data).toHaveLength(24)
  expect(array.offset).toBe(0)
})

it('structured, object, text, time and long double arrays, and subclasses, are references', async () => {
  const names: string[] = await python.builtins.list(REFERENCES)
  expect(names).toHaveLength(15)
  for (const name of names) expect(isReference(await REFERENCES.$item(name)), name).toBe(true)
})
