// pymport: CPython in the process, value by value through N-API. Without its proxies, which cost more.
import { delimiter, join } from 'node:path'
import { bench, describePython } from '../environment.mjs'

export async function open() {
  process.env.PYTHONPATH = [join(bench, 'python'), describePython().packages].join(delimiter)
  const { pymport } = await import('pymport')
  return { pymport, work: pymport('work'), math: pymport('math') }
}

const asynchronous = async (callable, ...args) => (await callable.callAsync(...args)).toJS()

export const trials = {
  'blocking-call': ({ math }) => {
    const sqrt = math.get('sqrt')
    return { call: () => sqrt.call(2).toJS(), method: () => math.get('sqrt').call(2).toJS() }
  },

  'awaited-call': ({ math }) => {
    const sqrt = math.get('sqrt')
    return { call: () => asynchronous(sqrt, 2) }
  },

  'thousand-calls': ({ math }) => {
    const sqrt = math.get('sqrt')
    return { calls: () => Promise.all(Array.from({ length: 1000 }, (_, i) => asynchronous(sqrt, i))) }
  },

  chain: ({ math }) => {
    const sqrt = math.get('sqrt')
    return {
      one: () => asynchronous(sqrt, 2),
      chain: async () => {
        let x = 2
        for (let i = 0; i < 5; i++) x = await sqrt.callAsync(x)
        return x.toJS()
      },
    }
  },

  'overlap-sleep': ({ work }) => ({ one: () => asynchronous(work.get('sleep'), 0.2) }),

  'beside-c': ({ math, work }) => ({
    digest: (iterations) => asynchronous(work.get('digest'), iterations),
    short: () => asynchronous(math.get('sqrt'), 2),
  }),

  floats: ({ work }, { input }) => {
    const floats = input('floats')
    const [held, length] = [work.get('held'), work.get('length')]
    return { out: () => held.call('floats').toJS(), into: () => length.call(floats).toJS() }
  },

  records: ({ work }, { input }) => {
    const records = input('records')
    const [held, length] = [work.get('held'), work.get('length')]
    return { out: () => held.call('records').toJS(), into: () => length.call(records).toJS() }
  },

  // Text with characters beyond the basic plane comes back without its end, so only ASCII is measured.
  strings: ({ work }, { input }) => {
    const ascii = input('ascii')
    const [held, length] = [work.get('held'), work.get('length')]
    return {
      'ascii out': () => held.call('ascii').toJS(),
      'ascii into': () => length.call(ascii).toJS(),
    }
  },

  callbacks: ({ work }) => {
    const sorted = work.get('sorted_by')
    const key = (x) => -x
    return {
      here: (count) => sorted.call(key, count).toJS(),
      across: (count) => asynchronous(sorted, key, count),
    }
  },

  'start-up': () => ({ command: [process.execPath, 'startup/pymport.cjs'] }),
}

export async function close() {}
