// Callbacks at the end of things: of the process, of a worker.
import { describe, it } from 'vitest'
import { clean, run, writeProgram } from './program.js'

const python = JSON.stringify(new URL('../python/async_callbacks.py', import.meta.url).pathname)
const waits = JSON.stringify(new URL('../python/served_waits.py', import.meta.url).pathname)

describe.concurrent('a process', () => {
  it('ends although Python holds a function', async ({ expect }) => {
    expect(await run(`await python.import(${python}).store('fn', () => 1); console.log('end')`)).toEqual(clean('end\n'))
  })

  it('stays alive for a function with keepAlive, until Python has dropped it', async ({ expect }) => {
    const outcome = await run(`
      const callbacks = python.import(${python})
      const log = python.callback(() => console.log('called'), { keepAlive: true })
      await callbacks.call_after(log, 0.3)
      console.log('end')
    `)
    expect(outcome).toEqual(clean('end\ncalled\n'))
  })

  it('ends with the error of a function that was fired and forgotten, thrown or rejected', async ({ expect }) => {
    for (const fn of ["() => { throw new RangeError('mine') }", "async () => { throw new RangeError('mine') }"]) {
      const outcome = await run(`
        const callbacks = python.import(${python})
        await callbacks.repeat(python.callback(${fn}, { fireAndForget: true }), 1)
        setTimeout(() => console.log('too late'), 2000)
      `)
      expect(outcome.code).toBe(1)
      expect(outcome.stdout).toBe('')
      expect(outcome.stderr).toContain('RangeError: mine')
    }
  })

  it('hears of such an error by uncaughtException', async ({ expect }) => {
    const outcome = await run(`
      process.on('uncaughtException', (error) => console.log('heard', error.message))
      const callbacks = python.import(${python})
      await callbacks.repeat(python.callback(() => { throw new RangeError('mine') }, { fireAndForget: true }), 2)
    `)
    expect(outcome).toEqual(clean('heard mine\nheard mine\n'))
  })

  it('releases a thread of Python that waits for JavaScript when it ends', async ({ expect }) => {
    const outcome = await run(
      `
      await python.exec(\`
import threading, time
def run():
    try:
        function()
    except BaseException as error:
        print(type(error).__name__, flush=True)
thread = threading.Thread(target=run)
thread.start()
time.sleep(0.2)
\`, { function: () => new Promise(() => {}) })
      console.log('end')
    `,
      { deadline: 8000 },
    )
    expect(outcome).toEqual(clean('end\nJavaScriptGone\n'))
  })

  it('leaves with its code from inside a callback, and while one is awaited', async ({ expect }) => {
    for (const fn of [
      '() => process.exit(3)',
      '() => { setTimeout(() => process.exit(3), 100); return new Promise(() => {}) }',
    ]) {
      expect(await run(`await python.import(${python}).repeat(${fn}, 1)`, { deadline: 8000 })).toEqual(clean('', 3))
    }
    expect(await run(`python.sync.import(${python}).repeat(() => process.exit(3), 1)`, { deadline: 8000 })).toEqual(
      clean('', 3),
    )
  })

  it('leaves with its code while a thread of Python calls back again and again', async ({ expect }) => {
    const outcome = await run(
      `
      python.import(${waits}).call_later((x) => x, 10_000_000)
      setTimeout(() => process.exit(3), 500)
    `,
      { deadline: 12_000 },
    )
    expect(outcome.code).toBe(3)
    expect(outcome.signal).toBe(null)
  })
})

const worker = (body: string) =>
  JSON.stringify(
    writeProgram(`
import { python, kw } from 'snakebridge'
import { parentPort } from 'node:worker_threads'
const callbacks = python.import(${python})
${body}
`),
  )

describe.concurrent('a worker', () => {
  it('that is terminated in mid-callback releases the thread that waits for it', async ({ expect }) => {
    const outcome = await run(
      `
      import { Worker } from 'node:worker_threads'
      const worker = new Worker(${worker(`
        await callbacks.store('never', () => new Promise(() => parentPort.postMessage('called')))
        parentPort.postMessage('stored')
        setInterval(() => {}, 1000)
      `)})
      const message = () => new Promise((resolve) => worker.once('message', resolve))
      console.log(await message())
      const callbacks = python.import(${python})
      const waiting = (async () => await callbacks.call_stored('never'))().catch((error) => error)
      console.log(await message())
      await worker.terminate()
      const error = await waiting
      console.log(error.pythonType, error.message)
      const again = await (async () => await callbacks.call_stored('never'))().catch((error) => error)
      console.log(again.pythonType)
      process.exit()
    `,
      { deadline: 10_000 },
    )
    expect(outcome.stderr).toBe('')
    expect(outcome.stdout).toBe(
      'stored\ncalled\nsnakebridge.errors.JavaScriptGone expected JavaScript to be there for <anonymous>, got the end ' +
        'of the thread (main thread or worker) that it belongs to\nsnakebridge.errors.JavaScriptGone\n',
    )
    expect(outcome.code).toBe(0)
  })

  it('that is terminated in the middle of a synchronous callback, too', async ({ expect }) => {
    const outcome = await run(
      `
      import { Worker } from 'node:worker_threads'
      const worker = new Worker(${worker(`
        await callbacks.store('endless', () => { parentPort.postMessage('called'); for (;;) {} })
        parentPort.postMessage('stored')
        setInterval(() => {}, 1000)
      `)})
      const message = () => new Promise((resolve) => worker.once('message', resolve))
      await message()
      const callbacks = python.import(${python})
      const waiting = (async () => await callbacks.call_stored('endless'))().catch((error) => error)
      await message()
      await worker.terminate()
      console.log((await waiting).pythonType)
    `,
      { deadline: 10_000 },
    )
    expect(outcome).toEqual(clean('snakebridge.errors.JavaScriptGone\n'))
  })

  it('has functions that are references elsewhere, and run on their own thread when they are called', async ({
    expect,
  }) => {
    const outcome = await run(
      `
      import { Worker, threadId } from 'node:worker_threads'
      const worker = new Worker(${worker(`
        import { threadId } from 'node:worker_threads'
        await callbacks.store('where', function where(x) { return [threadId, x] })
        parentPort.postMessage('stored')
        setInterval(() => {}, 1000)
      `)})
      await new Promise((resolve) => worker.once('message', resolve))
      const where = await python.eval('f.stored["where"]', { f: python.import(${python}) })
      const [thread, value] = await where(1)
      console.log(thread === worker.threadId, thread !== threadId, value, await where.$repr)
      console.log((await python.import(${python}).repeat(where, 1))[0] === worker.threadId)
      process.exit()
    `,
      { deadline: 10_000 },
    )
    expect(outcome).toEqual(clean('true true 1 <JsFunction where>\ntrue\n'))
  })
})
