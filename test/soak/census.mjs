// What the process holds, and what of it has grown.
import { readdirSync, readFileSync } from 'node:fs'
import { python } from 'snakebridge'

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const status = (field) => Number(new RegExp(`${field}:\\s*(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))[1])

/** At rest: nothing is under way. */
export async function census() {
  const model = python.import('../python/soak.py')
  for (let i = 0; i < 5; i++) {
    globalThis.gc()
    await pause(50)
    await model.census()
  }
  const { objects, blocks } = await model.census()
  const { references, buffers, batchesInFlight } = python.stats()
  return {
    megabytes: Math.round(status('VmRSS') / 1024),
    heap: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
    files: readdirSync('/proc/self/fd').length,
    handles: process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout' && kind !== 'Immediate').length,
    threads: status('Threads'),
    objects,
    blocks,
    references,
    buffers,
    batchesInFlight,
  }
}

/** How much more is no growth: of a number that moves by itself. */
const allowed = {
  megabytes: (before) => 30 + before / 10,
  heap: (before) => 10 + before / 10,
  files: () => 5,
  handles: () => 5,
  threads: () => 8,
  objects: () => 500,
  blocks: (before) => 5000 + before / 100,
  references: () => 50,
  buffers: () => 5,
  batchesInFlight: () => 0,
  p50: (before) => 2 + before,
  p99: (before) => 50 + before,
}

export function growth(before, after) {
  return Object.entries(allowed)
    .filter(([name, most]) => after[name] - before[name] > most(before[name]))
    .map(([name]) => `${name} from ${before[name]} to ${after[name]}`)
}
