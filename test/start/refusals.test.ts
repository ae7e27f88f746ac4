// A start that cannot work rejects with every candidate and why; nothing crashes, and a later start with a good one works.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, it } from 'vitest'
import { makePrefix, makeStaticPrefix, makeVenv, plain, scratch } from '../discovery/fixtures.js'
import { clean, root, run, venv } from '../process/program.js'

const { folder, remove } = scratch()
afterAll(remove)

const none = {
  VIRTUAL_ENV: undefined,
  CONDA_PREFIX: undefined,
  UV_PYTHON: undefined,
  HOME: folder,
  PATH: '/nonexistent',
}
const good = JSON.stringify({ env: venv })

/** Starts with bad options, by both ways and by using Python, then with good ones. */
const attempts = (bad: object) => `
  const bad = ${JSON.stringify(bad)}
  const show = (error) => console.log(error.name, error.code, error.candidates.length, error.message.includes('refused: ') || error.message)
  await python.start(bad).catch(show)
  try { python.startSync(bad) } catch (error) { show(error) }
  console.log(python.info())
  await python.start(${good})
  console.log(await python.import('math').sqrt(4), python.sync.import('math').sqrt(9))`

const refused = (code: string) =>
  clean(`PythonStartError ${code} 1 true\nPythonStartError ${code} 1 true\nundefined\n2 3\n`)

function prefixWith(name: string, change: (library: string) => void): string {
  const prefix = makePrefix(join(folder, name))
  const library = join(prefix, 'lib', basename(plain.libpython))
  rmSync(library)
  copyFileSync(plain.libpython, library)
  change(library)
  return prefix
}

const old = join(homedir(), '.pyenv/versions/3.10.13')

describe.concurrent('a start is refused', () => {
  const cases: Record<string, () => [string, object]> = {
    'for Python 3.10': () => [
      'too_old',
      existsSync(old) ? { env: old } : { env: makePrefix(join(folder, 'old'), 'python3.10') },
    ],
    'for a Python that is linked statically': () => [
      'static_python',
      { env: makeStaticPrefix(join(folder, 'static')) },
    ],
    'for a Python whose library is missing': () => {
      const prefix = prefixWith('no library', (library) => rmSync(library))
      symlinkSync('/gone/libpython.so', join(prefix, 'lib', basename(plain.libpython)))
      return [
        'missing_library',
        { executable: join(prefix, 'bin/python'), libpython: join(prefix, 'lib', basename(plain.libpython)) },
      ]
    },
    'for a venv whose interpreter is a dangling link': () => {
      const made = makeVenv(join(folder, 'dangling'))
      rmSync(join(made, 'bin/python'))
      symlinkSync('/gone/bin/python3', join(made, 'bin/python'))
      return ['dangling_symlink', { env: made }]
    },
    'for a library of another processor': () => {
      const number = process.arch === 'arm64' ? 62 : 183
      const prefix = prefixWith('foreign', (library) => {
        writeSync(openSync(library, 'r+'), Buffer.from([number, 0]), 0, 2, 18)
      })
      return ['other_architecture', { env: prefix }]
    },
    'for a library that is cut off': () => [
      'bad_library',
      { env: prefixWith('cut off', (library) => truncateSync(library, 1_000_000)) },
    ],
    'for an interpreter that may not be run': () => {
      const file = join(folder, 'not executable')
      writeFileSync(file, '', { mode: 0o644 })
      return ['unreadable', { executable: file }]
    },
    'for a folder without Python': () => {
      mkdirSync(join(folder, 'empty'))
      return ['not_found', { env: join(folder, 'empty') }]
    },
  }
  for (const [what, make] of Object.entries(cases)) {
    it(`${what}; the next start works`, async ({ expect }) => {
      const [code, options] = make()
      expect(await run(attempts(options), { env: none })).toEqual(refused(code))
    })
  }

  it('with every candidate where none was named; the next start works', async ({ expect }) => {
    const outcome = await run(
      `
      await python.start().catch((error) => console.log(error.code, error.message))
      await python.import('math').sqrt(4).catch((error) => console.log('awaited', error.code))
      try { python.sync.import('math') } catch (error) { console.log('blocking', error.code) }
      await python.start(${good})
      console.log(await python.import('math').sqrt(4))
    `,
      { env: { ...none, VIRTUAL_ENV: join(folder, 'gone') }, cwd: folder },
    )
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toMatch(/^no_python No usable Python was found/)
    expect(outcome.stdout).toContain(`1. VIRTUAL_ENV: ${join(folder, 'gone')}`)
    expect(outcome.stdout).toMatch(/awaited no_python\nblocking no_python\n2\n$/)
  })

  it('where nothing at all is there, saying where it looked', async ({ expect }) => {
    const outcome = await run(`await python.start().catch((error) => console.log(error.message))`, {
      env: none,
      cwd: '/',
    })
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toMatch(/^No usable Python was found.*\nLooked for: /)
  })

  it('as an unhandled rejection where nobody awaits', async ({ expect }) => {
    const outcome = await run(`python.import('math').sqrt(4)`, { env: none, cwd: '/' })
    expect(outcome).toMatchObject({ code: 1, signal: null, stdout: '' })
    expect(outcome.stderr).toContain('No usable Python was found')
  })
})

describe.concurrent('a library that looks right', () => {
  it('and is none says which function it lacks; the next start works', async ({ expect }) => {
    const prefix = prefixWith('another library', (library) => {
      copyFileSync(join(root, 'build/Release/snakebridge.node'), library)
    })
    const bad = { executable: plain.baseExecutable, libpython: join(prefix, 'lib', basename(plain.libpython)) }
    const outcome = await run(
      `
      for (let i = 0; i < 2; i++) await python.start(${JSON.stringify(bad)}).catch((error) => console.log(error.name, error.code, error.message))
      await python.start(${good})
      console.log(await python.import('math').sqrt(4))
    `,
      { env: none },
    )
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toMatch(/^PythonStartError library Python .* did not start: .*(Py|undefined symbol)/)
    expect(outcome.stdout).toMatch(/\n2\n$/)
  })
})
