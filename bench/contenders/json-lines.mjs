// A Python child process that speaks JSON lines: what people write first. Arrays go as base64.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { bench, python } from '../environment.mjs'

function onLines(stream, onLine) {
  let pieces = []
  stream.setEncoding('utf8').on('data', (chunk) => {
    const lines = chunk.split('\n')
    for (const line of lines.slice(0, -1)) {
      pieces.push(line)
      onLine(pieces.join(''))
      pieces = []
    }
    pieces.push(lines.at(-1))
  })
}

export async function open() {
  const child = spawn(python, [join(bench, 'python', 'json_lines.py')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = new Map()
  let next = 0
  onLines(child.stdout, (line) => {
    const { id, result } = JSON.parse(line)
    waiting.get(id)(result)
    waiting.delete(id)
  })
  const call = (method, ...args) =>
    new Promise((resolve) => {
      const id = next++
      waiting.set(id, resolve)
      child.stdin.write(`${JSON.stringify({ id, method, args })}\n`)
    })
  return { child, call, sqrt: (x) => call('sqrt', x) }
}

export const trials = {
  'awaited-call': ({ sqrt }) => ({ call: () => sqrt(2) }),

  'thousand-calls': ({ sqrt }) => ({ calls: () => Promise.all(Array.from({ length: 1000 }, (_, i) => sqrt(i))) }),

  chain: ({ sqrt }) => ({
    one: () => sqrt(2),
    chain: async () => sqrt(await sqrt(await sqrt(await sqrt(await sqrt(2))))),
  }),

  'overlap-sleep': ({ call }) => ({ one: () => call('sleep', 0.2) }),
  'overlap-numpy': ({ call }) => ({ one: (slot) => call('sine', slot) }),
  'beside-c': ({ call, sqrt }) => ({ digest: (iterations) => call('digest', iterations), short: () => sqrt(2) }),

  arrays: ({ call }) => ({
    largest: 8 * 2 ** 20,
    out: async (length) => {
      const bytes = Buffer.from(await call('array_out', length), 'base64')
      return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))[length - 1]
    },
    into: (array) => call('array_in', Buffer.from(array.buffer).toString('base64')),
  }),

  floats: ({ call }, { input }) => {
    const floats = input('floats')
    return { out: () => call('held', 'floats'), into: () => call('length', floats) }
  },

  records: ({ call }, { input }) => {
    const records = input('records')
    return { out: () => call('held', 'records'), into: () => call('length', records) }
  },

  strings: ({ call }, { input }) => {
    const [ascii, mixed] = [input('ascii'), input('mixed')]
    return {
      'ascii out': () => call('held', 'ascii'),
      'ascii into': () => call('length', ascii),
      'mixed out': () => call('held', 'mixed'),
      'mixed into': () => call('length', mixed),
    }
  },

  service: ({ call, child }) => ({ predict: (vector) => call('predict', vector), processes: [child.pid] }),

  'start-up': () => ({ command: [process.execPath, 'startup/child.mjs', 'json-lines'] }),
}

export async function close({ child }) {
  child.stdin.end()
  await new Promise((resolve) => child.once('exit', resolve))
}
