// pythonia: a Python child process, JSON over a pipe, one message for each call; a list's value is a second one.
import { join } from 'node:path'
import { bench, python as interpreter } from '../environment.mjs'

export async function open() {
  process.env.PYTHON_BIN = interpreter
  const { python, com } = (await import('pythonia')).default
  const [work, math] = [await python(join(bench, 'python', 'work.py')), await python('math')]
  const builtins = await python('builtins')
  // `length` of a reference is pythonia's own, so work.length cannot be called.
  return { python, child: com.proc, work, len: (value) => builtins.len(value), sqrt: (x) => math.sqrt(x) }
}

const converted = async (reference) => (await reference).valueOf()

export const trials = {
  'awaited-call': ({ sqrt }) => ({ call: () => sqrt(2) }),

  'thousand-calls': ({ sqrt }) => ({ calls: () => Promise.all(Array.from({ length: 1000 }, (_, i) => sqrt(i))) }),

  chain: ({ sqrt }) => ({
    one: () => sqrt(2),
    chain: async () => sqrt(await sqrt(await sqrt(await sqrt(await sqrt(2))))),
  }),

  'overlap-sleep': ({ work }) => ({ one: () => work.sleep(0.2) }),

  floats: ({ work, len }, { input }) => {
    const floats = input('floats')
    return { out: () => converted(work.held('floats')), into: () => len(floats) }
  },

  records: ({ work, len }, { input }) => {
    const records = input('records')
    return { out: () => converted(work.held('records')), into: () => len(records) }
  },

  strings: ({ work, len }, { input }) => {
    const [ascii, mixed] = [input('ascii'), input('mixed')]
    return {
      'ascii out': () => work.held('ascii'),
      'ascii into': () => len(ascii),
      'mixed out': () => work.held('mixed'),
      'mixed into': () => len(mixed),
    }
  },

  stream: ({ work }) => ({ items: (count) => iterated(work, count) }),

  callbacks: ({ work }) => ({ across: (count) => converted(work.sorted_by((x) => -x, count)) }),

  'start-up': () => ({ command: [process.execPath, 'startup/child.mjs', 'pythonia'] }),
}

async function* iterated(work, count) {
  for await (const item of await work.items(count)) yield item
}

export async function close({ python }) {
  python.exit()
}
