// The exit code and the output are right in every state Python can be in. What ends with Python has its own file.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isMissing, itUnless, noTorch } from '../skipping.js'
import { clean, folder, run, runFile, writeProgram } from './program.js'

const numpyLoop = `
import numpy
a = numpy.ones((600, 600))
while True: a @ a`

const torchLoop = `
import torch
a = torch.ones((600, 600))
while True: a @ a`

/** Ending Python has ten seconds (native/bridge/host.cc), by which it ends here, too: what is in flight must not be waited for. */
const atOnce = { deadline: 9000 }

const inFlight = {
  'a sleep on the pool': `python.import('time').sleep(60)`,
  'a pure Python loop': `python.exec('while True: pass')`,
  'a NumPy loop, inside OpenBLAS': `python.exec(\`${numpyLoop}\`)`,
  'a call that keeps the GIL': `python.import('ctypes').PyDLL(null).sleep(60)`,
  'a sleep on a dedicated lane': `python.lane('own').import('time').sleep(60)`,
  'an import': `python.exec('import sys; sys.path.insert(0, folder)', { folder: ${JSON.stringify(path.join(__dirname, '../python'))} }); python.import('slow_import')`,
  'a batch that waits for another': `const slow = python.eval('__import__("time").sleep(60)'); slow.$add(1).then(console.log, console.log)`,
}

describe.concurrent('process.exit(3)', () => {
  for (const [state, statement] of Object.entries(inFlight)) {
    it(`leaves at once with its code and what Python wrote, while ${state} is in flight`, async ({ expect }) => {
      const outcome = await run(
        `
        await python.exec('print("written by Python", end="")')
        ${statement}
        setTimeout(() => process.exit(3), 500)
      `,
        atOnce,
      )
      // A call that keeps the GIL keeps Python's output too.
      const stdout = state === 'a call that keeps the GIL' ? '' : 'written by Python'
      expect(outcome).toEqual(clean(stdout, 3))
    })
  }

  itUnless(isMissing('torch'), noTorch)(
    'leaves at once with its code and what Python wrote, inside torch and after it was loaded',
    async ({ expect }) => {
      for (const state of [`python.exec(\`${torchLoop}\`)`, '']) {
        const outcome = await run(
          `
          await python.exec('import torch; print("written by Python", end="")')
          ${state}
          setTimeout(() => process.exit(3), 1000)
        `,
          atOnce,
        )
        expect(outcome).toEqual(clean('written by Python', 3))
      }
    },
  )

  it('in the turn that starts Python', async ({ expect }) => {
    expect(await run(`python.start(); process.exit(3)`)).toEqual(clean('', 3))
  })

  for (const milliseconds of [1, 5, 10, 20, 40]) {
    it(`${milliseconds} ms into the start`, async ({ expect }) => {
      expect(await run(`python.start(); setTimeout(() => process.exit(3), ${milliseconds})`)).toEqual(clean('', 3))
    })
  }

  it('without Python ever used', async ({ expect }) => {
    expect(await run('python.import("math"); process.exit(3)')).toEqual(clean('', 3))
  })

  it('saves files that Python has not closed, with a call in flight and without', async ({ expect }) => {
    for (const state of ['', `python.import('time').sleep(60)`]) {
      const file = path.join(folder, `written ${state.length}`)
      const outcome = await run(
        `
        globalThis.file = await python.builtins.open(${JSON.stringify(file)}, 'w')
        await file.write('all of it')
        ${state}
        setTimeout(() => process.exit(3), 100)
      `,
      )
      expect(outcome).toEqual(clean('', 3))
      expect(readFileSync(file, 'utf8')).toBe('all of it')
    }
  })

  it('keeps what C code wrote', async ({ expect }) => {
    const outcome = await run(`
      const libc = python.import('ctypes').CDLL(null)
      await libc.printf(python.bytes(Buffer.from('by C')))
      python.import('time').sleep(60)
      setTimeout(() => process.exit(3), 100)
    `)
    expect(outcome).toEqual(clean('by C', 3))
  })

  it('does not wait for a reader that never comes', async ({ expect }) => {
    const outcome = await run(
      `
      python.exec('import sys; sys.stdout.write("x" * 1_000_000)')
      setTimeout(() => process.exit(3), 300)
    `,
      { during: (child) => child.stdout?.pause() && setTimeout(() => child.stdout?.resume(), 4000) },
    )
    expect(outcome.code).toBe(3)
    expect(outcome.stdout.length).toBeLessThan(1_000_000)
  })
})

