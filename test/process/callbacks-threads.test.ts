// The end of a process, or of a worker, while a thread of Python runs what a callback that it waits for has written.
import { describe, it } from 'vitest'
import { clean, run } from './program.js'
import { patience, program } from './worker-program.js'

const fixture = JSON.stringify(new URL('../python/hosting.py', import.meta.url).pathname)

/** Who waits for the callback. */
const callers = {
  'a thread of the pool': 'hosting.call',
  'a dedicated lane': `python.lane('own').import(${fixture}).call`,
  'a thread of Python’s own': 'hosting.call_on_new_thread',
}
/** What it has to do meanwhile. */
const bodies = {
  nothing: 'await new Promise((done) => setTimeout(done, 60_000))',
  'Python code': 'await hosting.nap(60)',
  'a wait outside Python code': 'await hosting.sleep(2)',
}

for (const [caller, call] of Object.entries(callers)) {
  for (const [what, body] of Object.entries(bodies)) {
    describe.concurrent(`${caller} that waits for a callback, and does ${what} meanwhile`, () => {
      it('does not keep process.exit waiting', async ({ expect }) => {
        const outcome = await run(`
          const hosting = python.import(${fixture})
          ${call}(async () => { await hosting.thread(); setTimeout(() => process.exit(3), 100); ${body} }).then(() => {}, () => {})`)
        expect(outcome).toEqual({ code: 3, signal: null, stdout: '', stderr: '' })
      })

      it('is let go when its worker is terminated', async ({ expect }) => {
        const outcome = await run(
          program(
            `${patience}
            const hosting = python.import(${fixture})
            await hosting.thread()
            const worker = start()
            await once(worker, 'message')
            await pause(50)
            await worker.terminate()
            console.log((await hosting.call(async () => typeof (await hosting.thread())))[1])
            for (let i = 0; i < 300 && python.stats().pool.busy !== 0; i++) await pause(20)
            console.log(python.stats().pool.busy)`,
            `const hosting = python.import(${fixture})
            ${call}(async () => { await hosting.thread(); parentPort.postMessage('inside'); ${body} }).then(() => {}, () => {})`,
          ),
        )
        expect(outcome).toEqual(clean('number\n0\n'))
      })
    })
  }
}
