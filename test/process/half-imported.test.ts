// What the bridge looks for in modules that are loaded, while another thread is in the middle of importing them: sys.modules has them
// already, without what they will define.

import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'vitest'
import { copying } from '../arrays/copying.js'
import { clean, folder, run } from './program.js'

const halfImported = (...names: string[]) => `
  await python.exec('import sys, types\\nfor name in names: sys.modules[name] = types.ModuleType(name)', { names: ${JSON.stringify(names)} })`

const asyncio = halfImported('asyncio', 'asyncio.events', 'asyncio.exceptions', 'snakebridge.async_streams')

describe.concurrent('while another thread imports', () => {
  it('asyncio, a call that is cancelled fails with the error of that', async ({ expect }) => {
    const outcome = await run(`${asyncio}
      for (const from of [python, python.lane('own'), python.sync])
        try { await from.exec('while True: pass', kw({ $timeout: 100 })) } catch (error) { console.log(error.name) }`)
    expect(outcome).toEqual(clean('TimeoutError\n'.repeat(3)))
  })

  it('asyncio, Python prints to a route', async ({ expect }) => {
    const outcome = await run(`${asyncio}
      const { Writable } = await import('node:stream')
      let length = 0
      const slow = new Writable({ write: (chunk, _, done) => setTimeout(() => done(void (length += chunk.length)), 20) })
      await python.output({ stdout: slow })
      await python.exec('for _ in range(3): print("x" * 1_000_000)')
      await python.output(null)
      slow.end(() => console.log(length))`)
    expect(outcome).toEqual(clean('3000003\n'))
  })

  it('asyncio, Python iterates over objects of JavaScript', async ({ expect }) => {
    const outcome = await run(`${asyncio}
      const asyncItems = { async *[Symbol.asyncIterator]() { yield 1; yield 2 } }
      console.log(await python.eval('[list(object.items), object.later()]', {
        object: python.proxy({ items: asyncItems, later: async () => 3 }),
      }))`)
    expect(outcome).toEqual(clean('[ [ 1, 2 ], 3 ]\n'))
  })

  it('asyncio, a stream is left', async ({ expect }) => {
    const outcome = await run(`${asyncio}
      for await (const n of python.eval('iter(range(1000))')) if (n === 1) break
      for await (const n of python.eval('(n for n in range(1000))')) if (n === 1) break
      for (const n of python.sync.eval('(n for n in range(1000))')) if (n === 1) break
      console.log('left')`)
    expect(outcome).toEqual(clean('left\n'))
  })

  it('NumPy, memory of other objects is shared', async ({ expect }) => {
    const outcome = await run(`${halfImported('numpy')}
      const memory = await python.eval('memoryview(bytearray(b"ab"))')
      console.log(memory.data, (await python.eval('__import__("array").array("d", [1.5])')).data)
      // A copy becomes an array of NumPy's, which is not there.
      if (${!copying}) console.log(await python.eval('bytes(memory)', { memory }))`)
    const back = copying ? '' : '<Buffer 61 62>\n'
    expect(outcome).toEqual(clean(`Uint8Array(2) [ 97, 98 ] Float64Array(1) [ 1.5 ]\n${back}`))
  })

  it('multiprocessing, the process leaves with its code', async ({ expect }) => {
    const outcome = await run(`${halfImported('multiprocessing')}
      await python.exec('print("written", end="")')
      python.import('time').sleep(60)
      setTimeout(() => process.exit(3), 100)`)
    expect(outcome).toEqual(clean('written', 3))
  })
})

describe.concurrent('an import', () => {
  it('that takes longer than its call may is there for the next', async ({ expect }) => {
    const outcome = await run(`
      await python.start({ timeout: 100 })
      const { BaseEstimator } = python.import('sklearn.base')
      await BaseEstimator.__name__.catch((error) => console.log(error.name))
      await python.start({ timeout: Infinity })
      console.log(await python.import('sklearn.base').BaseEstimator.__name__)`)
    expect(outcome).toEqual(clean('TimeoutError\nBaseEstimator\n'))
  })

  it('that never ends is interrupted all the same', async ({ expect }) => {
    const file = path.join(folder, 'endless.py')
    writeFileSync(
      file,
      'import time\ntry:\n    while True: time.sleep(0.001)\nfinally:\n    print("finally", flush=True)',
    )
    const outcome = await run(`
      await python.start()
      await python.import(${JSON.stringify(file)}, kw({ $timeout: 300 })).catch((error) => console.log(error.running.lane))
      while (python.stats().pool.busy > 0) await new Promise((done) => setTimeout(done, 50))
      console.log('free')`)
    expect(outcome).toEqual(clean('pool\nfinally\nfree\n'))
  })
})
