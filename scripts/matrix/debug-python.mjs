// A CPython with assertions and reference counts checked (Py_DEBUG). One of this machine, if there is one; otherwise Debian's
// packages of it, unpacked into the cache: nothing is installed, because installing would replace the system's Python.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { examinePython } from '../find-python.mjs'
import { runStep } from '../progress.mjs'
import { relocate } from './environments.mjs'
import { Unavailable } from './unavailable.mjs'

const packagesOf = (name) =>
  ['dbg', 'stdlib', 'minimal', 'dev'].map((part) => `lib${name}-${part}`).concat(`${name}-dbg`)

async function unpack(name, folder) {
  if (spawnSync('apt-get', ['--version']).status !== 0)
    throw new Unavailable('there is no debug build of CPython, and no apt-get to get one')
  const downloads = path.join(folder, 'packages')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(downloads, { recursive: true })
  try {
    await runStep(`debug build of ${name}`, [['apt-get', 'download', ...packagesOf(name)]], { cwd: downloads })
    const files = readdirSync(downloads).map((file) => path.join(downloads, file))
    await runStep(
      `debug build of ${name}, unpacked`,
      files.map((file) => ['dpkg', '-x', file, folder]),
    )
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw new Unavailable(`Debian's ${name}-dbg could not be had: ${error.message.trim().split('\n').at(-2)}`)
  }
  relocate(path.join(folder, 'usr', 'lib', name), '/usr', path.join(folder, 'usr'))
  symlinkSync(`${name}-dbg`, path.join(folder, 'usr', 'bin', 'python3'))
}

/** What examinePython says of it, and `minor`. */
export async function debugPython(pythons, cache) {
  const present = pythons.find(({ debug }) => debug)
  if (present) return present
  const system = examinePython('/usr/bin/python3')
  if (system.refused)
    throw new Unavailable(`there is no debug build of CPython, and Debian's python3 ${system.refused}`)
  const minor = system.version.slice(0, 2).join('.')
  const name = `python${minor}`
  const folder = path.join(cache, `${name}-dbg`)
  const executable = path.join(folder, 'usr', 'bin', `${name}-dbg`)
  if (!existsSync(executable)) await unpack(name, folder)
  const python = examinePython(executable, { library: true })
  if (python.refused) throw new Unavailable(`Debian's ${name}-dbg ${python.refused}`)
  if (!python.debug) throw new Unavailable(`Debian's ${name}-dbg was built without Py_DEBUG`)
  return { ...python, minor }
}
