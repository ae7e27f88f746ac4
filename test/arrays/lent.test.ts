// What V8 counts of Python's memory: what JavaScript alone keeps alive, and nothing else.
import { expect } from 'vitest'
import { python } from '../../src/index.js'
import { copied, itUnless } from '../skipping.js'
import { copying } from './copying.js'

const MB = 2 ** 20
const np = python.sync.import('numpy')
const external = () => process.memoryUsage().external / MB

itUnless(copying, copied)('counts an array that nobody else has', () => {
  const before = external()
  const array = np.ones((32 * MB) / 8)
  expect(external() - before).toBeGreaterThan(30)
  expect(array.data[0]).toBe(1)
})

itUnless(copying, copied)('does not count an array that Python keeps, nor a view of one', () => {
  const kept = python.sync.exec('import numpy\nx = numpy.ones(4 * 2**20)')
  const before = external()
  const array = kept.$item('x')
  const view = python.sync.eval('x[1:]', { x: array })
  expect(external() - before).toBeLessThan(8)
  expect([array.data[0], view.data[0]]).toEqual([1, 1])
})
