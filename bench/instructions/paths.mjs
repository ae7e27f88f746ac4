// The program that runs under callgrind: each hot path is repeated between two commands to its counters.
// `node paths.mjs` by itself runs each once.
import { execFileSync } from 'node:child_process'
import { python } from '../../dist/index.mjs' // of this repository: bench/node_modules has what the benchmark measures

const sqrt = python.sync.import('math').sqrt
const math = python.import('math')
const awaited = await math.sqrt
const { numbers, records, array, take, sort } = python.sync.import('./hot_paths.py')
const floats = Array.from({ length: 1000 }, (_, i) => i + 0.5)
const rows = Array.from({ length: 100 }, (_, id) => ({
  id,
  name: `row ${id}`,
  score: id / 8,
  active: id % 2 === 0,
  tags: [`a${id}`, `b${id}`],
  position: { x: id / 4, y: -id / 4 },
}))
const atOnce = Array.from({ length: 100 }, () => 2)

/** How often each is repeated: some 20 million instructions or more. As often before, for the compilers. */
const paths = {
  'blocking call': [30_000, () => sqrt(2)],
  '100 awaited calls at once': [150, () => Promise.all(atOnce.map((number) => awaited(number)))],
  '100 awaited calls of a method at once': [150, () => Promise.all(atOnce.map((number) => math.sqrt(number)))],
  'list of 1,000 floats, Python → JS': [400, () => numbers()],
  'list of 1,000 floats, JS → Python': [400, () => take(floats)],
  '100 records, Python → JS': [200, () => records()],
  '100 records, JS → Python': [200, () => take(rows)],
  'array, Python → JS': [6000, () => array()],
  '100 callbacks on the calling thread': [300, () => sort((value) => -value)],
}

const counted = process.argv[2] === '--counted'
// How many calls have their place recorded is a matter of time, and the clock goes fast beside a program that is counted.
if (counted) Error.stackTraceLimit = 0

/** Blocks: asleep meanwhile, this process adds nothing to the counters. */
function control(flag) {
  if (!counted) return
  try {
    execFileSync('callgrind_control', [flag, String(process.pid)], { stdio: 'pipe', timeout: 60_000 })
  } catch (error) {
    console.log(`callgrind_control does not reach the program: ${error.message}`) // a system without ptrace
    process.reallyExit(3)
  }
}

async function count(name, times, path) {
  const isAwaited = path() instanceof Promise
  const loop = async (times) => {
    if (isAwaited) for (let i = 0; i < times; i++) await path()
    else for (let i = 0; i < times; i++) path()
  }
  await loop(counted ? times : 1)
  control('--zero')
  await loop(counted ? times : 1)
  control(`--dump=${times} ${name}`)
}

for (let i = 0; i < 2; i++) await count('nothing', 1, () => {})
for (const [name, [times, path]] of Object.entries(paths))
  if (name.includes(process.argv[3] ?? '')) await count(name, times, path)
process.reallyExit(0)
