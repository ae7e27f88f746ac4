import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

import type { Candidate, DiscoverOptions } from '../../src/discovery/candidate.js'
import { discover } from '../../src/discovery/discover.js'
import { findLibrary } from '../../src/discovery/library.js'
import { itUnless } from '../skipping.js'
import { emptyHost, makePrefix, makeStaticPrefix, makeVenv, plain, scratch, writeScript } from './fixtures.js'

const { folder, remove } = scratch()
afterAll(remove)

const otherMachine = process.arch === 'arm64' ? { number: 62, name: 'x64' } : { number: 183, name: 'arm64' }

function refused(
  options: DiscoverOptions,
  environ: NodeJS.ProcessEnv = {},
  probeTimeout = 20_000,
): Candidate['refused'] {
  const { chosen, candidates } = discover(options, { ...emptyHost(folder, environ), probeTimeout })
  expect(chosen).toBeUndefined()
  expect(candidates).toHaveLength(1)
  return candidates[0]?.refused
}

function overwrite(file: string, position: number, bytes: number[]): void {
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, Buffer.from(bytes), 0, bytes.length, position)
  closeSync(descriptor)
}

/** A prefix whose library is a file of its own, to be damaged. */
function prefixWithOwnLibrary(name: string): { prefix: string; library: string } {
  const prefix = makePrefix(join(folder, name))
  const library = join(prefix, 'lib', basename(plain.libpython))
  rmSync(library)
  copyFileSync(plain.libpython, library)
  return { prefix, library }
}

describe('an option is refused', () => {
  it.each([
    [{ env: 5 }, 'expected a path for env, got 5'],
    [{ env: '' }, 'expected a path for env, got ""'],
    [{ executable: null }, 'expected a path for executable, got null'],
    [{ libpython: new URL('file:///usr') }, 'expected a path for libpython, got an object of class URL'],
  ])('when it is no path: %o', (options, message) => {
    expect(() => discover(options as unknown as DiscoverOptions, emptyHost(folder))).toThrow(message)
  })
})

describe('a path is refused', () => {
  it('when nothing is there', () => {
    expect(refused({ env: join(folder, 'nothing') })).toMatchObject({
      code: 'not_found',
      reason: `${folder}/nothing does not exist.`,
    })
  })

  it('when the folder is no environment, naming the one inside it', () => {
    makeVenv(join(folder, 'project/.venv'))
    const refusal = refused({ env: join(folder, 'project') })
    expect(refusal).toMatchObject({ code: 'not_found', hint: expect.stringContaining('project/.venv was meant') })
  })

  it('when it is a file where a folder is expected', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(refused({ env: join(folder, 'file') })).toMatchObject({
      code: 'not_found',
      reason: expect.stringContaining('is a file'),
    })
  })

  it('when it is a folder where an interpreter is expected', () => {
    mkdirSync(join(folder, 'folder'))
    expect(refused({ executable: join(folder, 'folder') })?.code).toBe('unreadable')
  })

  it('when it is a dangling link', () => {
    const venv = makeVenv(join(folder, 'dangling'))
    rmSync(join(venv, 'bin/python'))
    symlinkSync('/gone/bin/python3.12', join(venv, 'bin/python'))
    expect(refused({ env: venv })).toMatchObject({
      code: 'dangling_symlink',
      hint: expect.stringContaining('make the environment again'),
    })
  })

  it('when it may not be run', () => {
    writeFileSync(join(folder, 'not executable'), '', { mode: 0o644 })
    expect(refused({ executable: join(folder, 'not executable') })?.code).toBe('unreadable')
  })
})

