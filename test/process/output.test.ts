// Routed output, captures and listeners when the process or a worker ends.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'vitest'
import { clean, folder, run } from './program.js'

const lines = (n: number) => Array.from({ length: n }, (_, i) => `${i}\n`).join('')
const route = `
  import { createWriteStream } from 'node:fs'
  import { finished } from 'node:stream/promises'
  import { Worker, isMainThread } from 'node:worker_threads'`

describe.concurrent('output', () => {
  it('goes through Node’s own stdout in the order of both languages', async ({ expect }) => {
    const outcome = await run(`
      await python.builtins.print('before')
      await python.output({ stdout: process.stdout, stderr: process.stderr })
      console.log('one'); await python.builtins.print('two'); console.log('three')
      await python.exec('import sys; print("error", file=sys.stderr)')
      await python.output(null)
      await python.builtins.print('after')`)
    expect(outcome).toEqual({ ...clean('before\none\ntwo\nthree\nafter\n'), stderr: 'error\n' })
  })

  it('of a program that ends by itself has all been written, and what atexit prints is not lost', async ({
    expect,
  }) => {
    const file = path.join(folder, 'routed.log')
    const outcome = await run(`${route}
      const log = createWriteStream(${JSON.stringify(file)})
      await python.output({ stdout: log })
      await python.exec('import atexit; atexit.register(print, "at exit")')
      await python.exec('for i in range(20_000): print(i)')`)
    expect(outcome).toEqual(clean('at exit\n'))
    expect(readFileSync(file, 'utf8')).toBe(lines(20_000))
  })

  it('that JavaScript has not taken when process.exit() is called goes to the real stdout', async ({ expect }) => {
    const outcome = await run(`
      let taken = ''
      const { Writable } = await import('node:stream')
      await python.output({ stdout: new Writable({ write(chunk, _, done) { taken += chunk; done() } }) })
      await python.builtins.print('taken')
      python.sync.exec('for i in range(1000): print(i)')
      process.on('exit', () => process.stderr.write(taken))
      process.exit(3)`)
    expect(outcome).toEqual({ ...clean(lines(1000), 3), stderr: 'taken\n' })
  })

  it('of a thread that goes on when the program has ended is not lost', async ({ expect }) => {
    const outcome = await run(`
      await python.output({ stdout: process.stdout })
      await python.exec(\`
import threading, time
def late():
    time.sleep(0.3)
    print("late")
threading.Thread(target=late, daemon=False).start()
print("soon")\`)`)
    expect(outcome).toEqual(clean('soon\nlate\n'))
  })

  it('goes on to the process’s own stream when the Writable is destroyed', async ({ expect }) => {
    const outcome = await run(`
      const { PassThrough } = await import('node:stream')
      const stream = new PassThrough()
      await python.output({ stdout: stream })
      stream.destroy()
      await python.builtins.print('saved')`)
    expect(outcome).toEqual(clean('saved\n'))
  })

  it('of C code is neither captured nor routed', async ({ expect }) => {
    const outcome = await run(`
      const { PassThrough } = await import('node:stream')
      await python.output({ stdout: new PassThrough() })
      const { stdout } = await python.capture(() => python.exec('import os; os.write(1, b"by C\\\\n")'))
      console.error(stdout.length)`)
    expect(outcome).toEqual({ ...clean('by C\n'), stderr: '0\n' })
  })

  it('of a worker that is terminated in a capture is printed after all', async ({ expect }) => {
    const outcome = await run(`${route}
      await python.builtins.print('start')
      const worker = new Worker(\`
        const { python } = require('snakebridge')
        const { parentPort } = require('node:worker_threads')
        python.capture(async () => {
          await python.builtins.print('captured')
          parentPort.postMessage('there')
          await new Promise(() => setInterval(() => {}, 1000))
        })\`, { eval: true })
      await new Promise((resolve) => worker.once('message', resolve))
      await worker.terminate()
      for (let i = 0; i < 100; i++) {
        await python.import('gc').collect()
        if ((await python.import('sys').stdout.$type.__name__) === 'StandardStream') break
        await new Promise((resolve) => setTimeout(resolve, 20))
      }`)
    expect(outcome).toEqual(clean('start\ncaptured\n'))
  })

  it('of a worker’s route goes back to where it went before when the worker ends', async ({ expect }) => {
    const outcome = await run(`${route}
      await python.builtins.print('start')
      const worker = new Worker(\`
        const { python } = require('snakebridge')
        const { Writable } = require('node:stream')
        const { parentPort } = require('node:worker_threads')
        const text = []
        python.output({ stdout: new Writable({ write(chunk, _, done) { text.push(String(chunk)); done() } }) })
          .then(() => python.builtins.print('in the worker'))
          .then(() => parentPort.postMessage(text.join('')))
        setInterval(() => {}, 1000)\`, { eval: true, filename: import.meta.filename })
      const said = await new Promise((resolve) => worker.on('message', resolve))
      await worker.terminate()
      await python.exec('print("after the worker"); import sys; sys.stdout.flush()')
      console.error(said.trim())`)
    expect(outcome).toEqual({ ...clean('start\nafter the worker\n'), stderr: 'in the worker\n' })
  })
})

describe.concurrent('listeners', () => {
  it('do not keep the process alive', async ({ expect }) => {
    const outcome = await run(`
      await python.on('log', { level: 'INFO' }, ({ message }) => console.log(message))
      await python.on('warning', ({ message }) => console.log(message))
      await python.import('logging').info('heard')
      await python.import('warnings').warn('careful')`)
    expect(outcome).toEqual(clean('heard\ncareful\n'))
  })

  it('that throw are uncaught exceptions', async ({ expect }) => {
    const outcome = await run(`
      process.on('uncaughtException', (error) => { console.log('uncaught', error.message) })
      await python.on('log', () => { throw new Error('mine') })
      await python.import('logging').getLogger().warning('x')
      await new Promise((resolve) => setTimeout(resolve, 50))`)
    expect(outcome).toEqual(clean('uncaught mine\n'))
  })

  it('of workers hear what any thread logs, and are forgotten with their worker', async ({ expect }) => {
    const outcome = await run(`${route}
      const worker = new Worker(\`
        const { python } = require('snakebridge')
        const { parentPort } = require('node:worker_threads')
        python.on('log', { level: 'INFO' }, ({ message }) => parentPort.postMessage(message))
          .then(() => parentPort.postMessage('ready'))
        setInterval(() => {}, 1000)\`, { eval: true })
      const next = () => new Promise((resolve) => worker.once('message', resolve))
      console.log(await next())
      const heard = next()
      const logging = python.import('logging').getLogger()
      await logging.info('from the main thread')
      console.log(await heard)
      await worker.terminate()
      await logging.info('nobody hears')
      console.log(await logging.level)
      console.log(await logging.callHandlers.__name__)`)
    expect(outcome).toEqual(clean('ready\nfrom the main thread\n30\ncallHandlers\n'))
  })

  it('load nothing in Python before they are used', async ({ expect }) => {
    const outcome = await run(`
      await python.builtins.print('started')
      console.error(await python.eval(
        '[m for m in __import__("sys").modules if m in ("logging", "warnings.x", "snakebridge.output", "snakebridge.capture", "snakebridge.routed_streams", "snakebridge.log_events")]'))`)
    expect(outcome.stderr).toBe('[]\n')
  })
})
