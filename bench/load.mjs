// Concurrent keep-alive clients, each with one request at a time: `node load.mjs <settings as JSON>`. Says 'warm' over IPC when
// it begins to measure, then { times (ms), spent (s) } of what was answered from there on, or { failed }.
import autocannon from 'autocannon'

const { url, clients, body, expected, warm, measured } = JSON.parse(process.argv[2])
const after = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1e3))

const times = []
const failures = { errors: 0, refused: 0, wrong: 0 }
let measuring = false
const run = autocannon({
  url,
  connections: clients,
  duration: 60,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
  expectBody: expected,
})
run.on('response', (_client, status, _bytes, milliseconds) => {
  if (status !== 200) failures.refused++
  if (measuring) times.push(milliseconds)
})
run.on('reqError', () => failures.errors++)
run.on('reqMismatch', () => failures.wrong++)

await after(warm)
process.send('warm')
measuring = true
const start = performance.now()
await after(measured)
const spent = (performance.now() - start) / 1e3
const failed = Object.values(failures).some((count) => count > 0)
process.send(failed ? { failed: JSON.stringify(failures) } : { times, spent }, () => process.exit(0))
