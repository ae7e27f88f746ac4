// What arrays and lists take while they are made and dropped. Under a sanitizer memory is another matter.
import { describe, expect } from 'vitest'
import { itUnless, underSanitizer } from '../skipping.js'
import { MB, measure } from './measure.js'

const measured = itUnless(process.env.SNAKEBRIDGE_SANITIZER !== undefined, underSanitizer)
/** In MB. Where every buffer is copied, too. */
const gigabyte = 1024

describe('300 arrays of 16 MB, made and dropped', () => {
  measured(
    'in a synchronous loop stay below 1 GB',
    async () => {
      const { highest } = await measure(`
      const np = python.sync.import('numpy')
      for (let i = 0; i < 300; i++) np.ones(2_000_000)
      console.log(JSON.stringify({ highest: peak() }))`)
      expect(highest! / MB).toBeLessThan(gigabyte)
    },
    120_000,
  )

  measured(
    'one after another awaited stay below 1 GB',
    async () => {
      const { highest } = await measure(`
      const np = python.import('numpy')
      for (let i = 0; i < 300; i++) await np.ones(2_000_000)
      console.log(JSON.stringify({ highest: peak() }))`)
      expect(highest! / MB).toBeLessThan(gigabyte)
    },
    120_000,
  )

  measured(
    'as references in a synchronous loop stay below 1 GB',
    async () => {
      const { highest } = await measure(`
      const make = python.sync.import('numpy').ones.$keep
      for (let i = 0; i < 300; i++) make(2_000_000)
      console.log(JSON.stringify({ highest: peak() }))`)
      expect(highest! / MB).toBeLessThan(gigabyte)
    },
    120_000,
  )

  measured(
    'passed to Python stay below 1 GB',
    async () => {
      const { highest } = await measure(`
      const np = python.sync.import('numpy')
      for (let i = 0; i < 300; i++) np.sum(new Float64Array(2_000_000))
      console.log(JSON.stringify({ highest: peak() }))`)
      expect(highest! / MB).toBeLessThan(gigabyte)
    },
    120_000,
  )
})

// What was awaited may be used as an operand later, so its temp is kept; the value itself must not be.
measured(
  'lists of 1,000 objects, awaited one after another, do not outlive minor collections',
  async () => {
    const { highest } = await measure(`
      const rows = await python.eval('lambda: [{"number": float(i), "text": str(i)} for i in range(1000)]')
      let highest = 0
      for (let i = 0; i < 2500; i++) {
        await rows()
        if (i % 50 === 0) highest = Math.max(highest, process.memoryUsage().heapUsed)
      }
      console.log(JSON.stringify({ highest }))`)
    expect(highest! / MB).toBeLessThan(60)
  },
  120_000,
)
