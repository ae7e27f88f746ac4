// Coroutines, and calls that were given up, at the end of the process and of a worker.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, it } from 'vitest'
import { clean, run, venv } from './program.js'

const waits = `
import asyncio
async def wait(seconds=60, text='finally\\\\n'):
    try:
        await asyncio.sleep(seconds)
        return 'waited'
    finally:
        print(text, end='', flush=True)
async def block():
    import time
    time.sleep(60)
async def refuse():
    while True:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            pass
`
const names = `const names = await python.exec(\`${waits}\`)
const wait = names.$item('wait'), block = names.$item('block'), refuse = names.$item('refuse')`

describe.concurrent('a process', () => {
  it('stays alive for a coroutine that is awaited, and for nothing else', async ({ expect }) => {
    expect(await run(`${names}; wait(0.3, '').then(console.log)`)).toEqual(clean('waited\n'))
    expect(
      await run(`${names}; await wait(0, ''); wait(60).$keep; globalThis.kept = await wait(60).$keep`),
    ).toMatchObject({ code: 0, stdout: '' })
  })

  it('ends at once with coroutines in flight, whose finally runs', async ({ expect }) => {
    const outcome = await run(`${names}; wait(); wait().catch(() => {}); await wait(0.1, ''); process.exit(3)`)
    expect(outcome).toEqual(clean('finally\n', 3))
  })

  it('ends with one that blocks the loop, and with one that refuses to be cancelled', async ({ expect }) => {
    for (const one of ['block', 'refuse']) {
      const outcome = await run(`${names}; ${one}().catch(() => {}); setTimeout(() => process.exit(3), 300)`, {
        deadline: 15_000,
      })
      expect(outcome).toEqual(clean('', 3))
    }
  })

  it('ends when all that is left was given up', async ({ expect }) => {
    const start = Date.now()
    const outcome = await run(`
      const time = await python.import('time')
      const own = await python.lane('own').import('time')
      for (const call of [time.sleep(60, kw({ $timeout: 500 })), own.sleep(60, kw({ $timeout: 500 }))])
        await call.catch((error) => console.log(error.name, error.running.lane))`)
    expect(outcome).toEqual(clean('TimeoutError pool\nTimeoutError own\n'))
    expect(Date.now() - start).toBeLessThan(20_000)
  })

  it('does not end while a time limit is pending', async ({ expect }) => {
    const outcome = await run(`
      ${names}
      wait(60, '').catch(() => {}) // not limited
      python.import('time').sleep(60, kw({ $timeout: 300 })).catch((error) => { console.log(error.name); process.exit(0) })`)
    expect(outcome).toEqual(clean('TimeoutError\n'))
  })

  it('uses uvloop when it is told to, on a libuv of its own', async ({ expect }) => {
    const outcome = await run(`
      await python.start({ eventLoop: 'uvloop' })
      const names = await python.exec(\`
import asyncio, ctypes, sys, uvloop
async def kind():
    await asyncio.sleep(0.01)
    return type(asyncio.get_running_loop()).__module__
async def child():
    process = await asyncio.create_subprocess_exec(sys.executable, '-c', 'print(42)', stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    return [process.returncode, out.decode().strip()]
async def fetch(port):
    reader, writer = await asyncio.open_connection('127.0.0.1', port)
    writer.write(b'GET / HTTP/1.0\\\\r\\\\n\\\\r\\\\n')
    text = (await reader.read()).decode()
    writer.close()
    return text.split('\\\\r\\\\n\\\\r\\\\n')[1]
\`)
      console.log(await names.$item('kind')())
      const { createServer } = await import('node:http')
      const server = createServer((_, response) => response.end('hello'))
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
      const fetch = names.$item('fetch')
      const pages = await Promise.all(Array.from({ length: 20 }, () => fetch(server.address().port)))
      server.close()
      console.log(new Set(pages))
      console.log(await python.import('uvloop.loop').libuv_get_version())
      const { spawn } = await import('node:child_process')
      const child = names.$item('child')
      for (let i = 0; i < 2; i++) {
        console.log(await child())
        await new Promise((resolve) => spawn('true').on('exit', resolve)) // Node hears of its own children
      }
    `)
    const plain = execFileSync(path.join(venv, 'bin/python'), [
      '-c',
      'from uvloop.loop import *; print(libuv_get_version())',
    ])
    expect(outcome).toEqual(clean(`uvloop\nSet(1) { 'hello' }\n${plain}[ 0, '42' ]\n[ 0, '42' ]\n`))
  })

  it('has the debug mode of asyncio', async ({ expect }) => {
    const outcome = await run(`
      await python.start({ asyncioDebug: true })
      const debug = await python.exec(\`
import asyncio
async def debug(): return asyncio.get_running_loop().get_debug()
\`)
      console.log(await debug.$item('debug')())`)
    // Debug mode reports steps that take 0.1 s on stderr: on a busy machine any does.
    expect(outcome).toMatchObject({ code: 0, signal: null, stdout: 'true\n' })
  })
})

describe('a worker that is terminated', () => {
  it('has its coroutines cancelled; the others go on', async ({ expect }) => {
    const outcome = await run(`
      import { isMainThread, parentPort, Worker } from 'node:worker_threads'
      import { once } from 'node:events'
      ${names}
      if (isMainThread) {
        const worker = new Worker(new URL(import.meta.url))
        await once(worker, 'message')
        const own = wait(0.5, 'main\\n')
        await worker.terminate()
        console.log(await own)
      } else {
        for (let i = 0; i < 3; i++) wait(60, 'worker\\n').catch(() => {})
        await wait(0.05, '')
        parentPort.postMessage('ready')
      }`)
    expect(outcome).toEqual(clean('worker\nworker\nworker\nmain\nwaited\n'))
  })
})
