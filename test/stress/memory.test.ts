// Each program runs in a process of its own and prints what it measured. Under a sanitizer memory is another matter.
import { describe, expect, it } from 'vitest'
import { run } from '../process/program.js'
import { itUnless, underSanitizer } from '../skipping.js'

const measured = itUnless(process.env.SNAKEBRIDGE_SANITIZER !== undefined, underSanitizer)
const MB = 2 ** 20
/** In MB. Where every buffer is copied, too. */
const gigabyte = 1024
/** Of V8's last round: it is made to collect after some 4,000 references. */
const undiscovered = 6000

/** A program's JSON on standard output; `resident` and `peak` (bytes) are in scope of it. */
async function measure(program: string): Promise<Record<string, number>> {
  const outcome = await run(
    `import { readFileSync } from 'node:fs'
     const resident = () => process.memoryUsage().rss
     const peak = () => Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
     const later = () => new Promise((resolve) => setTimeout(resolve, 100))
     ${program}`,
    // The young generation of Node 24 takes its 139 MB page by page, in some five rounds, whatever becomes of them; 16 MB are Node 20's.
    { deadline: 120_000, nodeArgs: ['--expose-gc', '--max-semi-space-size=16'] },
  )
  expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' })
  return JSON.parse(outcome.stdout)
}

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

describe('100,000 Python objects, made and dropped', () => {
  const program = (loop: string) => `
      const names = python.sync.exec(${JSON.stringify(`
import gc
class Made: pass
make = lambda: Made()
objects = lambda: len(gc.get_objects())`)})
      const [make, objects] = [names.$item('make'), names.$item('objects')]
      const asked = await python.eval('lambda f: (lambda: f())')(make)
      ${loop}
      await run(100_000)
      await later()
      const [memory, count] = [resident(), objects()]
      await run(100_000)
      const grown = resident() - memory
      globalThis.gc()
      await later()
      const { references, temps } = python.stats()
      console.log(JSON.stringify({ grown, left: objects() - count, references, temps }))`

  it.each([
    ['blocking', 'const run = (times) => { for (let i = 0; i < times; i++) make() }'],
    ['awaited', 'const run = async (times) => { for (let i = 0; i < times; i++) await asked() }'],
    [
      'many at once',
      'const run = async (times) => { for (let i = 0; i < times; i += 500) await Promise.all(Array.from({ length: 500 }, () => asked())) }',
    ],
    [
      'released on purpose',
      'const run = async (times) => { for (let i = 0; i < times; i++) (await asked()).$release() }',
    ],
    [
      'that nobody waited for',
      'const run = async (times) => { for (let i = 0; i < times; i++) { asked(); if (i % 500 === 0) await new Promise(setImmediate) } }',
    ],
  ])(
    '%s: nothing stays',
    async (_name, loop) => {
      const { grown, left, references } = await measure(program(loop))
      if (process.env.SNAKEBRIDGE_SANITIZER === undefined) expect(grown! / MB).toBeLessThan(20)
      // What has not been found dead yet, and a few of the program's own.
      expect(left).toBeLessThan(undiscovered)
      expect(references).toBeLessThan(undiscovered)
    },
    180_000,
  )
})

it('errors in a synchronous loop leave nothing behind', async () => {
  const { left } = await measure(`
    const { sqrt } = python.sync.import('math')
    for (let i = 0; i < 10_000; i++) try { sqrt('x') } catch {}
    console.log(JSON.stringify({ left: python.stats().references }))`)
  expect(left).toBeLessThan(undiscovered)
}, 60_000)

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
