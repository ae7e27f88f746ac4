// A process that asks the demo's server at a fixed rate, and reports how long the answers took:
// node load.mjs <port> <requests a second> <rows>. Ends, and prints its figures as JSON, when its standard input does.
import http from 'node:http'

const [port, rate, rows] = process.argv.slice(2).map(Number)
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
const latencies = []
let [sent, failed, open] = [0, 0, 0]
const started = performance.now()

function ask() {
  const start = performance.now()
  const done = (ok) => {
    open--
    if (ok) latencies.push(performance.now() - start)
    else failed++
  }
  open++
  const path = `/predict?row=${sent++ % rows}`
  http
    .get({ port, host: '127.0.0.1', path, agent }, (response) => {
      response.resume()
      response.on('end', () => done(response.statusCode === 200))
    })
    .on('error', () => done(false))
}

const timer = setInterval(() => {
  const due = Math.floor(((performance.now() - started) * rate) / 1000)
  while (sent < due) ask()
}, 2)

process.stdin.resume().on('end', () => {
  clearInterval(timer)
  const seconds = (performance.now() - started) / 1000
  const report = () => {
    if (open > 0) return setTimeout(report, 10)
    latencies.sort((a, b) => a - b)
    const at = (q) => latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))]
    console.log(JSON.stringify({ answered: latencies.length, failed, seconds, p50: at(0.5), p99: at(0.99) }))
    process.exit(0)
  }
  report()
})