describe.concurrent('the end', () => {
  it('comes by itself when nothing is in flight, and runs atexit handlers', async ({ expect }) => {
    const outcome = await run(`await python.exec('import atexit; atexit.register(print, "atexit ran")')`)
    expect(outcome).toEqual(clean('atexit ran\n'))
  })

  it('runs atexit handlers on process.exit', async ({ expect }) => {
    const outcome = await run(`
      await python.exec('import atexit; atexit.register(print, "atexit ran")')
      process.exit(3)
    `)
    expect(outcome).toEqual(clean('atexit ran\n', 3))
  })

  it('has the code of process.exitCode', async ({ expect }) => {
    expect(await run(`await python.exec('print("python")'); process.exitCode = 7`)).toEqual(clean('python\n', 7))
  })

  it('comes after exit listeners that were added after Python had started', async ({ expect }) => {
    const outcome = await run(`
      await python.exec('print("python")')
      python.import('time').sleep(60)
      process.on('exit', (code) => { console.log('listener', code); process.exitCode = 7 })
      setTimeout(() => process.exit(3), 200)
    `)
    expect(outcome).toEqual({ ...clean('listener 3\npython\n', 7) })
  })

  it('waits until what was awaited has come', async ({ expect }) => {
    const outcome = await run(`python.import('time').sleep(0.3).then(() => console.log('slept'))`)
    expect(outcome).toEqual(clean('slept\n'))
  })

  it('waits for what nobody awaits, as Node waits for a file that is being written', async ({ expect }) => {
    const outcome = await run(`python.exec('import time; time.sleep(0.3); print("written")')`)
    expect(outcome).toEqual(clean('written\n'))
  })

  it('does not wait for references', async ({ expect }) => {
    expect(await run(`globalThis.kept = await python.eval('object()')`)).toEqual(clean(''))
  })

  it('does not wait for a lane', async ({ expect }) => {
    expect(await run(`console.log(await python.lane('own').eval('1 + 1'))`)).toEqual(clean('2\n'))
  })

  it('has code 1 after an uncaught exception, with a call in flight and without', async ({ expect }) => {
    for (const state of ['await python.start()', `python.import('time').sleep(60)`]) {
      const outcome = await run(`
        await python.exec('import atexit; print("written", end="")')
        ${state}
        setTimeout(() => { throw new Error('on purpose') }, 100)
      `)
      expect(outcome).toMatchObject({ code: 1, signal: null, stdout: 'written' })
      expect(outcome.stderr).toContain('on purpose')
    }
  })

  it('has code 1 after an unhandled rejection with Python’s error', async ({ expect }) => {
    const outcome = await run(`python.exec('print("written"); 1 / 0')`)
    expect(outcome).toMatchObject({ code: 1, signal: null, stdout: 'written\n' })
    expect(outcome.stderr).toContain('division by zero')
  })

  it('is right for blocking calls alone', async ({ expect }) => {
    const outcome = await run(`
      python.sync.exec('import atexit; atexit.register(print, "atexit ran"); print("first")')
      process.exit(3)
    `)
    expect(outcome).toEqual(clean('first\natexit ran\n', 3))
  })

  it('of a process whose C library calls exit has that code', async ({ expect }) => {
    const outcome = await run(`
      await python.exec('print("written")')
      await python.import('ctypes').CDLL(null).exit(5)
    `)
    expect(outcome).toEqual(clean('written\n', 5))
  })

  it('by os._exit is Python’s own affair', async ({ expect }) => {
    expect(await run(`await python.import('os')._exit(6)`)).toEqual(clean('', 6))
  })

  it('is reached with an error that says so by those who call Python too late', async ({ expect }) => {
    const outcome = await run(`
      const math = python.sync.import('math')
      process.on('exit', () => console.log(math.sqrt(4)))
      const emit = process.emit
      process.emit = function (event, ...rest) {
        const heard = emit.call(this, event, ...rest)
        if (event === 'exit') try { math.sqrt(4) } catch (error) { console.log(error.message) }
        return heard
      }
    `)
    expect(outcome).toEqual(clean('2\nPython has ended: the process is exiting\n'))
  })
})

it('leaves with its code in CommonJS too', async () => {
  const program = writeProgram(
    `
    const { python } = require('snakebridge')
    python.exec('print("x", end="")').then(() => {
      python.import('time').sleep(60)
      setTimeout(() => process.exit(3), 100)
    })
  `,
    'cjs',
  )
  expect(await runFile(program)).toEqual(clean('x', 3))
})
