// node-calls-python: CPython in the process, value by value through N-API; arrays as bytes, which it copies.
import { join } from 'node:path'
import { bench, describePython } from '../environment.mjs'

export async function open() {
  const { interpreter: py } = await import('node-calls-python')
  py.addImportPath(join(bench, 'python'))
  py.addImportPath(describePython().packages)
  return { py, work: py.importSync('work'), math: py.importSync('math') }
}

function besidePython({ py, work, math }, { switchInterval }) {
  if (switchInterval) py.callSync(py.importSync('sys'), 'setswitchinterval', switchInterval)
  return { burn: (seconds) => py.call(work, 'burn', seconds), short: () => py.call(math, 'sqrt', 2) }
}

export const trials = {
  'blocking-call': ({ py, math }) => ({ call: () => py.callSync(math, 'sqrt', 2) }),

  'awaited-call': ({ py, math }) => ({ call: () => py.call(math, 'sqrt', 2) }),

  'thousand-calls': ({ py, math }) => ({
    calls: () => Promise.all(Array.from({ length: 1000 }, (_, i) => py.call(math, 'sqrt', i))),
  }),

  chain: ({ py, math }) => {
    const sqrt = (x) => py.call(math, 'sqrt', x)
    return { one: () => sqrt(2), chain: async () => sqrt(await sqrt(await sqrt(await sqrt(await sqrt(2))))) }
  },

  'overlap-sleep': ({ py, work }) => ({ one: () => py.call(work, 'sleep', 0.2) }),

  'overlap-numpy': ({ py }) => {
    const arrays = py.importSync('work_arrays')
    return { one: (slot) => py.call(arrays, 'sine', slot) }
  },

  'beside-c': ({ py, work, math }) => ({
    digest: (iterations) => py.call(work, 'digest', iterations),
    short: () => py.call(math, 'sqrt', 2),
  }),

  'beside-python': besidePython,
  'beside-python-lowered': besidePython,
  'event-loop': besidePython,

  arrays: ({ py }) => {
    const arrays = py.importSync('work_arrays')
    return {
      largest: 128 * 2 ** 20,
      out: async (length) => new Float64Array(await py.call(arrays, 'view_bytes', length))[length - 1],
      into: (array) => py.call(arrays, 'total_length', array.buffer),
    }
  },

  floats: ({ py, work }, { input }) => {
    const floats = input('floats')
    return { out: () => py.call(work, 'held', 'floats'), into: () => py.call(work, 'length', floats) }
  },

  records: ({ py, work }, { input }) => {
    const records = input('records')
    return { out: () => py.call(work, 'held', 'records'), into: () => py.call(work, 'length', records) }
  },

  strings: ({ py, work }, { input }) => {
    const [ascii, mixed] = [input('ascii'), input('mixed')]
    return {
      'ascii out': () => py.call(work, 'held', 'ascii'),
      'ascii into': () => py.call(work, 'length', ascii),
      'mixed out': () => py.call(work, 'held', 'mixed'),
      'mixed into': () => py.call(work, 'length', mixed),
    }
  },

  service: ({ py }) => {
    const model = py.importSync('work_model')
    return { predict: (vector) => py.call(model, 'predict', vector) }
  },

  'start-up': () => ({ command: [process.execPath, 'startup/node-calls-python.cjs'] }),

  'churn-blocking': ({ py, work }) => {
    const make = (count) => {
      for (let i = 0; i < count; i++) py.createSync(work, 'Thing')
    }
    return { make, tracked: () => py.call(work, 'tracked_objects') }
  },

  'churn-awaited': ({ py, work }) => ({
    make: async (count) => void (await Promise.all(Array.from({ length: count }, () => py.create(work, 'Thing')))),
    tracked: () => py.call(work, 'tracked_objects'),
  }),

  'arrays-dropped': ({ py }) => {
    const arrays = py.importSync('work_arrays')
    return { make: (length) => new Float64Array(py.callSync(arrays, 'ones_bytes', length))[length - 1] }
  },
}

export async function close() {}
