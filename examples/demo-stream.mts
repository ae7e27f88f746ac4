// A model that learns and answers at the same time, in one process: a Python generator trains it and streams its progress
// to a line of the terminal, while an HTTP server answers 1,000 requests a second from the very same model.
//   npm run demo:stream
import { type ChildProcess, spawn } from 'node:child_process'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type NDArray, python } from 'snakebridge'

const EPOCHS = 6
const BATCH = 16
const RATE = 1000

const folder = path.join(import.meta.dirname, 'stream')
const { new_model, predict, split, train } = python.import(path.join(folder, 'digits_model.py'))
const model = await new_model()
const [, pixels]: NDArray[] = await split()
const progress = train(model, EPOCHS, BATCH)

const latencies: number[] = []
const server = http.createServer(async (request, response) => {
  const start = performance.now()
  const row = Number(new URL(request.url ?? '/', 'http://localhost').searchParams.get('row'))
  try {
    const digit = await predict(model, (pixels.data as Float64Array).subarray(row * 64, (row + 1) * 64))
    response.end(JSON.stringify({ row, digit }))
    latencies.push(performance.now() - start)
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
})

let load: ChildProcess | undefined
let [steps, accuracy] = [0, 0]
const started = performance.now()
const delay = monitorEventLoopDelay({ resolution: 1 })

for await (const step of progress) {
  steps++
  accuracy = step.accuracy
  if (load === undefined) {
    load = await startLoad() // the model has seen its first digits: it can answer
    delay.enable()
  }
  show(`epoch ${step.epoch}/${EPOCHS}  ${bar(step.seen / 1347)}  ${percent(accuracy)}  ${latencies.length} answers`)
}
delay.disable()
const seconds = (performance.now() - started) / 1000
process.stdout.write(process.stdout.isTTY ? '\n' : '')

const client = await endLoad(load as ChildProcess)
server.close()
latencies.sort((a, b) => a - b)
console.log(`trained: ${steps} batches in ${seconds.toFixed(1)} s, ${percent(accuracy)} of 450 held-out digits right`)
console.log(
  `asked: ${client.answered} answers, ${(client.answered / client.seconds).toFixed(0)} a second, ${client.failed} failed`,
)
console.log(`server: p50 ${ms(at(latencies, 0.5))}, p99 ${ms(at(latencies, 0.99))}`)
console.log(`client: p50 ${ms(client.p50)}, p99 ${ms(client.p99)}`)
console.log(`event loop: worst delay ${ms(delay.max / 1e6)}, p99 ${ms(delay.percentile(99) / 1e6)}`)
if (accuracy < 0.85 || client.failed > 0 || client.answered === 0) process.exitCode = 1

interface LoadReport {
  answered: number
  failed: number
  seconds: number
  p50: number
  p99: number
}

async function startLoad(): Promise<ChildProcess> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const rows = pixels.shape[0]
  return spawn(process.execPath, [path.join(folder, 'load.mjs'), String(port), String(RATE), String(rows)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

async function endLoad(child: ChildProcess): Promise<LoadReport> {
  let text = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  child.stdin?.end()
  await new Promise((resolve) => child.on('close', resolve))
  return JSON.parse(text) as LoadReport
}

/** One line that is written over, on a terminal; elsewhere a line for each epoch. */
function show(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`)
  else if (steps % Math.ceil(1347 / BATCH) === 0) console.log(line)
}
function bar(share: number): string {
  const full = Math.round(share * 20)
  return '█'.repeat(full) + '░'.repeat(20 - full)
}
function at(sorted: number[], quantile: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))]
}
function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(2)} ms`
}