describe('a program that is no Python is refused', () => {
  it('when it prints something else', () => {
    const refusal = refused({ executable: writeScript(join(folder, 'garbage'), 'echo "{ garbage"; exit 0') })
    expect(refusal).toMatchObject({
      code: 'not_python',
      reason: 'It does not answer as Python does (exit code 0, "{ garbage").',
    })
  })

  it('when it is killed', () => {
    const refusal = refused({ executable: writeScript(join(folder, 'killed'), 'kill -SEGV $$') })
    expect(refusal).toMatchObject({ code: 'not_python', reason: expect.stringContaining('signal SIGSEGV') })
  })

  it('when it does not answer within the deadline', () => {
    const refusal = refused({ executable: writeScript(join(folder, 'hangs'), '/bin/sleep 5; exit 0') }, {}, 300)
    expect(refusal).toMatchObject({ code: 'probe_timeout', reason: expect.stringContaining('0.3 s') })
  })

  it('when the kernel cannot run it', () => {
    writeFileSync(join(folder, 'empty'), Buffer.from([0x7f, 1, 2, 3]), { mode: 0o755 })
    expect(refused({ executable: join(folder, 'empty') })?.code).toBe('not_python')
  })
})

describe('a Python is refused', () => {
  it('of version 3.10', () => {
    const prefix = makePrefix(join(folder, 'old'), 'python3.10')
    expect(refused({ env: prefix })).toMatchObject({
      code: 'too_old',
      reason: 'It is Python 3.10; 3.11 or newer is needed.',
    })
  })

  const oldPython = join(homedir(), '.pyenv/versions/3.10.13/bin/python')
  itUnless(!existsSync(oldPython), `${oldPython} is not there`)('of version 3.10 behind a wrapper', () => {
    const wrapper = writeScript(join(folder, 'old wrapper'), `exec "${oldPython}" "$@"`)
    expect(refused({ executable: wrapper })).toMatchObject({
      code: 'too_old',
      reason: expect.stringContaining('3.10.13'),
    })
  })

  it('of version 2, which does not know -I', () => {
    const wrapper = writeScript(join(folder, 'two'), 'echo "Unknown option: -I" >&2; exit 2')
    expect(refused({ executable: wrapper })?.code).toBe('too_old')
  })

  it('that is PyPy', () => {
    expect(refused({ env: makePrefix(join(folder, 'pypy'), 'pypy3.11') })).toMatchObject({
      code: 'not_cpython',
      reason: 'It is pypy, not CPython.',
    })
  })

  it('that is free-threaded', () => {
    const refusal = refused({ env: makePrefix(join(folder, 'threaded'), 'python3.13t') })
    expect(refusal).toMatchObject({ code: 'free_threaded', hint: expect.stringContaining('python3.13') })
  })

  it('that is linked statically', () => {
    const refusal = refused({ env: makeStaticPrefix(join(folder, 'static')) })
    expect(refusal).toMatchObject({ code: 'static_python', hint: expect.stringContaining('--enable-shared') })
  })

  it('without its standard library', () => {
    const wrapper = writeScript(
      join(folder, 'no library'),
      `echo "ModuleNotFoundError: No module named 'encodings'" >&2; exit 1`,
    )
    expect(refused({ executable: wrapper })?.code).toBe('missing_stdlib')
  })

  it('built for another processor', () => {
    const prefix = makePrefix(join(folder, 'foreign'))
    overwrite(join(prefix, 'bin', basename(plain.baseExecutable)), 18, [otherMachine.number, 0])
    const reason = `It was built for ${otherMachine.name}; this Node is ${process.arch}.`
    expect(refused({ env: prefix })).toMatchObject({
      code: 'other_architecture',
      reason,
      hint: expect.stringContaining(process.arch),
    })
  })
})

