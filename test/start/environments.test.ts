// Environments of every kind, and every supported CPython, with the same binary.
import { execFileSync } from 'node:child_process'
import { mkdirSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, it } from 'vitest'
import { findPythons } from '../../scripts/matrix/pythons.mjs'
import { makePrefix, makeVenv, plain, scratch } from '../discovery/fixtures.js'
import { clean, environment, root, run, runFile, venv, writeProgram } from '../process/program.js'
import { itUnless } from '../skipping.js'

// Its name has spaces and letters beyond ASCII.
const { folder, remove } = scratch()
afterAll(remove)

const none = { VIRTUAL_ENV: undefined, CONDA_PREFIX: undefined }
const show = `
  const { executable, prefix, basePrefix } = await python.start()
  console.log([executable, prefix, basePrefix].join('\\n'))
  console.log(await python.import('json').dumps({ text: 'é漢' }), await python.import('ssl').OPENSSL_VERSION_NUMBER > 0)`

const ask = (python: string, question: string) =>
  execFileSync(python, ['-c', question], { env: environment, encoding: 'utf8' }).trim()
const prefixes = 'import sys; print(sys.executable, sys.prefix, sys.base_prefix, sep="\\n")'

describe.concurrent('an environment', () => {
  for (const [kind, flags] of Object.entries({
    'a venv': [],
    'a venv that sees the system’s packages': ['--system-site-packages'],
  })) {
    it(`that is ${kind}, in a folder with spaces and é`, async ({ expect }) => {
      const made = makeVenv(join(folder, `environment ${flags.length} é`), ...flags)
      const expected = `${ask(join(made, 'bin/python'), prefixes)}\n{"text": "\\u00e9\\u6f22"} true\n`
      expect(await run(show, { env: { ...none, VIRTUAL_ENV: made } })).toEqual(clean(expected))
      const path = ask(join(made, 'bin/python'), 'import sys; print(sys.path[1:])')
      expect(
        await run('await python.exec("import sys; print(sys.path)")', { env: { ...none, VIRTUAL_ENV: made } }),
      ).toEqual(clean(`${path}\n`))
    })
  }

  it('in the layout of conda', async ({ expect }) => {
    const made = makePrefix(join(folder, 'conda é'))
    const expected = `${[join(made, 'bin/python'), made, made].join('\n')}\n{"text": "\\u00e9\\u6f22"} true\n`
    expect(await run(show, { env: { ...none, CONDA_PREFIX: made }, cwd: folder })).toEqual(clean(expected))
  })

  it('.venv of a working directory with spaces and é', async ({ expect }) => {
    const project = join(folder, 'mon projet é', 'src')
    mkdirSync(project, { recursive: true })
    const made = makeVenv(join(folder, 'mon projet é', '.venv'))
    const outcome = await run(show, { env: none, cwd: project })
    expect(outcome.stdout).toContain(`${join(made, 'bin/python')}\n${made}\n`)
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
  })

  it('named by python.start: its folder, its interpreter, its library', async ({ expect }) => {
    const made = makeVenv(join(folder, 'named'))
    const options = [
      { env: made },
      { executable: join(made, 'bin/python') },
      { libpython: plain.libpython, executable: join(made, 'bin/python') },
    ]
    for (const option of options) {
      const outcome = await run(`console.log((await python.start(${JSON.stringify(option)})).prefix)`, { env: none })
      expect(outcome).toEqual(clean(`${made}\n`))
    }
    const { stdout } = await run(
      `console.log((await python.start({ libpython: ${JSON.stringify(plain.libpython)} })).version)`,
      {
        env: none,
      },
    )
    expect(stdout).toBe(`${plain.version}\n`)
  })

  it('has workers of its own', async ({ expect }) => {
    const made = makeVenv(join(folder, 'workers é'))
    const outcome = await run(
      `
      const context = python.import('multiprocessing').get_context('spawn')
      const pool = context.Pool(1)
      console.log(await pool.map(python.builtins.eval, ['__import__("sys").prefix']))
      await pool.terminate()
    `,
      { env: { ...none, VIRTUAL_ENV: made } },
    )
    expect(outcome).toEqual(clean(`[ ${JSON.stringify(made).replaceAll('"', "'")} ]\n`))
  })
})

