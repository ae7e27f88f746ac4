// Worker threads of Node: each has its own references, all have one Python. They come and go; Python stays.
import { describe, it } from 'vitest'
import { clean, run, runFile, writeProgram } from './program.js'
import { program } from './worker-program.js'

/** The package is imported by the worker only. */
const foreignMain = (main: string, worker: string) =>
  runFile(
    writeProgram(`
      import { once } from 'node:events'
      import { Worker } from 'node:worker_threads'
      const worker = new Worker(new URL('${pathOf(writeProgram(`import { python, kw } from 'snakebridge'\n${worker}`))}', import.meta.url))
      ${main}`),
  )

const pathOf = (file: string) => `file://${file}`

describe.concurrent('worker threads', () => {
  it('call Python at once, each with its own references', async ({ expect }) => {
    const outcome = await run(
      program(
        `const answers = await Promise.all([1, 2].map((n) => once(start(n), 'message').then(([answer]) => answer)))
        console.log(answers, await python.eval('1 + 1'))`,
        `const math = python.import('math')
        let sum = 0
        for (let i = 0; i < 2000; i++) sum += await math.floor(i + 0.5)
        for (let i = 0; i < 2000; i++) sum += python.sync.import('math').floor(i + 0.5)
        const kept = await python.eval('object()')
        const same = await python.builtins.id(kept) === await kept.$id
        parentPort.postMessage([workerData, sum, same])`,
      ),
    )
    expect(outcome).toEqual(clean('[ [ 1, 3998000, true ], [ 2, 3998000, true ] ] 2\n'))
  })

  const calls = {
    'on the pool': `python.import('time').sleep(0.5)`,
    'on the pool, in Python code': `python.exec('for i in range(20_000_000): pass')`,
    'on a dedicated lane': `python.lane('own').import('time').sleep(0.5)`,
    'that waits for another': `python.eval('__import__("time").sleep(0.5) or 1').$add(1).then(console.log)`,
    blocking: `setTimeout(() => python.sync.import('time').sleep(0.5), 50)`,
  }
  for (const [where, call] of Object.entries(calls)) {
    it(`are terminated in mid-call: ${where}; late results are dropped`, async ({ expect }) => {
      const outcome = await run(
        program(
          `const worker = start()
          await once(worker, 'message')
          await new Promise((done) => setTimeout(done, 200))
          console.log(await worker.terminate())
          console.log(await python.eval('1 + 1'))
          await python.import('time').sleep(0.6)
          console.log(await python.eval('2 + 2'))`,
          `await python.start(); ${call}; parentPort.postMessage('calling'); setInterval(() => {}, 1000)`,
        ),
      )
      expect(outcome).toEqual(clean('1\n2\n4\n'))
    })
  }

  it('are terminated in the middle of the start', async ({ expect }) => {
    const outcome = await run(
      program(
        `for (const wait of [0, 1, 2, 5, 10, 20, 50]) {
          const worker = start()
          await once(worker, 'online')
          await new Promise((done) => setTimeout(done, 20 + wait))
          await worker.terminate()
        }
        console.log(await python.eval('1 + 1'))`,
        `python.start()`,
      ),
    )
    expect(outcome).toEqual(clean('2\n'))
  })

  it('are terminated while they import what another thread waits for: that one imports it', async ({ expect }) => {
    const slowly = `
import sys, time
from importlib.machinery import PathFinder
class Slow:
    def find_spec(self, name, path, target=None):
        if name != 'snakebridge.operations': return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path)
        self.exec = spec.loader.exec_module
        spec.loader.exec_module = self.run
        return spec
    def run(self, module):
        try:
            while True: time.sleep(0.01)
        except BaseException:
            time.sleep(1)
            raise
sys.meta_path.insert(0, Slow())`
    const outcome = await run(
      program(
        `await python.builtins.exec(${JSON.stringify(slowly)}, {})
        const worker = start()
        await once(worker, 'message')
        await new Promise((done) => setTimeout(done, 200))
        await worker.terminate()
        console.log(await python.eval('1 + 1'))`,
        `await python.start(); python.eval('1'); parentPort.postMessage('importing'); setInterval(() => {}, 1000)`,
      ),
    )
    expect(outcome).toEqual(clean('2\n'))
  })

  it('come and go, thirty of them: neither threads nor memory pile up', async ({ expect }) => {
    const outcome = await run(
      program(
        `const { readFileSync } = await import('node:fs')
        const status = (field) => Number(new RegExp(field + ':\\\\s*(\\\\d+)').exec(readFileSync('/proc/self/status', 'utf8'))[1])
        const measure = () => ({ threads: status('Threads'), megabytes: status('VmRSS') / 1024 })
        const round = async (i) => {
          const worker = start()
          const exit = once(worker, 'exit')
          await once(worker, 'message')
          if (i % 2 === 0) await worker.terminate()
          await exit
        }
        for (let i = 0; i < 5; i++) await round(i)
        const before = measure()
        for (let i = 0; i < 25; i++) await round(i)
        const after = measure()
        const room = process.env.SNAKEBRIDGE_SANITIZER === undefined ? 60 : Infinity // a sanitizer keeps what was freed
        if (after.threads > before.threads + 3 || after.megabytes > before.megabytes + room) console.log(before, after)
        console.log(await python.eval('1 + 1'))`,
        `const math = python.import('math')
        const list = await python.eval('[[0] * 100_000]').$item(0).$keep
        const lane = python.lane('own')
        python.sync.import('math').sqrt(4)
        parentPort.postMessage(await lane.import('math').sqrt(await math.sqrt(16)))`,
      ),
    )
    expect(outcome).toEqual(clean('2\n'))
  })

  it('give back what they held when they end', async ({ expect }) => {
    const outcome = await run(
      program(
        `await python.exec('import sys, types; sys.modules["shared"] = types.ModuleType("shared"); sys.modules["shared"].alive = 0')
        const worker = start()
        await once(worker, 'message')
        console.log(await python.import('shared').alive)
        await worker.terminate()
        await python.eval('0')
        console.log(await python.import('shared').alive)`,
        `const made = await python.exec(\`
import shared
class Counted:
    def __init__(self): shared.alive += 1
    def __del__(self): shared.alive -= 1
def make(): return [Counted() for _ in range(10)]
\`)
        globalThis.kept = await made.$item('make')().$keep
        parentPort.postMessage('made')
        setInterval(() => {}, 1000)`,
      ),
    )
    expect(outcome).toEqual(clean('10\n0\n'))
  })

  it('use typed arrays that Python keeps after their end', async ({ expect }) => {
    const outcome = await run(
      program(
        `await python.exec('import sys, types; sys.modules["shared"] = types.ModuleType("shared")')
        const worker = start()
        await once(worker, 'exit')
        globalThis.gc()
        console.log(await python.eval('sum(__import__("shared").view)'))
        await python.exec('import shared; del shared.view')
        console.log(await python.eval('1 + 1'))`,
        `python.import('shared').view = new Float64Array(100_000).fill(2)
        await python.eval('0')`,
      ),
      { nodeArgs: ['--expose-gc'] },
    )
    expect(outcome).toEqual(clean('200000\n2\n'))
  })

  it('read Python’s memory that outlives the thread that brought it', async ({ expect }) => {
    const outcome = await run(
      program(
        `const worker = start()
        await once(worker, 'message')
        await worker.terminate()
        console.log(await python.eval('1 + 1'))`,
        `const np = python.import('numpy')
        globalThis.arrays = await Promise.all(Array.from({ length: 20 }, () => np.ones(100_000)))
        parentPort.postMessage('made')
        setInterval(() => {}, 1000)`,
      ),
    )
    expect(outcome).toEqual(clean('2\n'))
  })
})

