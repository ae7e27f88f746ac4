// No thread and no process of Python's keeps the process alive or outlives it. `run` waits for the end of the output,
// which an orphan would keep open.
import { describe, it } from 'vitest'
import { clean, run } from './program.js'

const thread = (target: string, daemon?: boolean) => `
  await python.exec(\`
import numpy, threading, time
def target():
    ${target}
threading.Thread(target=target${daemon === undefined ? '' : `, daemon=${daemon ? 'True' : 'False'}`}).start()
\`)`

const daemons = {
  'sleeps now and then': 'while True: time.sleep(0.01)',
  'runs Python code': 'while True: pass',
  'is inside OpenBLAS': 'while True: numpy.ones((600, 600)) @ numpy.ones((600, 600))',
}

describe.concurrent('a thread of Python', () => {
  for (const [state, target] of Object.entries(daemons)) {
    it(`that is a daemon and ${state} keeps nobody, and atexit handlers run`, async ({ expect }) => {
      const outcome = await run(`
        await python.exec('import atexit; atexit.register(print, "atexit ran")')
        ${thread(target, true)}
        setTimeout(() => process.exit(3), 500)
      `)
      expect(outcome).toEqual(clean('atexit ran\n', 3))
    })
  }

  it('that is no daemon is waited for', async ({ expect }) => {
    const outcome = await run(`
      ${thread('time.sleep(0.5); print("done")', false)}
      process.exit(3)
    `)
    expect(outcome).toEqual(clean('done\n', 3))
  })

  it('is no daemon, unless that is said, wherever the call ran that started it', async ({ expect }) => {
    const outcome = await run(`
      ${thread('time.sleep(0.5); print("done")')}
      const isDaemon = 'threading.Thread().daemon, threading.current_thread().daemon'
      const names = { threading: python.import('threading') }
      console.log(await python.eval(isDaemon, names))
      const lane = python.lane('own')
      console.log(await lane.eval(isDaemon, { threading: lane.import('threading') }))
      console.log(python.sync.eval(isDaemon, { threading: python.sync.import('threading') }))
      process.exit(3)
    `)
    expect(outcome).toEqual(clean('[ false, false ]\n'.repeat(3) + 'done\n', 3))
  })

  it('that C code started makes daemons, as in plain Python', async ({ expect }) => {
    const outcome = await run(`
      await python.exec(\`
import _thread, threading
done = threading.Event()
def target():
    print(threading.Thread().daemon)
    done.set()
_thread.start_new_thread(target, ())
done.wait()
\`)
    `)
    expect(outcome).toEqual(clean('True\n'))
  })

  it('that is no daemon is not waited for without end', async ({ expect }) => {
    const outcome = await run(
      `
      await python.exec('print("written")')
      ${thread('time.sleep(600)', false)}
      process.exit(3)
    `,
      { deadline: 25_000 },
    )
    expect(outcome).toEqual(clean('written\n', 3))
  })

  it('that waits in an executor ends with it', async ({ expect }) => {
    const outcome = await run(`
      const futures = python.import('concurrent.futures')
      globalThis.executor = await futures.ThreadPoolExecutor(2)
      console.log(await executor.submit(python.import('math').sqrt, 4).result())
      process.exit(3)
    `)
    expect(outcome).toEqual(clean('2\n', 3))
  })
})

const worker = (daemon: boolean) => `
  const { Process } = python.import('multiprocessing').get_context('spawn')
  globalThis.worker = await Process(kw({ target: python.import('time').sleep, args: python.tuple([600]), daemon: ${daemon} }))
  await worker.start()`

describe.concurrent('a worker process', () => {
  it('of joblib ends with Node', async ({ expect }) => {
    const outcome = await run(`
      const parallel = python.import('joblib').Parallel(kw({ n_jobs: 2 }))
      console.log(await parallel(python.eval('[__import__("joblib").delayed(abs)(-i) for i in range(4)]')))
      process.exit(3)
    `)
    expect(outcome).toEqual(clean('[ 0, 1, 2, 3 ]\n', 3))
  })

  it('of joblib ends with Node when the program just ends', async ({ expect }) => {
    const outcome = await run(`
      const parallel = python.import('joblib').Parallel(kw({ n_jobs: 2 }))
      console.log(await parallel(python.eval('[__import__("joblib").delayed(abs)(-i) for i in range(4)]')))
    `)
    expect(outcome).toEqual(clean('[ 0, 1, 2, 3 ]\n'))
  })

  it('of joblib ends with Node while it works', async ({ expect }) => {
    const outcome = await run(`
      const parallel = python.import('joblib').Parallel(kw({ n_jobs: 2 }))
      parallel(python.eval('[__import__("joblib").delayed(__import__("time").sleep)(60) for i in range(4)]'))
      setTimeout(() => process.exit(3), 3000)
    `)
    expect(outcome).toMatchObject({ code: 3, signal: null })
  })

  for (const daemon of [true, false]) {
    it(`of multiprocessing, ${daemon ? 'a daemon' : 'no daemon'}, ends with Node`, async ({ expect }) => {
      const outcome = await run(`${worker(daemon)}\nsetTimeout(() => process.exit(3), 300)`, { deadline: 25_000 })
      expect(outcome).toMatchObject({ code: 3, signal: null })
    })
  }

  it('of an executor ends with Node', async ({ expect }) => {
    const outcome = await run(`
      const context = python.import('multiprocessing').get_context('spawn')
      globalThis.executor = await python.import('concurrent.futures').ProcessPoolExecutor(1, context)
      console.log(await executor.submit(python.import('math').sqrt, 4).result())
      process.exit(3)
    `)
    expect(outcome).toEqual(clean('2\n', 3))
  })
})
