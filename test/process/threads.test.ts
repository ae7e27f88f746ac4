// Threads and the GIL: the JS thread never waits for it, Node's own pool is left alone, every thread keeps its state.
import path from 'node:path'
import { describe, it } from 'vitest'
import { clean, run } from './program.js'

const fixtures = JSON.stringify(path.join(__dirname, '../python'))

// The GIL is held for three seconds by a C function that does not give it up, with no chance to be asked for it.
const holdGil = `
  await python.start()
  const { setTimeout: wait } = await import('node:timers/promises')
  let held = false
  const { PyDLL } = python.import('ctypes')
  const sleep = await PyDLL(null).sleep
  const start = performance.now()
  const call = sleep(3).then(() => { held = true })
  await wait(200)
  const report = async (text) => {
    // Whoever waited for the GIL went on when the call had ended.
    console.log(text, held || performance.now() - start > 2500 ? 'waited for the GIL' : 'went on')
    await call
  }`

describe.concurrent('the JS thread goes on while a call keeps the GIL', () => {
  const work = {
    'calls and awaits': `
      for (let i = 0; i < 1000; i++) python.import('math').sqrt(i).then(() => {})
      python.lane('own').import('math').sqrt(4)
      await wait(100)`,
    'lets references go': `
      for (const reference of references.splice(0)) reference.$release()
      await wait(100)`,
    'collects garbage': `
      references.length = 0
      for (let i = 0; i < 5; i++) { globalThis.gc(); await wait(20) }`,
    'collects memory that Python owns': `
      arrays.length = 0
      for (let i = 0; i < 5; i++) { globalThis.gc(); await wait(20) }`,
    'looks at references': `
      const { inspect } = await import('node:util')
      inspect(references[0]); JSON.stringify(python.stats()); python.info(); 'x' in references[0]`,
    'reads files': `await (await import('node:fs/promises')).readFile(process.execPath)`,
    'starts and ends a worker that does not use Python': `
      const { Worker } = await import('node:worker_threads')
      await new Promise((done) => new Worker('', { eval: true }).on('exit', done))`,
  }
  for (const [what, statements] of Object.entries(work)) {
    it(`and ${what}`, async ({ expect }) => {
      const outcome = await run(
        `
        const references = await Promise.all(Array.from({ length: 100 }, () => python.eval('object()')))
        const array = await python.eval('lambda n: __import__("array").array("d", bytes(8 * n))')
        const arrays = await Promise.all(Array.from({ length: 20 }, () => array(100_000)))
        ${holdGil}
        ${statements}
        await report('the JS thread')`,
        { nodeArgs: ['--expose-gc'] },
      )
      expect(outcome).toEqual(clean('the JS thread went on\n'))
    })
  }
})

describe.concurrent('threads', () => {
  it('of Node’s own pool are not used: files are read while eight calls sleep', async ({ expect }) => {
    const outcome = await run(`
      import { readFile } from 'node:fs/promises'
      await python.start()
      const sleeps = Array.from({ length: 8 }, () => python.import('time').sleep(2))
      await new Promise((done) => setTimeout(done, 100))
      const first = await Promise.race([readFile(process.execPath).then(() => 'the file'), Promise.any(sleeps).then(() => 'a call')])
      console.log(first)
      await Promise.all(sleeps)
    `)
    expect(outcome).toEqual(clean('the file\n'))
  })

  it('that run Python code let the event loop turn', async ({ expect }) => {
    const outcome = await run(`
      await python.start()
      let turns = 0
      const timer = setInterval(() => turns++, 5)
      await Promise.all([1, 2].map(() => python.exec('import time\\nend = time.time() + 1\\nwhile time.time() < end: pass')))
      clearInterval(timer)
      console.log(turns > 20 || turns)
    `)
    expect(outcome).toEqual(clean('true\n'))
  })

  it('keep one state each, for as long as they live', async ({ expect }) => {
    const outcome = await run(`
      await python.import('sys').path.insert(0, ${fixtures})
      const lane = python.lane('own')
      const seen = new Map()
      const look = async (where) => {
        const [thread, state] = (await where.import('thread_states').state()).split(':')
        if (!seen.has(thread)) seen.set(thread, new Set())
        seen.get(thread).add(state)
      }
      for (let i = 0; i < 100; i++) await Promise.all([look(python), look(python), look(lane), look(python.sync)])
      console.log([...seen.values()].every((states) => states.size === 1), seen.size > 2)
    `)
    expect(outcome).toEqual(clean('true true\n'))
  })

  it('give a dedicated lane thread-local values that last', async ({ expect }) => {
    const outcome = await run(`
      const lane = python.lane('own')
      const local = await lane.import('threading').local()
      local.value = 42
      for (let i = 0; i < 10; i++) await lane.eval('0')
      console.log(await local.value)
    `)
    expect(outcome).toEqual(clean('42\n'))
  })

  it('have stacks on which deep recursion and NumPy’s import fit', async ({ expect }) => {
    const outcome = await run(`
      const program = 'import sys; sys.setrecursionlimit(6000); depth = lambda n: 0 if n == 0 else 1 + depth(n - 1)'
      for (const where of [python, python.lane('own')]) {
        const depth = where.exec(program).$item('depth')
        console.log(await depth(5000), await where.import('numpy').sqrt(4))
      }
    `)
    expect(outcome).toEqual(clean('5000 2\n5000 2\n'))
  })
})

