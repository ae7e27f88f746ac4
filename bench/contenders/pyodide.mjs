// pyodide: CPython as WebAssembly in the JS thread. Every call blocks, so it has no part in trials of what runs side by side;
// its NumPy is a download of its own, so it has none in the trials of arrays.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bench } from '../environment.mjs'
import { input } from '../inputs.mjs'

export async function open() {
  const { loadPyodide } = await import('pyodide')
  const py = await loadPyodide()
  return { py, math: py.pyimport('math') }
}

/** The same work.py; the inputs are made of the same JSON. */
function workOf({ py }, names) {
  py.FS.mkdirTree('/home/node_modules/.cache/inputs')
  for (const name of names)
    py.FS.writeFile(`/home/node_modules/.cache/inputs/${name}.json`, JSON.stringify(input(name)))
  py.FS.mkdirTree('/home/python')
  py.FS.writeFile('/home/python/work.py', readFileSync(join(bench, 'python', 'work.py'), 'utf8'))
  py.runPython('import sys; sys.path.insert(0, "/home/python")')
  return py.pyimport('work')
}

// A list or dict comes as a proxy, which is converted and given back.
function converted(proxy) {
  const value = proxy.toJs({ create_proxies: false, dict_converter: Object.fromEntries })
  proxy.destroy()
  return value
}

function sent({ py }, length, value) {
  const object = py.toPy(value)
  const result = length(object)
  object.destroy()
  return result
}

const bothWays = (name) => (opened) => {
  const { held, length } = workOf(opened, [name])
  const value = input(name)
  return { out: () => converted(held(name)), into: () => sent(opened, length, value) }
}

export const trials = {
  'blocking-call': ({ math }) => {
    const { sqrt } = math
    return { call: () => sqrt(2), method: () => math.sqrt(2) }
  },

  floats: bothWays('floats'),
  records: bothWays('records'),

  strings: (opened) => {
    const { held, length } = workOf(opened, ['ascii', 'mixed'])
    const [ascii, mixed] = [input('ascii'), input('mixed')]
    return {
      'ascii out': () => held('ascii'),
      'ascii into': () => length(ascii),
      'mixed out': () => held('mixed'),
      'mixed into': () => length(mixed),
    }
  },

  callbacks: (opened) => {
    const { sorted_by } = workOf(opened, [])
    const key = (x) => -x
    return { here: (count) => converted(sorted_by(key, count)) }
  },

  'start-up': () => ({ command: [process.execPath, 'startup/pyodide.mjs'] }),
}

export async function close() {}
