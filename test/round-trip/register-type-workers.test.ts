import path from 'node:path'
import { expect, it } from 'vitest'
import { clean, root, run } from '../process/program.js'

const fixture = path.join(root, 'test/python/registered_types.py')

it('a registration belongs to the thread that made it', async () => {
  const program = `
    import { isReference } from 'snakebridge'
    import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
    import { once } from 'node:events'

    const types = python.import(${JSON.stringify(fixture)})
    async function seen() {
      const values = [await types.Vector(1, 2), await types.Money(5), python.sync.import(${JSON.stringify(fixture)}).Money(7)]
      return values.map((value) => (isReference(value) ? 'reference' : value)).join(' ')
    }

    if (isMainThread) {
      await python.registerType(types.Vector, { export: 'lambda v: v.x', toJs: (x) => 'main ' + x })
      const worker = new Worker(new URL(import.meta.url))
      const ended = once(worker, 'exit') // from now on: it may end while something else is awaited
      const [theirs] = await once(worker, 'message')
      console.log(await seen())
      console.log(theirs)
      await ended
      console.log(await seen())
    } else {
      await python.registerType(types.Money, { export: 'lambda m: m.cents', toJs: (cents) => 'worker ' + cents })
      parentPort.postMessage(await seen())
    }
  `
  const main = 'main 1 reference reference'
  expect(await run(program)).toEqual(clean(`${main}\nreference worker 5 worker 7\n${main}\n`))
})