describe.concurrent('what JavaScript drops', () => {
  it('is released by whoever holds the GIL next, all of it', async ({ expect }) => {
    const outcome = await run(
      `
      const scope = await python.exec(\`
count = 0
class Counted:
    def __init__(self):
        global count
        count += 1
    def __del__(self):
        global count
        count -= 1
make = Counted
def alive(): return count
\`)
      const [make, alive] = [await scope.$item('make'), await scope.$item('alive')]
      let made = await Promise.all(Array.from({ length: 5000 }, () => make()))
      console.log(await alive())
      const spin = python.exec('import time\\nend = time.time() + 0.5\\nwhile time.time() < end: pass')
      made = undefined
      for (let i = 0; i < 5; i++) { globalThis.gc(); await new Promise((done) => setTimeout(done, 50)) }
      await spin
      for (let i = 0; i < 50 && await alive() > 1; i++) { globalThis.gc(); await new Promise((done) => setTimeout(done, 20)) }
      console.log(await alive() <= 1)
    `,
      { nodeArgs: ['--expose-gc'] },
    )
    expect(outcome).toEqual(clean('5000\ntrue\n'))
  })

  it('is released without another call', async ({ expect }) => {
    const outcome = await run(
      `
      let object = await python.exec(\`
import os
class Last:
    def __del__(self): os.write(1, b"released\\\\n")
def make(): return Last()
\`).$item('make')()
      object = undefined
      for (let i = 0; i < 10; i++) { globalThis.gc(); await new Promise((done) => setTimeout(done, 30)) }
      console.log('end')
    `,
      { nodeArgs: ['--expose-gc'] },
    )
    expect(outcome).toEqual(clean('released\nend\n'))
  })

  it('may use Python while it goes: locks and calls in __del__', async ({ expect }) => {
    const outcome = await run(
      `
      const make = await python.exec(\`
import threading
lock = threading.Lock()
class Locking:
    def __del__(self):
        with lock: __import__("time").sleep(0.003)
make = Locking
\`).$item('make')
      for (let i = 0; i < 200; i++) {
        await make()
        if (i % 20 === 0) globalThis.gc()
        python.sync.import('math').sqrt(i)
      }
      console.log(await python.eval('1 + 1'))
    `,
      { nodeArgs: ['--expose-gc'] },
    )
    expect(outcome).toEqual(clean('2\n'))
  })
})

describe('imports of two threads', () => {
  it("find threading imported on Python's own thread, which stays the main one", async ({ expect }) => {
    const outcome = await run(`
      const threading = python.import('threading')
      console.log(await threading.current_thread().$is(threading.main_thread()), (await threading.main_thread().name))
      console.log(python.sync.eval('__import__("threading").main_thread().ident == __import__("threading").get_ident()'))
    `)
    expect(outcome).toEqual(clean('false MainThread\nfalse\n'))
  })

  it('find importlib imported: both at once could leave a second copy of its core, without sys', async ({ expect }) => {
    const whole =
      "(lambda m: 'importlib._bootstrap' in m and not m['importlib'].__spec__._initializing)(__import__('sys').modules)"
    const outcome = await run(`console.log(python.sync.eval(${JSON.stringify(whole)}))`)
    expect(outcome).toEqual(clean('true\n'))
  })
})
