// Nothing stays of objects and errors that were made and dropped. Under a sanitizer memory is another matter.
import { describe, expect, it } from 'vitest'
import { MB, measure } from './measure.js'

/** Of V8's last round: it is made to collect after some 4,000 references. */
const undiscovered = 6000

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
      // What nobody waits for may run on when the loop is over: until then it is no garbage.
      const over = async () => { do await later(); while (python.stats().batchesInFlight > 0) }
      await run(100_000)
      await over()
      const [memory, count] = [resident(), objects()]
      await run(100_000)
      await over()
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
      'const run = async (times) => { for (let i = 0; i < times; i++) { asked(); if (i % 500 === 0) do await new Promise(setImmediate); while (python.stats().batchesInFlight > 4) } }',
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
