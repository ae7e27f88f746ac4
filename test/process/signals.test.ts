// Signals stay Node's: Python installs no handler, and a broken pipe kills nobody. Nothing in Python ends the process.
import { describe, it } from 'vitest'
import { clean, run } from './program.js'

describe.concurrent('Ctrl-C', () => {
  const interrupted = {
    'a call in flight': `python.import('time').sleep(60)`,
    'a pure Python loop in flight': `python.exec('while True: pass')`,
    'nothing in flight': `await python.import('signal')\nsetInterval(() => {}, 1000)`,
  }
  for (const [state, statement] of Object.entries(interrupted)) {
    it(`ends the process as any Node program, with ${state}`, async ({ expect }) => {
      const outcome = await run(`${statement}\nsetTimeout(() => console.log('ready'), 300)`, {
        during: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
      })
      expect(outcome).toEqual({ code: null, signal: 'SIGINT', stdout: 'ready\n', stderr: '' })
    })
  }

  it('reaches the listeners of Node, with a call in flight', async ({ expect }) => {
    const outcome = await run(
      `
      python.import('time').sleep(60)
      process.on('SIGINT', () => { console.log('handled'); process.exit(4) })
      setTimeout(() => console.log('ready'), 300)
    `,
      { during: (child) => child.stdout?.once('data', () => child.kill('SIGINT')) },
    )
    expect(outcome).toEqual(clean('ready\nhandled\n', 4))
  })
})

describe.concurrent('signals', () => {
  it('have the handlers that Node gave them', async ({ expect }) => {
    const outcome = await run(`
      import { readFileSync } from 'node:fs'
      const handlers = () => /^SigIgn.*\\nSigCgt.*$/m.exec(readFileSync('/proc/self/status', 'utf8'))[0]
      const before = handlers()
      await python.import('signal')
      await python.import('subprocess').run(['true'])
      console.log(handlers() === before)
      const { SIGPIPE } = python.import('signal')
      console.log(await python.import('signal').getsignal(SIGPIPE).$is(python.import('signal').SIG_IGN))
    `)
    expect(outcome).toEqual(clean('true\ntrue\n'))
  })

  it('SIGPIPE is BrokenPipeError', async ({ expect }) => {
    const outcome = await run(`
      try {
        await python.exec(\`
import os
r, w = os.pipe()
os.close(r)
os.write(w, b'x')
\`)
      } catch (error) { console.log(error.pythonType) }
    `)
    expect(outcome).toEqual(clean('BrokenPipeError\n'))
  })

  it('SIGPIPE stays away from a program whose reader has gone', async ({ expect }) => {
    const outcome = await run(
      `
      setTimeout(async () => {
        try { await python.exec('print("x", flush=True)') } catch (error) { console.error(error.pythonType) }
        process.exit(5)
      }, 300)
    `,
      { during: (child) => child.stdout?.destroy() },
    )
    expect(outcome).toMatchObject({ code: 5, signal: null })
    expect(outcome.stderr).toContain('BrokenPipeError')
  })

  it('cannot be handled in Python, which says so as on any thread that is not its main one', async ({ expect }) => {
    const outcome = await run(`
      const { signal, SIGUSR1, SIG_IGN } = python.import('signal')
      await signal(SIGUSR1, SIG_IGN).catch((error) => console.log(error.pythonType, error.message))
    `)
    expect(outcome).toEqual(clean('ValueError signal only works in main thread of the main interpreter\n'))
  })
})

describe.concurrent('an error that ends a Python program', () => {
  const endings = {
    KeyboardInterrupt: 'raise KeyboardInterrupt',
    SystemExit: 'import sys; sys.exit(5)',
    MemoryError: 'bytearray(1 << 62)',
    RecursionError: 'f = lambda: f(); f()',
    GeneratorExit: 'raise GeneratorExit',
  }
  for (const [type, code] of Object.entries(endings)) {
    it(`is an error like others: ${type}`, async ({ expect }) => {
      const outcome = await run(`
        const lane = python.lane('own')
        for (const where of [python, lane, python.sync]) {
          try { await where.exec(${JSON.stringify(code)}) } catch (error) { console.log(error.pythonType) }
        }
        console.log(await python.eval('1 + 1'), await lane.eval('1 + 1'), python.sync.eval('1 + 1'))
      `)
      expect(outcome).toEqual(clean(`${type}\n${type}\n${type}\n2 2 2\n`))
    })
  }
})
