// `pool: 'node'`: batches on the threads of Node's own pool.
import { describe, it } from 'vitest'
import { clean, run } from './program.js'

const start = "await python.start({ pool: 'node' })\n"
const env = { UV_THREADPOOL_SIZE: '2' }

describe.concurrent("pool: 'node'", () => {
  it('runs calls on the threads of Node, which keep their Python state', async ({ expect }) => {
    const outcome = await run(
      `${start}
      const threading = await python.import('threading')
      const local = await python.eval('__import__("threading").local()')
      const count = await python.eval('lambda x: (setattr(x, "n", getattr(x, "n", 0) + 1), x.n)[1]')
      let last = 0
      const idents = new Set()
      for (let i = 0; i < 50; i++) {
        idents.add(await threading.get_ident())
        last = Math.max(last, await count(local))
      }
      const { kind, limit } = python.stats().pool
      console.log(kind, limit, idents.size <= 2, last >= 25)
      const { setTimeout: delay } = await import('node:timers/promises')
      await delay(20)
      console.log(python.stats().pool.threads)
    `,
      { env },
    )
    expect(outcome).toEqual(clean('node 2 true true\n0\n'))
  })

  it('overlaps as many calls as Node has threads, and takes the rest in turn', async ({ expect }) => {
    const outcome = await run(
      `${start}
      const { sleep } = await python.import('time')
      await sleep(0)
      const begun = performance.now()
      await Promise.all([sleep(0.3), sleep(0.3), sleep(0.3), sleep(0.3)])
      const took = performance.now() - begun
      console.log(took > 550, python.stats().pool.threads <= 2)
      const roots = await Promise.all(Array.from({ length: 2000 }, (_, i) => python.import('math').sqrt(i * i)))
      console.log(roots[1999])
    `,
      { env },
    )
    expect(outcome).toEqual(clean('true true\n1999\n'))
  })

  it('goes on when every thread of Node waits for a function that awaits Python', async ({ expect }) => {
    const outcome = await run(
      `${start}
      const call = await python.eval('lambda function: function()')
      const work = (i) => call(async () => python.import('math').sqrt(i * i))
      const roots = await Promise.all(Array.from({ length: 100 }, (_, i) => work(i)))
      console.log(roots[99])
      await new Promise((resolve) => setTimeout(resolve, 50))
      console.log(python.stats().pool.threads)
    `,
      { env },
    )
    expect(outcome).toEqual(clean('99\n0\n'))
  })

  it('shares the threads with fs: a busy pool delays it, an idle one does not', async ({ expect }) => {
    const outcome = await run(
      `${start}
      import { readFile } from 'node:fs/promises'
      const { sleep } = await python.import('time')
      const timed = async (work) => { const begun = performance.now(); await work(); return performance.now() - begun }
      await sleep(0)
      const idle = await timed(() => readFile('package.json'))
      const sleeping = Promise.all([sleep(0.4), sleep(0.4)])
      await new Promise((resolve) => setTimeout(resolve, 50))
      const busy = await timed(() => readFile('package.json'))
      await sleeping
      console.log(idle < 200, busy > 200)
    `,
      { env },
    )
    expect(outcome).toEqual(clean('true true\n'))
  })

  it('goes on behind a call that takes long, and with what waited for it', async ({ expect }) => {
    const outcome = await run(
      `${start}
      const slow = python.import('time').sleep(0.3)
      const list = python.builtins.list([1, 2])
      const dependent = Promise.resolve(python.builtins.repr(slow)).then((text) => console.log('dependent', text))
      console.log(await python.import('math').sqrt(4))
      console.log(await list.$len)
      console.log(python.sync.import('builtins').pow(python.eval('(__import__("time").sleep(0.1), 7)[1]'), 2))
      await dependent
    `,
      { env },
    )
    expect(outcome).toEqual(clean('2\n2\n49\ndependent None\n'))
  })

  it('frees what was dropped while nothing else runs', async ({ expect }) => {
    const outcome = await run(
      `${start}
      const { setTimeout: delay } = await import('node:timers/promises')
      const dying = await python.eval('type("Dying", (), {"__del__": lambda self: print("freed", flush=True)})()')
      dying.$release()
      await delay(300)
      console.log('end')
    `,
      { env },
    )
    expect(outcome).toEqual(clean('freed\nend\n'))
  })

  it('works from worker threads of Node, and when one is terminated in mid-call', async ({ expect }) => {
    const outcome = await run(
      `${start}
      import { Worker } from 'node:worker_threads'
      import { once } from 'node:events'
      import { createRequire } from 'node:module'
      const code = \`
        const { python } = require('snakebridge')
        const { parentPort } = require('node:worker_threads')
        python.import('math').sqrt(9).then((root) => {
          parentPort.postMessage(root)
          python.import('time').sleep(0.5)
        })\`
      const worker = new Worker(code, { eval: true })
      console.log((await once(worker, 'message'))[0])
      await new Promise((resolve) => setTimeout(resolve, 50))
      await worker.terminate()
      console.log(await python.import('math').sqrt(16))
    `,
      { env },
    )
    expect(outcome).toEqual(clean('3\n4\n'))
  })

  for (const [name, body, expected] of [
    ['nothing in flight', "console.log(await python.import('math').sqrt(4))", '2\n'],
    [
      'calls that sleep',
      "python.import('time').sleep(60); python.import('time').sleep(60); python.import('time').sleep(60)",
      '',
    ],
    ['a loop in pure Python', "python.exec('while True: pass')", ''],
  ] as const) {
    it(`lets the process exit with ${name}`, async ({ expect }) => {
      const outcome = await run(
        `${start}
        python.import('atexit').register(python.builtins.print, 'goodbye')
        await python.import('math').sqrt(1)
        ${body}
        setTimeout(() => process.exit(3), 100)
      `,
        { env, deadline: 20_000 },
      )
      expect(outcome).toEqual(clean(expected + (expected === '' ? '' : 'goodbye\n'), 3))
    })
  }

  it('is refused when it is neither own nor node', async ({ expect }) => {
    const outcome = await run(`
      for (const options of [{ pool: 'libuv' }, { poolSize: 0 }, { queueLimit: -1 }]) {
        await python.start(options).catch((error) => console.log(error.message))
      }
      console.log(await python.eval('1 + 1'))
    `)
    expect(outcome).toEqual(
      clean(
        `expected 'own' or 'node' for pool, got "libuv"
expected an integer from 1 to 4096 for poolSize, got 0
expected an integer from 1 to 2147483647 for queueLimit, got -1
2
`,
      ),
    )
  })
})
