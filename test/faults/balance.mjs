// `npm run test:faults -- balance --times 1000000`: each kind of operation, so many times. Reference counts, Python's objects and
// blocks, the memory of the process stay as they are.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { python } from 'snakebridge'
import { kinds } from './kinds.mjs'

const { values: options } = parseArgs({
  options: { kinds: { type: 'string' }, times: { type: 'string', default: '10000' } },
})
const names = options.kinds?.split(',') ?? Object.keys(kinds)
const times = Number(options.times)
const atOnce = 50
const py = python.import('../python/faults.py')

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024

async function repeat(name, count) {
  const operation = kinds[name]
  for (let done = 0; done < count; done += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => operation(py, python)))
  }
}

async function measure() {
  // References are found dead by the collector, and released with the next batch; memory of arrays a turn later.
  let held = Infinity
  for (let calm = 0; calm < 3; ) {
    globalThis.gc()
    await pause(10)
    await py.add(1, 1)
    const { references, buffers } = python.stats()
    calm = references + buffers < held ? 0 : calm + 1
    held = references + buffers
  }
  const counts = await py.references()
  const [objects, blocks] = await py.objects()
  const { references, buffers } = python.stats()
  return { counts, objects, blocks, references, buffers, resident: resident() }
}

/** What is left of `count` operations. */
function leaks(before, after, count) {
  const allowed = Math.max(300, count / 20)
  const found = []
  const look = (what, growth, most) => {
    if (growth > most) found.push(`${what} +${growth}`)
  }
  for (const [name, references] of Object.entries(after.counts)) {
    look(`references to ${name}`, references - before.counts[name], allowed)
  }
  look('Python objects', after.objects - before.objects, allowed)
  look('blocks of Python', after.blocks - before.blocks, allowed)
  look('references of JavaScript', after.references - before.references, allowed)
  look('buffers', after.buffers - before.buffers, allowed)
  // What is flat in the long run moves by some megabytes, by V8's heap above all.
  look('bytes of memory', after.resident - before.resident, 32e6 + 20 * count)
  return found
}

let failed = false
for (const name of names) {
  await repeat(name, Math.min(times, 1000))
  let before = await measure()
  let after
  let found = []
  let took = 0
  // Caches and the collector move once; a leak grows each time.
  for (let round = 0; round < 3; round++) {
    const began = Date.now()
    await repeat(name, times)
    took = (Date.now() - began) / 1000
    if (round > 0) before = after
    after = await measure()
    found = leaks(before, after, times)
    if (found.length === 0) break
  }
  if (found.length > 0) failed = true
  const megabytes = ((after.resident - before.resident) / 1e6).toFixed(1)
  console.log(
    `${name}: ${times} in ${took.toFixed(1)} s, objects ${after.objects - before.objects}, blocks ${after.blocks - before.blocks}, ` +
      `${megabytes} MB${found.length > 0 ? `  STAYED: ${found.join(', ')}` : ''}`,
  )
}
process.exit(failed ? 1 : 0)
