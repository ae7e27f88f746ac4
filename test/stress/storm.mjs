// `npm run test:stress -- --minutes 2 --seed 1`: everything at once, in the main thread and in workers that are
// terminated in the middle of it. Each answer is right, each promise settles once, and at the end nothing is left.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { python } from 'snakebridge'
import { running, storm } from './actions.mjs'
import { randomNumbers } from './random-numbers.mjs'

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const sanitizer = process.env.SNAKEBRIDGE_SANITIZER

const status = (field) => Number(new RegExp(`${field}:\\s*(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))[1])
const megabytes = () => status('VmRSS') / 1024

if (isMainThread) await main()
else
  await storm(
    randomNumbers(workerData),
    () => false,
    (name, error) => error && parentPort.postMessage(`${name}: ${error.stack}`),
  )

async function main() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string' },
      patience: { type: 'string', default: '60' },
    },
  })
  const seed = Number(values.seed ?? Date.now() % 1_000_000)
  const end = Date.now() + Number(values.minutes) * 60_000
  console.log(`seed ${seed}, ${values.minutes} minutes${sanitizer === undefined ? '' : `, ${sanitizer}`}`)
  const random = randomNumbers(seed)
  const counts = { actions: 0, workers: 0 }
  process.on('unhandledRejection', (error) => fail(`unhandled rejection: ${error?.stack ?? error}`))
  watchForHangs(counts, Number(values.patience))

  await round(random, counts, Date.now() + Math.min(10_000, (end - Date.now()) / 4))
  const before = await measure()
  while (Date.now() < end) {
    await round(random, counts, Math.min(end, Date.now() + 20_000))
    console.log(JSON.stringify({ ...counts, megabytes: Math.round(megabytes()), threads: python.stats().pool.threads }))
  }
  const after = await measure()
  const grown = Object.entries(after.types)
    .map(([name, count]) => [name, count - (before.types[name] ?? 0)])
    .filter(([, growth]) => growth > 20)
    .sort(([, a], [, b]) => b - a)
  for (const each of [before, after]) delete each.types
  console.log(JSON.stringify({ before, after, grown: Object.fromEntries(grown) }))
  assert.equal(after.batchesInFlight, 0)
  assert.equal(after.buffers, before.buffers)
  assert.ok(after.references <= before.references + 50, 'references stayed')
  assert.ok(after.objects - before.objects < 2000 + counts.workers, 'Python objects stayed')
  assert.ok(after.files - before.files < 20, 'file descriptors stayed')
  assert.ok(after.threads - before.threads < 64, 'threads stayed')
  // TSAN's own records grow with what has run.
  if (sanitizer !== 'tsan') assert.ok(after.megabytes - before.megabytes < 150, 'memory stayed')
  console.log(`${counts.actions} actions and ${counts.workers} workers: well`)
  process.exit(0)
}

function fail(text) {
  console.error(text)
  process.exit(1)
}

async function round(random, counts, until) {
  const isOver = () => Date.now() >= until
  const done = (name, error) => {
    counts.actions++
    if (error) fail(`${name}: ${error.stack}`)
  }
  await Promise.all([storm(random, isOver, done), workers(randomNumbers(random() * 2 ** 32), isOver, counts)])
}

async function workers(random, isOver, counts) {
  while (!isOver()) {
    const worker = new Worker(new URL(import.meta.url), { workerData: Math.floor(random() * 2 ** 32), execArgv: [] })
    worker.on('message', fail).on('error', (error) => fail(`worker: ${error.stack}`))
    await pause(random() * (sanitizer === undefined ? 400 : 2000))
    await worker.terminate()
    counts.workers++
  }
}

/** But for modules that a worker was loading when it was terminated: Node leaves their files open, without us too. */
function openFiles() {
  const name = (descriptor) => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`)
    } catch {
      return '' // the directory that was just read
    }
  }
  return readdirSync('/proc/self/fd').filter((descriptor) => !/\.m?js$/.test(name(descriptor))).length
}

/** Nothing that is asked for takes `patience` seconds, on a loaded machine with a sanitizer. */
function watchForHangs(counts, patience) {
  let seen = -1
  setInterval(() => {
    if (counts.actions === seen) {
      python.sync.exec('import faulthandler; faulthandler.dump_traceback()')
      fail(`nothing has ended for ${patience} s: ${[...running.values()]} ${JSON.stringify(python.stats())}`)
    }
    seen = counts.actions
  }, patience * 1000)
}

async function measure() {
  const fixture = python.import('../python/storm.py')
  let types
  for (let i = 0; i < 20; i++) {
    globalThis.gc()
    await pause(50)
    types = await python.builtins.dict(fixture.objects())
  }
  await pause(50)
  const { references, buffers, batchesInFlight } = python.stats()
  return {
    objects: Object.values(types).reduce((sum, count) => sum + count, 0),
    types,
    references,
    buffers,
    batchesInFlight,
    files: openFiles(),
    threads: status('Threads'),
    megabytes: Math.round(megabytes()),
  }
}
