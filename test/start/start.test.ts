// python.start, startSync and info: one Python in a process, whoever asks first.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, it } from 'vitest'
import { clean, environment, run, venv } from '../process/program.js'

const executable = path.join(venv, 'bin/python')
const plain = (code: string): unknown =>
  JSON.parse(
    execFileSync(executable, ['-c', `import json, os, sys; print(json.dumps(${code}))`], {
      env: environment,
      encoding: 'utf8',
    }),
  )

describe.concurrent('a start', () => {
  it('is optional: the first use starts Python', async ({ expect }) => {
    const outcome = await run(`
      console.log(python.info())
      const math = python.import('math')
      console.log(python.info())
      console.log(await math.sqrt(4), python.info().version)
    `)
    const version = plain('sys.version.split()[0]')
    expect(outcome).toEqual(clean(`undefined\nundefined\n2 ${version}\n`))
  })

  it('gives the environment of plain Python', async ({ expect }) => {
    const outcome = await run(`
      const sys = python.import('sys')
      const { executable, prefix, basePrefix, path } = await python.start()
      console.log(JSON.stringify([executable, prefix, basePrefix, path]))
      console.log(JSON.stringify([await sys.executable, await sys.prefix, await sys.base_prefix, await sys.path]))
      console.log(await python.import('numpy').__file__)
    `)
    // Plain Python puts the folder of its script, or '' for -c, before the rest.
    const expected = JSON.stringify(plain('[sys.executable, sys.prefix, sys.base_prefix, sys.path[1:]]'))
    const numpy = plain('__import__("numpy").__file__')
    expect(outcome.stdout.replaceAll('","', '", "')).toBe(
      `${expected}\n${expected}\n${numpy}\n`.replaceAll('","', '", "'),
    )
  })

  it('twice is one start, at once or one after the other', async ({ expect }) => {
    const outcome = await run(`
      const [one, two] = await Promise.all([python.start(), python.start()])
      const three = await python.start({ executable: one.executable })
      console.log(one.executable === two.executable, three.executable === one.executable, python.startSync().version === one.version)
    `)
    expect(outcome).toEqual(clean('true true true\n'))
  })

  it('that blocks joins one that is under way', async ({ expect }) => {
    const outcome = await run(`
      const starting = python.start()
      const math = python.import('math').sqrt(9)
      const now = python.startSync()
      console.log(python.sync.import('math').sqrt(4), (await starting).executable === now.executable, await math)
    `)
    expect(outcome).toEqual(clean('2 true 3\n'))
  })

  it('by a blocking call joins one that is under way', async ({ expect }) => {
    const outcome = await run(`
      const root = python.import('math').sqrt(9)
      console.log(python.sync.import('math').sqrt(4), await root)
    `)
    expect(outcome).toEqual(clean('2 3\n'))
  })

  it('in several threads at once is one start', async ({ expect }) => {
    const outcome = await run(`
      import { isMainThread, parentPort, Worker } from 'node:worker_threads'
      if (isMainThread) {
        const answers = [1, 2, 3].map(() => new Promise((done) => new Worker(new URL(import.meta.url)).on('message', done)))
        console.log(await Promise.all([...answers, python.eval('1 + 1')]))
      } else parentPort.postMessage(await python.eval('1 + 1'))
    `)
    expect(outcome).toEqual(clean('[ 2, 2, 2, 2 ]\n'))
  })

  it('of another Python than the one that runs is refused, naming both', async ({ expect }) => {
    const outcome = await run(
      `
      await python.start()
      await python.start({ env: '/nowhere' }).catch((error) => console.log(error.name, error.code, error.message))
      try { python.startSync({ env: '/nowhere' }) } catch (error) { console.log(error.code) }
      console.log(await python.eval('1 + 1'))
    `,
    )
    expect(outcome.stdout).toMatch(/^PythonStartError already_started expected the Python that runs in this process/)
    expect(outcome.stdout).toContain(executable)
    expect(outcome.stdout).toMatch(/already_started\n2\n$/)
  })

  it('with options that the running Python does not have is refused, naming them', async ({ expect }) => {
    const outcome = await run(`
      const np = python.import('math')
      const refused = (error) => console.log(error.name, error.code, error.message)
      await python.start({ poolSize: 2 }).catch(refused)
      try { python.startSync({ pool: 'node', queueLimit: 5, eventLoop: 'uvloop', asyncioDebug: true }) } catch (error) { refused(error) }
      await python.start({ switchInterval: 0.001 }).catch(refused)
      await python.start({ isolation: false }).catch(refused)
      await python.start({ copyBuffers: true }).catch(refused)
      await python.start({ poolSize: 64, pool: 'own', eventLoop: 'asyncio', asyncioDebug: false, isolation: true, switchInterval: 0.005 })
      await python.start({ queueLimit: undefined, grace: 100 })
      console.log(await np.sqrt(python.import('time').sleep(0.05).$not().$add(3)))
    `)
    const refusal = (given: string) =>
      `PythonStartError already_started expected the options that Python was started with, got ${given}; they count for the ` +
      'process: call python.start() before anything else uses Python, also in the modules that this one imports\n'
    expect(outcome).toEqual(
      clean(
        refusal('poolSize 2 (it is 64)') +
          refusal(
            "eventLoop 'uvloop' (it is 'asyncio'), asyncioDebug true (it is false), queueLimit 5 (it was left out), pool 'node' (it is 'own')",
          ) +
          refusal('switchInterval 0.001 (it is 0.005)') +
          refusal('isolation false (it is true)') +
          refusal('copyBuffers true (it is false)') +
          '2\n',
      ),
    )
  })

  it('with the same options joins, and of two at once with others the second is refused', async ({ expect }) => {
    const outcome = await run(`
      const [one, two, three] = await Promise.allSettled([
        python.start({ poolSize: 3 }), python.start({ poolSize: 4 }), python.start({ poolSize: 3 }),
      ])
      console.log(one.status, two.reason.code, three.status, python.stats().pool.limit)
    `)
    expect(outcome).toEqual(clean('fulfilled already_started fulfilled 3\n'))
  })

  it('of another thread has options that a worker cannot change, but its own', async ({ expect }) => {
    const outcome = await run(`
      import { isMainThread, parentPort, Worker } from 'node:worker_threads'
      if (isMainThread) {
        await python.start({ poolSize: 3 })
        console.log(await new Promise((done) => new Worker(new URL(import.meta.url)).on('message', done)), python.stats().pool.limit)
      } else {
        const refused = await python.start({ poolSize: 4 }).catch((error) => error.message)
        await python.start({ poolSize: 3, timeout: 60_000, copyBuffers: true })
        parentPort.postMessage([refused.includes('poolSize 4 (it is 3)'), await python.eval('1 + 1')])
      }
    `)
    expect(outcome).toEqual(clean('[ true, 2 ] 3\n'))
  })

  it('takes the switch interval and the size of the pool', async ({ expect }) => {
    const outcome = await run(`
      await python.start({ switchInterval: 0.0005, poolSize: 2 })
      console.log(await python.import('sys').getswitchinterval(), python.stats().pool.limit)
      const sleep = (seconds) => python.import('time').sleep(seconds)
      await Promise.all([sleep(0.1), sleep(0.1), sleep(0.1), sleep(0.1)])
      console.log(python.stats().pool.threads)
    `)
    expect(outcome).toEqual(clean('0.0005 2\n2\n'))
  })
})

