// The exit code and the output are right in every state Python can be in, and no process of Python's is left behind.
import { expect, it } from 'vitest'
import { run } from './program.js'

const busy = {
  'a sleep on the pool': "python.import('time').sleep(60)",
  'a pure Python loop on the pool': "python.exec('while True: pass')",
  'a NumPy loop on the pool': `python.exec(\`
import numpy
a = numpy.ones((600, 600))
while True: a @ a
\`)`,
  'a sleep on a dedicated lane': "python.lane('own').import('time').sleep(60)",
}

for (const [state, statement] of Object.entries(busy)) {
  it(`leaves with its code while ${state} is in flight`, async () => {
    const outcome = await run(`
      await python.exec('print("written by Python", end="")')
      ${statement}
      setTimeout(() => process.exit(3), 300)
    `)
    expect(outcome).toEqual({ code: 3, signal: null, stdout: 'written by Python', stderr: '' })
  })
}

it('ends by itself when nothing is in flight, and runs atexit handlers', async () => {
  const outcome = await run(`
    await python.exec('import atexit; atexit.register(print, "atexit ran")')
  `)
  expect(outcome).toEqual({ code: 0, signal: null, stdout: 'atexit ran\n', stderr: '' })
})

it('runs atexit handlers on process.exit', async () => {
  const outcome = await run(`
    await python.exec('import atexit; atexit.register(print, "atexit ran")')
    process.exit(3)
  `)
  expect(outcome).toEqual({ code: 3, signal: null, stdout: 'atexit ran\n', stderr: '' })
})

it('ends while a daemon thread of Python runs', async () => {
  const outcome = await run(`
    await python.exec(\`
import threading, time
def forever():
    while True: time.sleep(0.01)
threading.Thread(target=forever, daemon=True).start()
\`)
    process.exit(3)
  `)
  expect(outcome).toEqual({ code: 3, signal: null, stdout: '', stderr: '' })
})

it('waits for nothing that never ends: a thread of Python that is not a daemon', async () => {
  const outcome = await run(
    `
    await python.exec(\`
import threading, time
threading.Thread(target=time.sleep, args=(600,)).start()
\`)
    process.exit(3)
  `,
    { deadline: 25_000 },
  )
  expect(outcome).toEqual({ code: 3, signal: null, stdout: '', stderr: '' })
})

it('honours process.exitCode and exit listeners that were added after Python had started', async () => {
  const outcome = await run(`
    await python.exec('print("python")')
    python.import('time').sleep(60)
    process.on('exit', (code) => { console.log('listener', code); process.exitCode = 7 })
    setTimeout(() => process.exit(3), 200)
  `)
  expect(outcome).toEqual({ code: 7, signal: null, stdout: 'python\nlistener 3\n', stderr: '' })
})

it('reports an uncaught exception with code 1 while a call is in flight', async () => {
  const outcome = await run(`
    python.import('time').sleep(60)
    setTimeout(() => { throw new Error('on purpose') }, 200)
  `)
  expect(outcome.code).toBe(1)
  expect(outcome.stderr).toContain('on purpose')
})

it('leaves no worker of joblib behind', async () => {
  const outcome = await run(`
    const joblib = python.import('joblib')
    const math = python.import('math')
    const parallel = joblib.Parallel(kw({ n_jobs: 2 }))
    console.log(await parallel(python.eval('[__import__("joblib").delayed(abs)(-i) for i in range(4)]')))
    process.exit(3)
  `)
  expect(outcome).toEqual({ code: 3, signal: null, stdout: '[ 0, 1, 2, 3 ]\n', stderr: '' })
})

it('stays alive until what was awaited has come', async () => {
  const outcome = await run(`
    python.import('time').sleep(0.3).then(() => console.log('slept'))
  `)
  expect(outcome).toEqual({ code: 0, signal: null, stdout: 'slept\n', stderr: '' })
})

it('does not stay alive for references', async () => {
  const outcome = await run(`
    globalThis.kept = await python.eval('object()')
  `)
  expect(outcome).toEqual({ code: 0, signal: null, stdout: '', stderr: '' })
})
