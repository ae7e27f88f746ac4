// A thousand workers, one after the other: nothing of them stays.
import { expect, it } from 'vitest'
import { copying } from '../arrays/copying.js'
import { run } from './program.js'
import { program } from './worker-program.js'

const sanitized = process.env.SNAKEBRIDGE_SANITIZER !== undefined
const workers = Number(process.env.SNAKEBRIDGE_TEST_WORKERS ?? (sanitized ? 40 : copying ? 200 : 1000))
const deadline = 200_000 + 300 * workers

it(`${workers} workers that end in the middle of something leave nothing behind`, {
  timeout: deadline + 40_000,
}, async () => {
  const outcome = await run(
    program(
      `const { readFileSync, readdirSync } = await import('node:fs')
      const status = (field) => Number(new RegExp(field + ':\\\\s*(\\\\d+)').exec(readFileSync('/proc/self/status', 'utf8'))[1])
      const objects = await python.eval('lambda: (__import__("gc").collect(), len(__import__("gc").get_objects()))[1]').$keep
      const pause = (ms) => new Promise((done) => setTimeout(done, ms))
      const measure = async () => {
        globalThis.gc()
        for (let i = 0; i < 50 && (python.stats().pool.busy > 0 || python.stats().deferredReleases > 0); i++) await pause(20)
        await objects()
        return {
          objects: await objects(), threads: status('Threads'), megabytes: status('VmRSS') / 1024,
          files: readdirSync('/proc/self/fd').length, handles: process.getActiveResourcesInfo().length,
        }
      }
      const round = async (i) => {
        const worker = start(i)
        const exit = once(worker, 'exit')
        await once(worker, 'message')
        if (i % 4 !== 0) await worker.terminate()
        await exit
      }
      const rounds = async (from, to) => {
        for (let i = from; i < to; i += 4) await Promise.all([0, 1, 2, 3].map((n) => round(i + n)))
      }
      await python.import('asyncio').sleep(0).$await()
      await python.import('warnings').simplefilter('ignore') // coroutines that were made and not awaited any more
      await rounds(0, 24)
      const before = await measure()
      await rounds(24, 24 + ${workers})
      let after = await measure()
      // Of the last workers something may still be under way, on threads of Python's own; what stays would stay.
      for (let i = 0; i < 20 && after.objects - before.objects >= 20; i++) {
        await pause(500)
        after = await measure()
      }
      await pause(100) // its last batch is done a moment after its result
      console.log(JSON.stringify({ before, after, stats: python.stats() }))`,
      `const make = await python.eval('lambda: [object()]').$keep
      globalThis.kept = await Promise.all(Array.from({ length: 50 }, () => make()))
      await python.lane('own').import('math').sqrt(4)
      globalThis.array = await python.import('numpy').ones(10_000)
      const call = python.eval('lambda f: f()')
      await call(() => 1)
      if (workerData % 4 !== 0) {
        [() => call(() => new Promise(() => {})),
         () => python.import('asyncio').Event().wait().$await(), // a loop keeps the timers of cancelled sleeps, up to a hundred
         async () => { for await (const n of python.eval('iter(int, 1)')); }][workerData % 4 - 1]()
        setInterval(() => {}, 1000)
      }
      parentPort.postMessage('ready')`,
    ),
    { deadline, nodeArgs: ['--expose-gc'] },
  )
  expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' })
  const { before, after, stats } = JSON.parse(outcome.stdout)
  expect(after.objects - before.objects).toBeLessThan(20)
  expect(after.threads - before.threads).toBeLessThan(12)
  expect(after.files - before.files).toBeLessThan(8)
  expect(after.handles).toBeLessThanOrEqual(before.handles)
  expect(stats).toMatchObject({ batchesInFlight: 0, buffers: 0, deferredReleases: 0 })
  // An array of one worker is 80 kB, and an isolate some megabytes; the allocators' own slack comes to some 30 MB.
  if (!sanitized) expect(after.megabytes - before.megabytes).toBeLessThan(70)
})