describe.concurrent('the environment variables', () => {
  it('are those of the process when Python starts', async ({ expect }) => {
    const outcome = await run(
      `
      process.env.SET_BEFORE = 'bëfore'
      delete process.env.REMOVED
      const os = python.import('os')
      console.log(await os.environ.get('GIVEN'), await os.environ.get('SET_BEFORE'), await os.environ.get('REMOVED'))
      process.env.SET_AFTER = 'after'
      console.log(await os.environ.get('SET_AFTER'))
    `,
      { env: { GIVEN: 'given', REMOVED: 'there' } },
    )
    expect(outcome).toEqual(clean('given bëfore null\nnull\n'))
  })

  it('for Python are heard', async ({ expect }) => {
    const outcome = await run(
      `
      await python.start()
      console.log(await python.import('sys').flags.dont_write_bytecode, (await python.import('sys').path)[0])
      console.log(await python.builtins.hash('a') === await python.eval('-1583522183')||await python.builtins.hash('a'))
    `,
      { env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: '/first of all', PYTHONHASHSEED: '0' } },
    )
    const hash = execFileSync(executable, ['-c', 'print(hash("a"))'], {
      env: { ...environment, PYTHONHASHSEED: '0' },
      encoding: 'utf8',
    })
    const [flags, printed] = outcome.stdout.split('\n')
    expect(flags).toBe('1 /first of all')
    expect(printed?.replace('n', '')).toBe(hash.trim())
  })
})
