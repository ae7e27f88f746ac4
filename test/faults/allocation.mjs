// `npm run test:faults -- allocation`: each allocation of each kind of operation fails once, on the thread that does it. Whoever waits
// gets the result or a typed error, the next call works, and nothing stays.
import assert, { AssertionError } from 'node:assert/strict'
import { parseArgs } from 'node:util'
import { NoRoomError, PythonError, PythonMemoryError, python } from 'snakebridge'
import { kinds } from './kinds.mjs'

const { values: options } = parseArgs({
  options: {
    kinds: { type: 'string' },
    /** How many points there are at most for each kind, and how many allocations in a row fail. */
    points: { type: 'string', default: 'Infinity' },
    burst: { type: 'string', default: '1' },
  },
})
const names = options.kinds?.split(',') ?? Object.keys(kinds)
const burst = Number(options.burst)

const lane = python.lane('faults')
const py = lane.import('../python/faults.py')
const [fail, end] = await py.failing_allocator()
const elsewhere = python.import('../python/faults.py')

/** What may come instead of the result. */
function isTyped(error) {
  if (error instanceof AssertionError && error.actual instanceof Error) return isTyped(error.actual)
  if (error instanceof PythonMemoryError || error instanceof NoRoomError) return true
  // CPython 3.11 and NumPy forget here and there to say that it was the memory.
  if (error instanceof PythonError && /(without setting an exception|without exception set)$/m.test(error.message))
    return true
  // A JavaScript error that was thrown on purpose, and that Python found no memory to know again.
  if (error instanceof PythonError && error.message.endsWith('on purpose')) return true
  // The exception's own description found no room: its type is all that is left.
  return error instanceof PythonError && error.message.endsWith('the exception could not be described')
}

async function settledSoon(work, what) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing has come for 20 s`)), 20_000)
  })
  try {
    return await Promise.race([
      work.then(
        () => undefined,
        (error) => error,
      ),
      late,
    ])
  } finally {
    clearTimeout(timer)
  }
}

/** How many allocations there were since the last `fail`. */
async function ended(what) {
  for (let tries = 0; tries < 20; tries++) {
    let counted
    const error = await settledSoon(
      end().then((count) => {
        counted = count
      }),
      what,
    )
    if (error === undefined) return counted
    if (!isTyped(error)) throw error
  }
  throw new Error(`${what}: no call works any more`)
}

/** One operation of a kind, of which the allocations from number `first` on fail. */
async function attempt(name, first) {
  const what = `${name} without allocation ${first}`
  const armed = fail(first, first + burst - 1).then(
    () => undefined,
    (error) => error,
  )
  const error = await settledSoon(
    kinds[name](py, lane).finally(() => armed),
    what,
  )
  const counted = await ended(what)
  if (error !== undefined && !isTyped(error)) throw new Error(`${what}: ${error.stack}`, { cause: error })
  return { counted, failed: error !== undefined }
}

async function measure() {
  for (let i = 0; i < 10; i++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 20))
    await elsewhere.references()
  }
  const [objects] = await elsewhere.objects()
  const { references, buffers, batchesInFlight } = python.stats()
  return {
    objects,
    references,
    buffers,
    batchesInFlight,
    counts: new Map(Object.entries(await elsewhere.references())),
  }
}

process.on('unhandledRejection', (error) => {
  if (isTyped(error)) return
  console.error('unhandled rejection', error)
  process.exit(1)
})

for (const name of ['error', ...names]) await kinds[name](py, lane)
const before = await measure()
let points = 0
let failures = 0
for (const name of names) {
  const { counted: all } = await attempt(name, 1_000_000)
  const stride = Math.max(1, Math.ceil(all / Number(options.points)))
  const begin = points
  let failed = 0
  // An operation that fails may allocate more than one that works: its error is described.
  for (let first = 1; ; first += stride) {
    const outcome = await attempt(name, first)
    points++
    if (outcome.failed) failed++
    if (outcome.counted < first) break
  }
  failures += failed
  console.log(`${name}: ${all} allocations, ${points - begin} points, ${failed} typed errors`)
  await kinds[name](py, lane)
}
const after = await measure()
const grown = [...after.counts]
  .map(([name, count]) => [name, count - before.counts.get(name)])
  .filter(([, growth]) => growth > 30 + points / 10)
for (const each of [before, after]) delete each.counts
console.log(JSON.stringify({ points, failures, before, after, grown }))
assert.ok(failures > 0, 'nothing failed: the allocator is not the one that fails')
assert.deepEqual(grown, [], 'references stayed')
assert.equal(after.batchesInFlight, 0)
assert.ok(after.references <= before.references + 50, 'references stayed')
assert.ok(after.buffers <= before.buffers + 5, 'buffers stayed')
assert.ok(after.objects - before.objects < 500 + points / 20, 'Python objects stayed')
process.exit(0)
