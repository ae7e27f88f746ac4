// Signals stay Node's: Python installs no handler, and a broken pipe kills nobody.
import { expect, it } from 'vitest'
import { run } from './program.js'

it('ends on Ctrl-C as any Node program, with a call in flight', async () => {
  const outcome = await run(
    `
    python.import('time').sleep(60)
    setTimeout(() => console.log('ready'), 300)
  `,
    { during: (child) => child.stdout?.on('data', () => child.kill('SIGINT')) },
  )
  expect(outcome).toMatchObject({ code: null, signal: 'SIGINT', stdout: 'ready\n' })
})

it('lets Node handle Ctrl-C itself', async () => {
  const outcome = await run(
    `
    await python.import('signal')
    process.on('SIGINT', () => { console.log('handled'); process.exit(4) })
    setInterval(() => {}, 1000)
    console.log('ready')
  `,
    { during: (child) => child.stdout?.once('data', () => child.kill('SIGINT')) },
  )
  expect(outcome).toMatchObject({ code: 4, signal: null, stdout: 'ready\nhandled\n' })
})

it('gets BrokenPipeError, not SIGPIPE, for a pipe that nobody reads', async () => {
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
  expect(outcome).toEqual({ code: 0, signal: null, stdout: 'BrokenPipeError\n', stderr: '' })
})

it('keeps KeyboardInterrupt, SystemExit, MemoryError and RecursionError from ending the process', async () => {
  const outcome = await run(`
    for (const code of ['raise KeyboardInterrupt', 'import sys; sys.exit(5)', 'raise MemoryError', 'bytearray(1 << 62)', 'f = lambda: f(); f()']) {
      try { await python.exec(code) } catch (error) { console.log(error.pythonType) }
      try { python.sync.exec(code) } catch (error) { console.log(error.pythonType) }
    }
  `)
  const types = ['KeyboardInterrupt', 'SystemExit', 'MemoryError', 'MemoryError', 'RecursionError']
  expect(outcome.stdout).toBe(types.flatMap((type) => [type, type]).join('\n') + '\n')
  expect(outcome.code).toBe(0)
})
