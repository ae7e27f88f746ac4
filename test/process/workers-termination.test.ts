// worker.terminate() in the middle of everything: the worker ends, Python is told, all others go on.
import { describe, it } from 'vitest'
import { clean, run } from './program.js'
import { patience, program } from './worker-program.js'

/**
 * One process terminates a worker in each of these; a second worker calls Python all the while. `wait` in a case is for
 * what keeps the worker's thread: it must have said that it is ready before.
 */
function terminating(cases: Record<string, string>): string {
  return program(
    `${patience}
    const witness = start(null)
    await once(witness, 'message')
    for (const [name, source] of Object.entries(${JSON.stringify(cases)})) {
      const worker = start(source)
      worker.on('error', (error) => console.log(name, error))
      await once(worker, 'message')
      await pause(100)
      const code = await settled(worker.terminate())
      witness.postMessage(20)
      const [answer] = await settled(once(witness, 'message'))
      if (code !== 1 || answer !== 21 || (await settled(python.eval('1 + 1'))) !== 2) console.log(name, code, answer)
    }
    console.log(await settled(witness.terminate()))
    for (let i = 0; i < 200 && python.stats().pool.busy > 0; i++) await pause(50)
    console.log(python.stats().pool.busy)`,
    `if (workerData === null) {
      const add = await python.eval('lambda n: n + 1').$keep
      parentPort.on('message', async (n) => parentPort.postMessage(await add(n)))
      parentPort.postMessage('ready')
    } else {
      await python.start()
      const wait = (f) => setTimeout(f, 50)
      await (0, eval)('(async (python, kw, wait) => {' + workerData + '})')(python, kw, wait)
      parentPort.postMessage('ready')
      setInterval(() => {}, 1000)
    }`,
  )
}

const groups: Record<string, Record<string, string>> = {
  'in mid-call': {
    'in C': `python.import('time').sleep(0.5)`,
    'in a Python loop': `python.exec('while True: pass')`,
    'in a Python loop on a lane': `python.lane('own').exec('while True: pass')`,
    'in a Python loop that may be cancelled': `python.exec('while True: pass', kw({ $timeout: 60_000 }))`,
    'in coroutines': `for (let i = 0; i < 100; i++) python.import('asyncio').sleep(100).$await().catch(() => {})`,
    'with parked operations': `const list = python.eval('__import__("time").sleep(0.5) or []')
      list.append(1)
      list.$len.then(() => {})`,
    'blocking, in C': `wait(() => python.sync.import('time').sleep(0.5))`,
    'blocking, one after the other': `wait(() => { const f = python.sync.eval('lambda x: x'); for (;;) f(1) })`,
    'with a thousand references': `const make = python.eval('lambda: object()')
      globalThis.kept = await Promise.all(Array.from({ length: 1000 }, () => make()))`,
    'in a session': `const session = python.session()
      session.run(async () => { for (;;) await python.eval('[object()]').$item(0) })`,
  },
  'in mid-stream': {
    out: `const consume = async () => { for await (const n of python.eval('iter(int, 1)')); }; consume()`,
    'out, slowly': `const source = python.eval('(__import__("time").sleep(0.05) for _ in iter(int, 1))')
      const consume = async () => { for await (const n of source); }; consume()`,
    'out, asynchronously': `const names = await python.exec(\`
import asyncio
async def ticks():
    while True:
        await asyncio.sleep(0.01)
        yield 1
\`)
      const consume = async () => { for await (const n of names.$item('ticks')()); }; consume()`,
    'out, blocking': `wait(() => { for (const n of python.sync.eval('iter(int, 1)')); })`,
    in: `python.eval('sum')((function* () { for (;;) yield 1 })())`,
    'in, slowly': `python.eval('sum')((async function* () { for (;;) yield await new Promise((done) => setTimeout(done, 1, 1)) })())`,
    'in, never': `python.eval('sum')((async function* () { yield await new Promise(() => {}) })())`,
    'in, for a coroutine': `const names = await python.exec(\`
async def total(items):
    return sum([n async for n in items])
\`)
      names.$item('total')((async function* () { for (;;) yield await new Promise((done) => setTimeout(done, 1, 1)) })()).$await()`,
  },
  'in mid-callback': {
    often: `python.eval('lambda f: [f() for _ in iter(int, 1)]')(() => 1)`,
    'on a lane': `python.lane('own').eval('lambda f: [f() for _ in iter(int, 1)]')(() => 1)`,
    'with a promise that never settles': `python.eval('lambda f: f()')(() => new Promise(() => {}))`,
    'with JavaScript that never returns': `python.eval('lambda f: f()')(() => { for (;;); })`,
    nested: `const call = await python.eval('lambda f: f()').$keep
      call(() => call(() => call(() => python.import('time').sleep(0.5))))`,
    blocking: `wait(() => python.sync.eval('lambda f: [f() for _ in iter(int, 1)]')(() => 1))`,
    'blocking, with JavaScript that never returns': `wait(() => python.sync.eval('lambda f: f()')(() => { for (;;); }))`,
    'blocking, for another thread': `wait(() => {
      const names = python.sync.exec(\`
import snakebridge.errors, threading
def calling(f):
    try:
        while True: f()
    except snakebridge.errors.JavaScriptGone: pass
def call(f):
    thread = threading.Thread(target=calling, args=(f,), daemon=True)
    thread.start()
    thread.join()
\`)
      names.$item('call')(() => 1)
    })`,
    'of a coroutine': `const names = await python.exec(\`
async def call(f):
    while True: await f()
\`)
      names.$item('call')(async () => 1).$await()`,
  },
}

describe.concurrent('a worker is terminated', () => {
  for (const [where, cases] of Object.entries(groups)) {
    it(`${where}: it ends, and all others go on`, async ({ expect }) => {
      expect(await run(terminating(cases), { deadline: 60_000 })).toEqual(clean('1\n0\n'))
    })
  }

  it('and the Python code that runs for it is interrupted; its finally runs', async ({ expect }) => {
    const outcome = await run(
      program(
        `${patience}
        await python.exec('import sys, threading, types\\nsys.modules["ended"] = types.ModuleType("ended")\\nsys.modules["ended"].all = []')
        const outs = (all) => all.filter((entry) => entry === 'out').length
        let ended = 0
        for (const where of ['the pool', 'a lane']) {
          const worker = start(where)
          await once(worker, 'message')
          while (!(await python.eval('__import__("ended").all')).includes('in ' + where)) await pause(10)
          await worker.terminate()
          ended++
          while (outs(await python.eval('__import__("ended").all')) < ended) await pause(10)
        }
        console.log(await python.eval('__import__("ended").all'))`,
        `const run = workerData === 'the pool' ? python : python.lane('own')
        await python.start()
        run.exec(\`
import ended
try:
    ended.all.append("in \${workerData}")
    while True: pass
finally:
    ended.all.append("out")
\`)
        parentPort.postMessage('ready')
        setInterval(() => {}, 1000)`,
      ),
    )
    expect(outcome).toEqual(clean("[ 'in the pool', 'out', 'in a lane', 'out' ]\n"))
  })
})
