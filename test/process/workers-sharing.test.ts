// What crosses between worker threads: memory, arrays, references, functions.
import { describe, it } from 'vitest'
import { copying } from '../arrays/copying.js'
import { copied, itUnless } from '../skipping.js'
import { clean, run } from './program.js'
import { program } from './worker-program.js'

describe.concurrent('worker threads', () => {
  itUnless(copying, copied)('share memory with each other and with Python, without a copy', async ({ expect }) => {
    const outcome = await run(
      program(
        `const memory = new SharedArrayBuffer(800_000)
        const mine = new Float64Array(memory)
        const seen = await python.import('numpy').asarray(mine).$keep
        const worker = start(memory)
        const [sum] = await once(worker, 'message')
        console.log(sum, mine[99_999], await seen.sum())
        await worker.terminate()
        await seen.fill(3)
        console.log(mine[0])`,
        `const mine = new Float64Array(workerData)
        const np = python.import('numpy')
        await np.asarray(mine).fill(2)
        parentPort.postMessage(await np.sum(mine))
        setInterval(() => {}, 1000)`,
      ),
    )
    expect(outcome).toEqual(clean('200000 2 200000\n3\n'))
  })

  // Where every buffer is copied, the memory is JavaScript's own, and moves like any other.
  itUnless(copying, copied)(
    'get a copy of Python’s memory when it is posted, and its owner keeps it',
    async ({ expect }) => {
      const outcome = await run(
        program(
          `const array = await python.import('numpy').ones(3)
        const worker = start()
        for (const transferred of [[], [array.buffer]]) {
          try {
            worker.postMessage({ data: array.data, shape: array.shape }, transferred)
            console.log((await once(worker, 'message'))[0])
          } catch (error) { console.log(error.name) }
        }
        console.log(array.data, await python.import('numpy').sum(array))
        await worker.terminate()`,
          `parentPort.on('message', async ({ data, shape }) => {
          const np = python.import('numpy')
          data[0] = 10
          parentPort.postMessage(await np.sum(np.reshape(data, python.tuple(shape))))
        })`,
        ),
      )
      // Later Nodes refuse to transfer what is not theirs to move.
      const transferred = Number.parseInt(process.versions.node, 10) < 21 ? '12' : 'DataCloneError'
      expect(outcome).toEqual(clean(`12\n${transferred}\nFloat64Array(3) [ 1, 1, 1 ] 3\n`))
    },
  )

  it('cannot be sent a reference', async ({ expect }) => {
    const outcome = await run(
      program(
        `const worker = start()
        const kept = await python.eval('object()')
        for (const message of [kept, { kept }, [python.eval('1')]]) {
          try { worker.postMessage(message) } catch (error) { console.log(error.name) }
        }
        await worker.terminate()`,
        `setInterval(() => {}, 1000)`,
      ),
    )
    expect(outcome).toEqual(clean('DataCloneError\nDataCloneError\nDataCloneError\n'))
  })

  it('cannot be sent an NDArray itself, but what it consists of', async ({ expect }) => {
    const outcome = await run(
      program(
        `const worker = start()
        const array = await python.import('numpy').arange(6).reshape(2, 3)
        for (const message of [array, { deep: [array] }, new array.constructor(new Float64Array(2))]) {
          try { worker.postMessage(message) } catch (error) { console.log(error.name, error.message) }
        }
        try { structuredClone(array) } catch (error) { console.log(error.name) }
        worker.on('message', async (sum) => { console.log(sum); await worker.terminate() })
        worker.postMessage({ data: array.data, shape: array.shape })`,
        `const np = python.import('numpy')
        parentPort.on('message', async ({ data, shape }) => {
          parentPort.postMessage(Number(await np.sum(np.reshape(data, python.tuple(shape)))))
        })`,
      ),
    )
    const refusal = 'DataCloneError Symbol(an NDArray itself: post its data and shape) could not be cloned.\n'
    expect(outcome).toEqual(clean(`${refusal.repeat(3)}DataCloneError\n15\n`))
  })

  it('call a function of another one through Python, on its own thread, until that has ended', async ({ expect }) => {
    const outcome = await run(
      program(
        `await python.exec('import sys, types; sys.modules["shared"] = types.ModuleType("shared")')
        const worker = start()
        await once(worker, 'message')
        const shared = python.import('shared')
        const theirs = await shared.whoami
        console.log(typeof theirs, await theirs() === worker.threadId, await shared.whoami() === threadId)
        await worker.terminate()
        for (const call of [() => theirs(), () => python.sync.import('shared').whoami()]) {
          try { await call() } catch (error) { console.log(error.name, error.pythonType, error.message) }
        }`,
        `const shared = await python.import('shared')
        shared.whoami = function whoami() { return threadId }
        await shared.whoami
        parentPort.postMessage('set')
        setInterval(() => {}, 1000)`,
      ),
    )
    const gone =
      'PythonError snakebridge.errors.JavaScriptGone expected JavaScript to be there for whoami, got the end of the thread (main thread or worker) that it belongs to\n'
    expect(outcome).toEqual(clean(`function true false\n${gone}${gone}`))
  })

  it('have lanes, sessions and streams of their own', async ({ expect }) => {
    const outcome = await run(
      program(
        `const lane = python.lane('same name')
        const mine = await lane.import('threading').get_ident()
        const answers = []
        for (let i = 0; i < 2; i++) answers.push(once(start(), 'message').then(([answer]) => answer))
        const [first, second] = await Promise.all(answers)
        console.log(new Set([mine, first.lane, second.lane]).size, first.rest, second.rest)
        console.log(await lane.import('threading').get_ident() === mine, python.stats().lanes.length)`,
        `const lane = await python.lane('same name').import('threading').get_ident()
        const session = python.session()
        const list = session.eval('[1, 2, 3]')
        let sum = 0
        for await (const n of list) sum += n
        session.end()
        let error
        try { await list.$len } catch (caught) { error = caught.name }
        sum += await python.eval('sum')((async function* () { yield 4; yield 5 })())
        parentPort.postMessage({ lane, rest: [sum, error, await python.eval('lambda f: f(1)')((n) => n + 1)].join() })`,
      ),
    )
    expect(outcome).toEqual(clean('3 15,SessionError,2 15,SessionError,2\ntrue 1\n'))
  })
})
