// The end of a process, or of a worker, while Python reads or writes a JavaScript stream.
import { describe, it } from 'vitest'
import { clean, run, writeProgram } from './program.js'

const source = writeProgram(
  `
import threading
def consume(source):
    for item in source: pass
    return 'consumed'
def copy(source, target):
    while data := source.read(65536): target.write(data)
async def consume_later(source):
    async for item in source: pass
kept = []
def read_in_background(source):
    def work():
        try:
            for item in source: pass
        except BaseException as exc:
            print(type(exc).__name__, flush=True)
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    kept.append(thread)
def join():
    for thread in kept: thread.join(10)
`,
  'py',
)
const prologue = `
  const { consume, consume_later, copy, read_in_background, join } = python.import(${JSON.stringify(source)})
  const never = async function* () {
    yield 1
    await new Promise(() => {})
  }
  const timer = async function* () {
    for (;;) yield await new Promise((done) => setTimeout(done, 1))
  }
`

describe.concurrent('the process ends', () => {
  const calls = {
    'a thread of the pool waits for the next item': 'consume(never())',
    'a coroutine waits for the next item': 'consume_later(never())',
    'items come all the time': 'consume(timer())',
  }
  for (const [when, call] of Object.entries(calls)) {
    it(`by process.exit(), while ${when}`, async ({ expect }) => {
      const outcome = await run(
        `${prologue}
        setTimeout(() => process.exit(5), 500)
        await ${call}`,
        { deadline: 15_000 },
      )
      expect(outcome).toEqual(clean('', 5))
    })
  }

  it('by itself, when what Python writes is written', async ({ expect }) => {
    const outcome = await run(`${prologue}
      import { Readable, Writable } from 'node:stream'
      let length = 0
      const target = new Writable({ write: (chunk, _, done) => { length += chunk.length; setTimeout(done, 1) } })
      await copy(Readable.from(Array(50).fill(Buffer.alloc(65536)), { objectMode: false }), target)
      target.end(() => console.log(length))`)
    expect(outcome).toEqual(clean(`${50 * 65536}\n`))
  })

  it('by itself, with a stream that Python holds and nobody reads', async ({ expect }) => {
    const outcome = await run(`${prologue}
      const kept = await python.builtins.list([never()]).$keep
      console.log(await kept.$len)`)
    expect(outcome).toEqual(clean('1\n'))
  })
})

describe.concurrent('a worker is terminated', () => {
  const calls = {
    'a call reads its stream': 'consume(stream())',
    'a coroutine reads its stream': 'consume_later(stream())',
    'a thread of Python’s reads its stream': 'read_in_background(stream())',
  }
  for (const [when, call] of Object.entries(calls)) {
    it(`while ${when}: Python goes on`, async ({ expect }) => {
      const outcome = await run(`
        import { isMainThread, parentPort, Worker } from 'node:worker_threads'
        import { once } from 'node:events'
        ${prologue}
        if (isMainThread) {
          const worker = new Worker(new URL(import.meta.url))
          await once(worker, 'message')
          console.log(await worker.terminate())
          await join()
          console.log(await python.eval('1 + 1'))
        } else {
          let count = 0
          const stream = async function* () {
            for (;;) {
              if (++count === 100) parentPort.postMessage('reading')
              yield await new Promise((done) => setTimeout(done, 0))
            }
          }
          await ${call}
          await new Promise(() => setInterval(() => {}, 1000))
        }`)
      const gone = call.startsWith('read_in') ? 'JavaScriptGone\n' : ''
      // The thread that read hears of the end when it hears of it: before or after the first line.
      expect([clean(`1\n${gone}2\n`), clean(`${gone}1\n2\n`)]).toContainEqual(outcome)
    })
  }
})
