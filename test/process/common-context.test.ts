// The context variables of an environment end with it, and are its own.
import { describe, it } from 'vitest'
import { clean, run } from './program.js'
import { patience, program } from './worker-program.js'

const fixture = JSON.stringify(new URL('../python/context_variables.py', import.meta.url).pathname)

describe.concurrent('context variables', () => {
  it('are each thread’s own, and dropped when it has ended, whoever had set them', async ({ expect }) => {
    const outcome = await run(
      program(
        `${patience}
        const { read, write, held_anywhere } = python.import(${fixture})
        await write('main')
        const worker = start()
        console.log((await once(worker, 'message'))[0])
        console.log(await read(), (await held_anywhere()) > 0)
        await worker.terminate()
        for (let i = 0; i < 200 && (await held_anywhere()) !== 0; i++) await pause(20)
        console.log(await read(), await held_anywhere())`,
        `const { read, hold, held_here } = python.import(${fixture})
        const blocking = python.sync.import(${fixture})
        const before = await read()
        await hold()
        blocking.hold()
        python.import('time').sleep(0.05).then(() => {}) // the next runs on another thread of the pool
        await new Promise((done) => setTimeout(done, 20))
        await hold()
        parentPort.postMessage([before, await held_here(), blocking.held_here()])
        setInterval(() => {}, 1000)`,
      ),
    )
    expect(outcome).toEqual(clean("[ 'default', true, true ]\nmain true\nmain 0\n"))
  })

  it('hold nothing of what was set before', async ({ expect }) => {
    const outcome = await run(`
      const { hold, write, held_anywhere } = python.import(${fixture})
      const blocking = python.sync.import(${fixture})
      for (let i = 0; i < 50; i++) {
        await hold()
        blocking.hold()
      }
      await write('nothing')
      blocking.read()
      console.log(await held_anywhere())`)
    expect(outcome).toEqual(clean('0\n'))
  })
})
