// The CPythons of this machine: on the PATH, of pyenv, of uv, and those that SNAKEBRIDGE_MATRIX_PYTHONS names (interpreters,
// separated as in PATH).
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { examinePython } from '../find-python.mjs'

const named = () => (process.env.SNAKEBRIDGE_MATRIX_PYTHONS ?? '').split(path.delimiter).filter(Boolean)

const pyenvRoot = () => process.env.PYENV_ROOT ?? path.join(homedir(), '.pyenv')

function onPath() {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder && existsSync(folder))
  // A shim of pyenv starts one of the interpreters below, or complains.
  const own = folders.filter((folder) => path.resolve(folder) !== path.join(pyenvRoot(), 'shims'))
  return own.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^python3(\.\d+)?$/.test(name))
      .map((name) => path.join(folder, name)),
  )
}

function ofPyenv() {
  const versions = path.join(pyenvRoot(), 'versions')
  return existsSync(versions) ? readdirSync(versions).map((name) => path.join(versions, name, 'bin', 'python3')) : []
}

function ofUv() {
  const listed = spawnSync('uv', ['python', 'list', '--only-installed', '--output-format', 'json'], {
    encoding: 'utf8',
  })
  return listed.status === 0 ? JSON.parse(listed.stdout).map((python) => python.path) : []
}

const newestFirst = (a, b) => b.version[1] - a.version[1] || b.version[2] - a.version[2]

/**
 * Each installation once, never a venv of it, newest version first: what examinePython says, and `minor` ('3.12'). Only those that have a
 * shared library and the GIL.
 */
export function findPythons() {
  const found = new Map()
  for (const candidate of [...named(), ...onPath(), ...ofPyenv(), ...ofUv()]) {
    const answer = examinePython(candidate, { library: true })
    if (answer.refused || answer.freeThreaded || found.has(answer.base)) continue
    found.set(answer.base, { ...answer, executable: answer.base, minor: answer.version.slice(0, 2).join('.') })
  }
  return [...found.values()].sort(newestFirst)
}
