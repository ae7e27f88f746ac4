// Python environments with the packages of the tests: venvs, and an installation in conda's layout. Kept between runs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { runStep } from '../progress.mjs'
import { Unavailable } from './unavailable.mjs'

const answers = (...command) => spawnSync(command[0], command.slice(1)).status === 0

/** The command that installs into another interpreter's environment: uv's, or pip's of any Python that has one. */
function installer(pythons, target) {
  if (answers('uv', '--version')) return ['uv', 'pip', 'install', '--python', target, '--compile-bytecode']
  const withPip = pythons.find(({ executable }) => answers(executable, '-m', 'pip', '--version'))
  if (!withPip) throw new Unavailable('none of the Pythons has pip, and there is no uv')
  return [withPip.executable, '-m', 'pip', '--python', target, 'install', '--disable-pip-version-check', '-q']
}

/**
 * The folder of an environment for the interpreter, made anew if the interpreter or the requirements are others than
 * when it was made. `make(folder)` makes it without packages, and gives commands that do.
 */
async function environment(title, folder, python, { pythons, requirements, make }) {
  const stamp = path.join(folder, '.made')
  const now = createHash('sha256')
    .update([python.base, ...python.version, requirements].join('\0'))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return folder
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(path.dirname(folder), { recursive: true })
  const list = `${folder}.txt`
  writeFileSync(list, requirements)
  try {
    const target = path.join(folder, 'bin', 'python')
    await runStep(title, make(folder))
    await runStep(`${title}, packages`, [[...installer(pythons, target), '-r', list]])
    // Builds matplotlib's font list now, not in the first program that uses it.
    if (/^matplotlib==/m.test(requirements))
      await runStep(`${title}, fonts`, [[target, '-c', 'import matplotlib.pyplot']])
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    if (error instanceof Unavailable) throw error
    throw new Unavailable(`the environment could not be made: ${error.message.trim().split('\n').slice(-3).join(' ')}`)
  }
  writeFileSync(stamp, now)
  return folder
}

export function venv(folder, python, options) {
  const make = (made) => [[python.executable, '-m', 'venv', '--without-pip', made]]
  return environment(`venv of CPython ${python.version.join('.')}`, folder, python, { ...options, make })
}

/** Interpreter, libraries and packages in one prefix, with no venv: a copy of an installation, moved as conda does it. */
export function condaPrefix(folder, python, options) {
  const from = python.basePrefix
  if (from === '/usr')
    throw new Unavailable(`CPython ${python.minor} shares its prefix with the system, and cannot be copied`)
  const make = (made) => {
    const name = `python${python.minor}`
    const skipped = new Set(['site-packages', 'test', '__pycache__'])
    mkdirSync(path.join(made, 'bin'), { recursive: true })
    mkdirSync(path.join(made, 'conda-meta'))
    cpSync(python.base, path.join(made, 'bin', name))
    symlinkSync(name, path.join(made, 'bin', 'python'))
    for (const entry of readdirSync(path.join(from, 'lib')).filter((file) => file.startsWith('libpython')))
      cpSync(path.join(from, 'lib', entry), path.join(made, 'lib', entry), { verbatimSymlinks: true })
    const filter = (file) => !skipped.has(path.basename(file))
    for (const part of [path.join('lib', name), path.join('include', name)])
      cpSync(path.join(from, part), path.join(made, part), { recursive: true, filter })
    // Of Python's own tests conda keeps what other test suites build on.
    for (const kept of ['__init__.py', 'support'].map((each) => path.join('lib', name, 'test', each)))
      cpSync(path.join(from, kept), path.join(made, kept), { recursive: true })
    relocate(path.join(made, 'lib', name), from, made)
    return []
  }
  return environment(`conda's layout of CPython ${python.version.join('.')}`, folder, python, { ...options, make })
}

/** Writes another prefix into the build settings of a standard library, which name the place it was configured for. */
export function relocate(standardLibrary, from, to) {
  for (const entry of readdirSync(standardLibrary).filter((name) => /^_sysconfigdata.*\.py$/.test(name))) {
    const file = path.join(standardLibrary, entry)
    // Only whole prefixes: /usr, and not the beginning of /usr2.
    const whole = new RegExp(`(?<![\\w./-])${from.replaceAll(/[^\w/]/g, '\\$&')}(?=[/'" ]|$)`, 'gm')
    const moved = (line) => (line.includes("'TZPATH'") ? line : line.replaceAll(whole, to)) // time zones stay the system's
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').map(moved).join('\n'))
  }
}
