// The end of a process, or of a worker, in the middle of a stream.
import { describe, it } from 'vitest'
import { clean, run, writeProgram } from './program.js'

const source = writeProgram(
  `
import sys, time
def slow(seconds, name='slow'):
    try:
        while True:
            yield 1
            time.sleep(seconds)
    finally:
        print(name, 'closed', flush=True)
def failing():
    try:
        while True: yield 1
    finally:
        raise ValueError('in finally')
`,
  'py',
)
const prologue = `const { slow, failing } = python.import(${JSON.stringify(source)})\n`

describe.concurrent('the process ends', () => {
  it('by itself, when nobody waits for an item: the generator’s finally runs', async ({ expect }) => {
    const outcome = await run(`${prologue}
      const stream = slow(0).$stream()
      console.log((await stream.next()).value)`)
    expect(outcome).toEqual(clean('1\nslow closed\n'))
  })

  it('by process.exit() in the loop: finally runs, the code is right', async ({ expect }) => {
    const outcome = await run(`${prologue}
      let count = 0
      for await (const _ of slow(0)) if (++count === 1000) process.exit(3)`)
    expect(outcome).toEqual(clean('slow closed\n', 3))
  })

  it('by process.exit() in mid-step: at once', async ({ expect }) => {
    const outcome = await run(
      `${prologue}
      for await (const _ of slow(20)) setTimeout(() => process.exit(4), 500)`,
      { deadline: 15_000 },
    )
    expect(outcome).toEqual(clean('', 4))
  })

  it('with a finally that raises: what it raises is printed', async ({ expect }) => {
    const outcome = await run(`${prologue}
      await failing().$stream().next()
      await slow(0).$stream().next()`)
    expect(outcome.code).toBe(0)
    expect(outcome.stdout).toBe('slow closed\n')
    expect(outcome.stderr).toContain('ValueError: in finally')
  })

  it('by an error in the loop: finally runs, then the error ends it', async ({ expect }) => {
    const outcome = await run(`${prologue}
      for await (const _ of slow(0)) throw new Error('mine')`)
    expect(outcome).toMatchObject({ code: 1, stdout: 'slow closed\n' })
    expect(outcome.stderr).toContain('mine')
  })
})

describe.concurrent('a worker is terminated', () => {
  const program = (worker: string, wait = 300) => `
    import { isMainThread, parentPort, Worker } from 'node:worker_threads'
    import { once } from 'node:events'
    ${prologue}
    if (isMainThread) {
      const worker = new Worker(new URL(import.meta.url))
      await once(worker, 'message')
      await new Promise((done) => setTimeout(done, ${wait}))
      console.log(await worker.terminate())
      console.log(await python.eval('1 + 1'))
      await python.import('time').sleep(0.5)
      let count = 0
      for await (const _ of python.builtins.range(1000)) count++
      console.log(count)
    } else {
      ${worker}
    }`

  it('between two items: the generator’s finally runs', async ({ expect }) => {
    const outcome = await run(
      program(`const stream = slow(0).$stream()
      await stream.next()
      parentPort.postMessage('go')
      setInterval(() => {}, 1000)`),
    )
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout.split('\n').sort()).toEqual(['', '1', '1000', '2', 'slow closed'])
  })

  it('in mid-step: what comes late is dropped, and finally runs when the step ends', async ({ expect }) => {
    const outcome = await run(
      program(`let first = true
      for await (const _ of slow(0.6)) { if (first) parentPort.postMessage('go'); first = false }`),
    )
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout.split('\n').sort()).toEqual(['', '1', '1000', '2', 'slow closed'])
  })

  it('while it consumes as fast as it can', async ({ expect }) => {
    const outcome = await run(
      program(`let first = true
      for await (const _ of slow(0)) { if (first) parentPort.postMessage('go'); first = false }`),
    )
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout.split('\n').sort()).toEqual(['', '1', '1000', '2', 'slow closed'])
  })
})
