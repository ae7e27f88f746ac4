// Finds a CPython for the build (its headers) or for the tests and the demo (its shared library).
// The library looks for its Python at run time by rules of its own; this is only for building and developing.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

// Asks the interpreter itself; a venv gives the answers of its base.
const probe = `
import importlib.util, json, os, sys, sysconfig
var = sysconfig.get_config_var
folders = [var('LIBDIR'), var('LIBPL'), var('PYTHONFRAMEWORKPREFIX')]
names = [var('INSTSONAME'), var('LDLIBRARY')]
paths = [os.path.join(f, n) for f in folders for n in names if f and n and not n.endswith('.a')]
include = sysconfig.get_path('include')
print(json.dumps({
  'executable': sys.executable, 'version': sys.version_info[:3], 'implementation': sys.implementation.name,
  'include': include, 'headers': os.path.exists(os.path.join(include, 'Python.h')),
  'library': next((p for p in paths if os.path.exists(p)), None),
  'venv': importlib.util.find_spec('venv') is not None and importlib.util.find_spec('ensurepip') is not None,
  'base': os.path.realpath(getattr(sys, '_base_executable', None) or sys.executable), 'basePrefix': sys.base_prefix,
  'debug': bool(var('Py_DEBUG')), 'freeThreaded': bool(var('Py_GIL_DISABLED')),
}))`

function candidates() {
  const named = process.env.PYTHON ? [process.env.PYTHON] : []
  const local = path.join(root, '.venv', 'bin', 'python')
  const onPath = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11']
  return [...named, ...(existsSync(local) ? [local] : []), ...onPath, '/usr/bin/python3']
}

/** What an interpreter says about itself, or `{ refused }`: why it cannot be asked, or why it does not serve. */
export function examinePython(executable, needs = {}) {
  const run = spawnSync(executable, ['-I', '-c', probe], { encoding: 'utf8' })
  if (run.status !== 0) return { refused: run.error ? 'not found' : run.stderr.trim().split('\n').at(-1) }
  const answer = JSON.parse(run.stdout)
  const refused = refusal(answer, needs)
  return refused ? { refused } : answer
}

function refusal(answer, needs) {
  if (answer.implementation !== 'cpython') return `is ${answer.implementation}, not CPython`
  if (answer.version[0] !== 3 || answer.version[1] < 11) return `is ${answer.version.join('.')}, older than 3.11`
  if (needs.headers && !answer.headers) return `has no headers (no Python.h in ${answer.include})`
  if (needs.library && !answer.library) return 'has no shared library (libpython)'
  if (needs.venv && !answer.venv) return 'cannot make a venv (no ensurepip)'
  return undefined
}

/** The first candidate that has what is needed: { executable, version, include, library }. */
export function findPython(needs) {
  const refused = []
  for (const candidate of candidates()) {
    const answer = examinePython(candidate, needs)
    if (!answer.refused) return answer
    refused.push(`${candidate}: ${answer.refused}`)
  }
  const words = { headers: 'its headers', library: 'a shared library', venv: 'the venv module' }
  const wanted = Object.keys(words)
    .filter((need) => needs[need])
    .map((need) => words[need])
  throw new Error(
    `No CPython 3.11 or newer with ${wanted.join(' and ')} was found:\n  ${refused.join('\n  ')}\n` +
      'Install one (Debian: apt-get install python3-dev python3-venv), or name one: PYTHON=/path/to/python3',
  )
}
