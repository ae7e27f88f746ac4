// The load generator: `load.mjs <port> <clients>`, told 'go' and 'rest' by its parent. Each client has one connection and sends the
// next request when the last was answered. At rest: how many there were, and how long the predictions took.
import { Agent, request } from 'node:http'

const [port, clients] = process.argv.slice(2).map(Number)
const agent = new Agent({ keepAlive: true, maxSockets: clients })
const vector = JSON.stringify(Array.from({ length: 64 }, (_, i) => Math.sin(i) * 3))

let going = false
let busy = 0
let count = 0
let latencies = []

/** Of a hundred requests two stream, two call back and one fails. */
function next() {
  const which = count++ % 100
  if (which % 50 === 13) return ['/explain', 200]
  if (which % 50 === 37) return ['/adjusted', 200]
  return which === 71 ? ['/refuse', 422] : ['/predict', 200]
}

function post(path, expected) {
  return new Promise((resolve, reject) => {
    const sent = request({ port, path, method: 'POST', agent, host: '127.0.0.1' }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => {
        if (response.statusCode !== expected) reject(new Error(`${path} answered ${response.statusCode}: ${text}`))
        else if (path === '/explain' && text.split('\n').length !== 65)
          reject(new Error(`a stream ended early: ${text}`))
        else resolve()
      })
    })
    sent.on('error', reject).end(vector)
  })
}

async function client() {
  busy++
  while (going) {
    const [path, expected] = next()
    const began = performance.now()
    await post(path, expected)
    if (path === '/predict') latencies.push(performance.now() - began)
  }
  busy--
  if (busy === 0) report()
}

function report() {
  const sorted = Float64Array.from(latencies).sort()
  const at = (part) => Number((sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(2))
  process.send({ requests: latencies.length, p50: at(0.5), p99: at(0.99), slowest: at(0.9999) })
  latencies = []
}

process.on('message', (order) => {
  going = order === 'go'
  if (going) for (let i = 0; i < clients; i++) client()
})
process.on('disconnect', () => process.exit(0))
