// gRPC: a grpcio server of its own; unary calls, streams where there are many items, bytes for arrays. The two
// contenders differ in the transport.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bench, python } from '../environment.mjs'
import { rowsOf } from '../service.mjs'

async function startServer(wanted, switchInterval = 0) {
  const server = join(bench, 'python', 'grpc_server.py')
  const child = spawn(python, [server, wanted, String(switchInterval)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const address = await new Promise((resolve, reject) => {
    let line = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      line += text
      if (line.endsWith('\n')) resolve(line.trim())
    })
    child.once('exit', (code) => reject(new Error(`the gRPC server ended with ${code} before it served`)))
  })
  return { child, address }
}

async function connect(address) {
  const grpc = await import('@grpc/grpc-js')
  const { loadSync } = await import('@grpc/proto-loader')
  const definition = loadSync(join(bench, 'python', 'work.proto'), { keepCase: true, defaults: true })
  const { Work } = grpc.loadPackageDefinition(definition).bench
  const unlimited = { 'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1 }
  return new Work(address, grpc.credentials.createInsecure(), unlimited)
}

// A Float64Array over the answer's bytes: protobuf hands out a slice at any offset, so a copy aligns it.
function floatsOf(bytes) {
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

const bytesOf = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)

/** 1,000 calls over one bidirectional stream. */
function streamedRoots({ client }) {
  return new Promise((resolve, reject) => {
    const stream = client.SqrtStream()
    const roots = []
    stream.on('data', ({ value }) => roots.push(value))
    stream.once('end', () => resolve(roots))
    stream.once('error', reject)
    for (let value = 0; value < 1000; value++) stream.write({ value })
    stream.end()
  })
}

const besidePython = ({ count, sqrt }) => ({
  burn: (seconds) => count('Burn', { value: seconds }),
  short: () => sqrt(2),
})

const trials = {
  'awaited-call': ({ sqrt }) => ({ call: () => sqrt(2) }),

  'thousand-calls': (opened) => ({
    calls: () => Promise.all(Array.from({ length: 1000 }, (_, i) => opened.sqrt(i))),
    streamed: () => streamedRoots(opened),
  }),

  chain: ({ sqrt }) => ({
    one: () => sqrt(2),
    chain: async () => sqrt(await sqrt(await sqrt(await sqrt(await sqrt(2))))),
  }),

  stream: ({ client }) => ({
    async *items(count) {
      for await (const { value } of client.Items({ value: count })) yield value
    },
  }),

  'overlap-sleep': ({ call }) => ({ one: () => call('Sleep', { value: 0.2 }) }),
  'overlap-numpy': ({ call }) => ({ one: (slot) => call('Sine', { value: slot }) }),

  'beside-c': ({ call, sqrt }) => ({
    digest: (iterations) => call('Digest', { value: iterations }),
    short: () => sqrt(2),
  }),

  'beside-python': besidePython,
  'beside-python-lowered': besidePython,
  'event-loop': besidePython,

  arrays: ({ call, count }) => ({
    largest: 128 * 2 ** 20,
    out: async (length) => floatsOf((await call('GetArray', { value: length })).data)[length - 1],
    into: (array) => count('PutArray', { data: bytesOf(array) }),
  }),

  floats: ({ call, count }, { input }) => {
    const values = input('floats')
    return { out: async () => (await call('GetFloats', {})).values, into: () => count('PutFloats', { values }) }
  },

  records: ({ call, count }, { input }) => {
    const records = input('records')
    return { out: async () => (await call('GetRecords', {})).records, into: () => count('PutRecords', { records }) }
  },

  strings: ({ call, count }, { input }) => {
    const [ascii, mixed] = [input('ascii'), input('mixed')]
    const text = async (name) => (await call('GetText', { text: name })).text
    return {
      'ascii out': () => text('ascii'),
      'ascii into': () => count('PutText', { text: ascii }),
      'mixed out': () => text('mixed'),
      'mixed into': () => count('PutText', { text: mixed }),
    }
  },

  service: ({ count, child }) => ({
    predict: (vector) => count('Predict', { data: bytesOf(Float64Array.from(vector)) }),
    processes: [child.pid],
  }),

  'service-batched': ({ call, child }) => ({
    predictMany: async (vectors) => (await call('PredictMany', { data: bytesOf(rowsOf(vectors)) })).values,
    processes: [child.pid],
  }),
}

/** The contender over one transport: 'tcp' or 'unix'. */
export function grpcContender(transport) {
  const folder = () => mkdtempSync(join(tmpdir(), 'bench-grpc-'))
  return {
    async open({ switchInterval }) {
      const socketFolder = transport === 'unix' ? folder() : undefined
      const wanted = socketFolder ? `unix:${join(socketFolder, 'work.sock')}` : '127.0.0.1:0'
      const { child, address } = await startServer(wanted, switchInterval)
      const client = await connect(address)
      const call = (method, request) =>
        new Promise((resolve, reject) => {
          client[method](request, (error, answer) => (error ? reject(error) : resolve(answer)))
        })
      const count = async (method, request) => (await call(method, request)).value
      const sqrt = (value) => count('Sqrt', { value })
      return { child, client, call, count, sqrt, socketFolder }
    },

    trials: {
      ...trials,
      'start-up': () => ({ command: [process.execPath, 'startup/child.mjs', `grpc-${transport}`] }),
    },

    async close({ child, client, socketFolder }) {
      client.close()
      child.stdin.end()
      await new Promise((resolve) => child.once('exit', resolve))
      if (socketFolder) rmSync(socketFolder, { recursive: true })
    },
  }
}
