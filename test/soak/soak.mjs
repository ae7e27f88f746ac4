// `npm run test:soak -- --minutes 15 --clients 32`: the realistic service at full load. An HTTP endpoint standardises a vector and
// predicts with a scikit-learn model; now and then one streams, calls back, fails. The load comes from a process of its own. At the
// end: what the process held and how long a request took at the start and now, as a table and as JSON. Growth is exit code 1.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { census, growth } from './census.mjs'
import { startService } from './service.mjs'

const { values: options } = parseArgs({
  options: { minutes: { type: 'string', default: '15' }, clients: { type: 'string', default: '32' } },
})
const duration = Number(options.minutes) * 60_000
// Lazy imports, compiled code, and as many threads as the load needs.
const warmUp = Math.max(5_000, Math.min(60_000, duration / 6))
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

process.on('unhandledRejection', (error) => {
  console.error('unhandled rejection', error)
  process.exit(1)
})

const service = await startService()
const load = fork(new URL('load.mjs', import.meta.url), [`${service.address().port}`, options.clients], {
  execArgv: [],
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
})
load.on('exit', (code) => {
  console.error(`the load ended with ${code}`)
  process.exit(1)
})

/** What the load has seen since it was asked the last time: all requests have been answered, and no more come until 'go'. */
async function rest() {
  load.send('rest')
  const [seen] = await once(load, 'message')
  return seen
}

async function stage(milliseconds) {
  load.send('go')
  await pause(milliseconds)
  const seen = await rest()
  return { ...seen, ...(await census()) }
}

await stage(warmUp)
const window = Math.min(60_000, duration / 4)
const start = await stage(window)
console.log(JSON.stringify({ start }))
for (let left = duration - warmUp - 2 * window; left > 0; left -= window) {
  const now = await stage(Math.min(left, window))
  console.log(
    JSON.stringify({ left: Math.round(left / 1000), requests: now.requests, p99: now.p99, megabytes: now.megabytes }),
  )
}
const end = await stage(window)

const rows = Object.keys(start).map((name) => [name, start[name], end[name]])
for (const [name, before, after] of [['', 'start', 'end'], ...rows]) {
  console.log(`${name.padEnd(24)}${String(before).padStart(12)}${String(after).padStart(12)}`)
}
const grown = growth(start, end)
console.log(
  JSON.stringify({
    minutes: Number(options.minutes),
    clients: Number(options.clients),
    node: process.version,
    start,
    end,
    grown,
  }),
)
for (const each of grown) console.error(`grown: ${each}`)
process.exit(grown.length === 0 ? 0 : 1)