describe.concurrent('the exit', () => {
  it('of a worker by process.exit is its own only', async ({ expect }) => {
    const outcome = await run(
      program(
        `const [code] = await once(start(), 'exit')
        console.log(code, await python.eval('1 + 1'))`,
        `await python.eval('1'); python.import('time').sleep(0.3); process.exit(7)`,
      ),
    )
    expect(outcome).toEqual(clean('7 2\n'))
  })

  it('does not wait for a worker in a blocking call', async ({ expect }) => {
    const outcome = await run(
      program(
        `await python.exec('print("written")')
        await once(start(), 'message')
        setTimeout(() => process.exit(3), 200)`,
        `parentPort.postMessage('calling'); python.sync.import('time').sleep(60)`,
      ),
    )
    expect(outcome).toEqual(clean('written\n', 3))
  })

  it('by an uncaught exception does not wait for a worker in a blocking call', async ({ expect }) => {
    const outcome = await run(
      program(
        `await python.exec('print("written")')
        await once(start(), 'message')
        setTimeout(() => { throw new Error('on purpose') }, 200)`,
        `parentPort.postMessage('calling'); python.sync.import('time').sleep(60)`,
      ),
    )
    expect(outcome).toMatchObject({ code: 1, signal: null, stdout: 'written\n' })
    expect(outcome.stderr).toContain('on purpose')
  })

  it('of a program whose main thread never used Python runs atexit handlers', async ({ expect }) => {
    const python = `await python.exec('import atexit; atexit.register(print, "atexit ran"); print("written")')`
    expect(await foreignMain(`await once(worker, 'exit')`, python)).toEqual(clean('written\natexit ran\n'))
    expect(await foreignMain(`await once(worker, 'exit'); process.exit(3)`, python)).toEqual(
      clean('written\natexit ran\n', 3),
    )
  })

  it('of a program whose main thread never used Python frees memory of that thread, which Python still had', async ({
    expect,
  }) => {
    const outcome = await foreignMain(
      `worker.postMessage(new SharedArrayBuffer(8_000_000)); await once(worker, 'exit')`,
      `import { once } from 'node:events'
      import { parentPort } from 'node:worker_threads'
      const [memory] = await once(parentPort, 'message')
      await python.exec('import atexit; atexit.register(lambda kept: kept.release(), kept)', {
        kept: new Uint8Array(memory),
      })
      await python.exec('print("written")')`,
    )
    expect(outcome).toEqual(clean('written\n'))
  })
  it('of a program whose main thread never used Python leaves a call in flight', async ({ expect }) => {
    const outcome = await foreignMain(
      `await once(worker, 'message'); setTimeout(() => process.exit(3), 200)`,
      `import { parentPort } from 'node:worker_threads'
      await python.exec('print("written")')
      python.import('time').sleep(60)
      setTimeout(() => parentPort.postMessage('calling'), 50)`,
    )
    expect(outcome).toEqual(clean('written\n', 3))
  })
})
