// The service trials: an HTTP endpoint that standardises 64 floats and predicts with a scikit-learn model, under 1 to 256
// concurrent keep-alive clients that another process plays (load.mjs).
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { digits } from './digits.mjs'
import { reading, summarise } from './measure.mjs'

const [sent] = digits
const answerOf = (digit) => JSON.stringify({ digit })

/** Vectors of one length, one after another. */
export function rowsOf(vectors) {
  const width = vectors[0].length
  const rows = new Float64Array(vectors.length * width)
  for (let i = 0; i < vectors.length; i++) rows.set(vectors[i], i * width)
  return rows
}

function serve(predict) {
  const answer = async (body, response) => {
    try {
      response.end(answerOf(await predict(JSON.parse(body))))
    } catch (error) {
      response.statusCode = 500
      response.end(error.message)
    }
  }
  return createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (text) => (body += text))
    request.on('end', () => answer(body, response))
  })
}

/** One call at a time: it takes the requests of one turn of the event loop, and what came while the one before ran. */
function gathered(predictMany) {
  let waiting = []
  let busy = false
  const predictBatch = async (batch) => {
    try {
      const found = await predictMany(batch.map(({ vector }) => vector))
      for (const [i, { resolve }] of batch.entries()) resolve(found[i])
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  const drain = async () => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await predictBatch(batch)
    }
    busy = false
  }
  return (vector) =>
    new Promise((resolve, reject) => {
      waiting.push({ vector, resolve, reject })
      if (busy) return
      busy = true
      setImmediate(drain)
    })
}

/** The measured part of one load: request times (ms), seconds they took, p99 of the event loop's delay (µs). */
async function underLoad(settings) {
  const load = fork(join(import.meta.dirname, 'load.mjs'), [JSON.stringify(settings)])
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const [warm] = await once(load, 'message')
  if (warm !== 'warm') throw new Error(`expected the load generator to warm up, got ${JSON.stringify(warm)}`)
  delay.enable()
  const [result] = await once(load, 'message')
  delay.disable()
  await once(load, 'exit')
  if (result.failed) throw new Error(`under ${settings.clients} clients: ${result.failed}`)
  return { ...result, delay: delay.percentile(99) / 1e3 }
}

function residentMegabytes(processes) {
  const others = processes.map((pid) => /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1] / 1024)
  return others.reduce((sum, one) => sum + one, process.memoryUsage.rss() / 2 ** 20)
}

const metricsOf = { throughput: 'requests a second', p50: 'median', p99: 'p99', delay: 'p99 of the event loop’s delay' }

/** The titles of a trial's metrics, for its numbers of clients. */
export function serviceMetrics(levels) {
  const each = Object.entries(metricsOf).flatMap(([name, title]) =>
    levels.map((clients) => [`${name} ${clients}`, `${title}, ${clients} client${clients === 1 ? '' : 's'}`]),
  )
  return { ...Object.fromEntries(each), memory: 'resident memory, all processes', alone: 'one prediction, no service' }
}

/** `predict` answers each request, or `predictMany` those that wait; `processes` are the contender's own. */
export async function service({ predict, predictMany, processes = [] }, { quick, levels }) {
  const server = serve(predict ?? gathered(predictMany)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}/`
  const request = { url, body: JSON.stringify(sent.vector), expected: answerOf(sent.digit) }
  const metrics = {}
  for (const clients of levels) {
    const seconds = quick ? { warm: 0.3, measured: 0.7 } : { warm: 0.5, measured: 2 }
    const { times, spent, delay } = await underLoad({ ...request, clients, ...seconds })
    const { median, p99 } = summarise(times, 'ms')
    metrics[`throughput ${clients}`] = reading(times.length / spent, 'a second')
    metrics[`p50 ${clients}`] = reading(median, 'ms')
    if (p99 !== undefined) metrics[`p99 ${clients}`] = reading(p99, 'ms')
    metrics[`delay ${clients}`] = reading(delay, 'µs')
  }
  metrics.memory = reading(residentMegabytes(processes), 'MB')
  server.close()
  server.closeAllConnections()
  return metrics
}