const smoke = `
  console.log(python.info()?.version, (await python.start()).version)
  console.log(await python.eval('[1, 2.5, 2**80, "é😀\\\\ud800", None, {"a": (1, b"x")}, 1j]'))
  console.log(await python.builtins.sorted([3, 1, 2], kw({ reverse: true })), python.sync.import('math').sqrt(4))
  console.log(await python.import('decimal').Decimal('1.10').$add(1).$str, await python.import('datetime').date(2024, 2, 29).isoformat())
  console.log(await python.builtins.int.from_bytes(new Uint8Array([1, 2]), 'big'), Array.from((await python.import('array').array('d', [1, 2])).data))
  const failing = python.exec(\`
def fail():
    try: {}['missing']
    except KeyError as error:
        error.add_note('a note')
        raise ValueError('wrong') from error
fail()
\`)
  await failing.catch((error) => console.log(error.pythonType, error.message, error.cause.pythonType, error.cause.notes))
  await python.exec('raise ExceptionGroup("several", [ValueError(1), TypeError(2)])').catch((error) => console.log(error.exceptions.length))
  await python.exec('import sys; sys.exit(4)').catch((error) => console.log(error.pythonType))
  for await (const item of python.eval('iter(range(3))')) console.log(item)
  console.log(await python.import('subprocess').check_output(['echo', 'child'], kw({ text: true })))
  const lane = python.lane('own')
  console.log(await lane.import('threading').current_thread().$is(await lane.import('threading').current_thread()))
  await python.exec('import atexit; atexit.register(print, "atexit ran")')
  python.sync.exec('import threading; threading.Thread(target=print, args=["thread ran"]).start()')
  process.exitCode = 6`

const smokePrinted = (version: string) => `undefined ${version}
[
  1,
  2.5,
  1208925819614629174706176n,
  'é😀\\ud800',
  null,
  { a: [ 1, <Buffer 78> ] },
  Complex(0+1j)
]
[ 3, 2, 1 ] 2
2.10 2024-02-29
258 [ 1, 2 ]
ValueError wrong KeyError [ 'a note' ]
2
SystemExit
0
1
2
child

true
thread ran
atexit ran
`

describe.concurrent('the same binary', () => {
  const pythons = findPythons()
  for (const minor of ['3.11', '3.12', '3.13']) {
    const python = pythons.find((python) => python.minor === minor)
    const executable: string = python?.executable ?? ''
    const itHere = itUnless(!python, 'no such CPython with a shared library was found')
    itHere(`runs CPython ${minor}`, async ({ expect }) => {
      const env = { ...none, PATH: `${dirname(executable)}:${process.env.PATH}` }
      const outcome = await run(
        smoke.replace('python.start()', `python.start({ executable: ${JSON.stringify(executable)} })`),
        { env },
      )
      expect(outcome).toEqual(clean(smokePrinted(python.version.join('.')), 6))
    })

    itHere(`leaves CPython ${minor} in every state`, async ({ expect }) => {
      const start = `await python.start({ executable: ${JSON.stringify(executable)} }); await python.exec('print("written")')`
      const states = [
        `python.import('time').sleep(60)`,
        `python.exec('while True: pass')`,
        `await python.exec('import threading, time; threading.Thread(target=time.sleep, args=[60], daemon=True).start()')`,
        `globalThis.executor = await python.import('concurrent.futures').ThreadPoolExecutor(2); await executor.submit(python.builtins.abs, 1).result()`,
      ]
      for (const state of states) {
        const outcome = await run(`${start}\n${state}\nsetTimeout(() => process.exit(3), 100)`, { env: none })
        expect(outcome).toEqual(clean('written\n', 3))
      }
      const interrupted = await run(
        `python.start({ executable: ${JSON.stringify(executable)} }); setTimeout(() => process.exit(3), 15)`,
      )
      expect(interrupted).toEqual(clean('', 3))
    })
  }

  it('is used from a folder elsewhere, by a link', async ({ expect }) => {
    expect(realpathSync(root)).toBeTruthy()
    const program = writeProgram(`require('snakebridge').python.eval('1 + 1').then(console.log)`, 'cjs')
    expect(await runFile(program, { cwd: '/', env: { VIRTUAL_ENV: venv } })).toEqual(clean('2\n'))
  })
})