describe('a library is refused', () => {
  it('built for another processor', () => {
    const { prefix, library } = prefixWithOwnLibrary('foreign library')
    overwrite(library, 18, [otherMachine.number, 0])
    expect(refused({ env: prefix })).toMatchObject({
      code: 'other_architecture',
      reason: expect.stringContaining(library),
    })
  })

  it('that is none', () => {
    const { prefix, library } = prefixWithOwnLibrary('damaged library')
    overwrite(library, 0, [0, 0, 0, 0])
    expect(refused({ env: prefix })).toMatchObject({
      code: 'bad_library',
      reason: `${library} is not a shared library.`,
    })
  })

  it('that is a dangling link', () => {
    symlinkSync('/gone/libpython3.12.so', join(folder, 'libpython.so'))
    const refusal = refused({ executable: plain.baseExecutable, libpython: join(folder, 'libpython.so') })
    expect(refusal).toMatchObject({
      code: 'missing_library',
      reason: expect.stringContaining('link to a file that does not exist'),
    })
  })

  it('of another version than the interpreter', () => {
    const libpython = join(folder, 'libpython3.99.so.1.0')
    copyFileSync(plain.libpython, libpython)
    const refusal = refused({ executable: plain.baseExecutable, libpython })
    expect(refusal).toMatchObject({ code: 'version_mismatch', reason: expect.stringContaining('3.99') })
  })

  it('that the distribution has in a package which is not installed, naming the package', () => {
    const answer = {
      implementation: 'cpython',
      version: '3.12.3',
      executable: '/usr/bin/python3',
      basePrefix: '/usr',
      flags: '',
      shared: true,
      libraryFolders: ['/nowhere'],
      libraryNames: ['libpython3.12.so.1.0'],
      standardLibrary: '/usr/lib/python3.12',
    }
    const hint = existsSync('/etc/debian_version') ? 'sudo apt install libpython3.12' : 'ackage'
    expect(() => findLibrary(answer, [], emptyHost(folder))).toThrow(
      expect.objectContaining({
        refusal: expect.objectContaining({ code: 'missing_library', hint: expect.stringContaining(hint) }),
      }),
    )
  })
})

describe('a venv is refused', () => {
  const broken = (name: string, settings: string): string => {
    const venv = makeVenv(join(folder, name))
    writeFileSync(join(venv, 'pyvenv.cfg'), settings)
    return venv
  }

  it('whose pyvenv.cfg has no home', () => {
    expect(refused({ env: broken('no home', 'version = 3.12.1\n') })).toMatchObject({
      code: 'broken_venv',
      hint: expect.stringContaining('venv --clear'),
    })
  })

  it('whose home is gone', () => {
    expect(refused({ env: broken('home gone', 'home = /gone/bin\n') })).toMatchObject({
      code: 'broken_venv',
      reason: expect.stringContaining('/gone/bin'),
    })
  })

  it('whose pyvenv.cfg cannot be read', () => {
    const venv = broken('unreadable', '')
    rmSync(join(venv, 'pyvenv.cfg'))
    mkdirSync(join(venv, 'pyvenv.cfg'))
    expect(refused({ env: venv })?.code).toBe('broken_venv')
  })

  it('whose base was replaced by another version', () => {
    const home = join(plain.basePrefix, 'bin')
    const venv = broken('stale', `home = ${home}\nversion = 3.99.0\n`)
    expect(refused({ env: venv })).toMatchObject({
      code: 'broken_venv',
      reason: expect.stringContaining(`made for Python 3.99.0`),
    })
  })
})

describe('a variable with which Python would end the process', () => {
  const start = (environ: NodeJS.ProcessEnv) => refused({ executable: plain.baseExecutable }, environ)

  it('is named: PYTHONHOME', () => {
    const refusal = start({ PYTHONHOME: '/gone' })
    expect(refusal).toMatchObject({ code: 'environment', hint: expect.stringContaining('Unset PYTHONHOME') })
    expect(refusal?.reason).toContain('PYTHONHOME=/gone')
  })

  it('is named: PYTHONUTF8, with the words of Python', () => {
    expect(start({ PYTHONUTF8: 'yes' })?.reason).toContain('invalid PYTHONUTF8 environment variable value')
  })

  it('passes when its value is good', () => {
    const environ = {
      PYTHONHOME: plain.basePrefix,
      PYTHONHASHSEED: '0',
      PYTHONUTF8: '1',
      PYTHONIOENCODING: 'cp1252:ignore',
    }
    expect(discover({ executable: plain.baseExecutable }, emptyHost(folder, environ)).chosen?.version).toBe(
      plain.version,
    )
  })
})
