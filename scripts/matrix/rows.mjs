// The rows of the matrix as data: each Python with each Node, and one deviation at a time from the newest Python with the
// Node that runs this.
import path from 'node:path'
import { debugPython } from './debug-python.mjs'
import { condaPrefix, venv } from './environments.mjs'
import { Unavailable } from './unavailable.mjs'

const supported = ['3.11', '3.12', '3.13']

/** Settings of the environment, each of which has broken an embedding somewhere. */
const settings = {
  'every symbol bound at once': { LD_BIND_NOW: '1' },
  // Python's own allocator would hide its objects from the C library's.
  'memory poisoned': { MALLOC_PERTURB_: '165', PYTHONMALLOC: 'malloc' },
  "Python's checks of memory": { PYTHONMALLOC: 'debug' },
  'C locale': { LC_ALL: 'C' },
  'every buffer copied': { SNAKEBRIDGE_COPY_BUFFERS: '1' },
}

/**
 * `name`; `node`: a major version; `python`: the words for it; `env`: what is set; `prepare()`: gives the interpreter and the
 * folder of its environment, or throws Unavailable.
 */
export function allRows({ pythons, lines, baseNode, requirements, environments, cache }) {
  const options = { pythons, requirements }
  const folder = (name) => path.join(environments, name)
  const minors = [...new Set([...supported, ...pythons.map(({ minor }) => minor)])].sort(byVersion)
  const newest = pythons.find(({ debug }) => !debug)

  const release = (minor) => {
    const python = pythons.find((python) => python.minor === minor && !python.debug)
    if (!python) throw new Unavailable(`no CPython ${minor} with a shared library was found`)
    return python
  }
  const inVenv = (find, name) => async () => {
    const python = await find()
    return { python, folder: await venv(folder(name ?? python.minor), python, options) }
  }
  const row = (name, python, node, prepare, env = {}) => ({ name, python, node, prepare, env })
  const grid = minors.flatMap((minor) =>
    lines.map((node) =>
      row(
        `python ${minor}, node ${node}`,
        minor,
        node,
        inVenv(() => release(minor)),
      ),
    ),
  )
  const base = newest?.minor ?? supported.at(-1)
  const single = (name, prepare, python = base) => row(name, python, baseNode, prepare)
  return [
    ...grid,
    single(
      'debug build of CPython',
      inVenv(() => debugPython(pythons, cache), 'debug'),
      'debug build',
    ),
    single(
      "the system's Python",
      inVenv(() => systemPython(pythons), 'system'),
      '/usr/bin/python3',
    ),
    single("conda's layout", async () => {
      const python = release(base)
      return { python, folder: await condaPrefix(folder('conda'), python, options) }
    }),
    ...Object.entries(settings).map(([name, env]) =>
      row(
        name,
        base,
        baseNode,
        inVenv(() => release(base)),
        env,
      ),
    ),
  ]
}

const byVersion = (a, b) => Number(a.split('.')[1]) - Number(b.split('.')[1])

function systemPython(pythons) {
  const python = pythons.find(({ basePrefix }) => basePrefix === '/usr')
  if (!python) throw new Unavailable('the system has no Python with a shared library under /usr')
  return python
}
