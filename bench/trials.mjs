// The trials as data: what a contender has to offer for each (`operations`), how it is measured, what the figures
// are called. A contender that cannot offer a trial leaves it out.
import { eventLoop } from './event-loop.mjs'
import { awaited, awaitedInTurns, beside, blocking, reading, repeated, settledMemory, summarise } from './measure.mjs'
import { service, serviceMetrics } from './service.mjs'
import { measureStart } from './startup.mjs'

const megabyte = 2 ** 20

async function each(operations, measure) {
  const metrics = {}
  for (const [name, operation] of Object.entries(operations)) metrics[name] = await measure(operation)
  return metrics
}

const eachBlocking = (operations, settings) => each(operations, (call) => blocking(call, settings))
const eachAwaited = (operations, settings) => each(operations, (call) => awaited(call, settings))

async function overlap({ one }, { quick }) {
  const times = quick ? 3 : 9
  const single = await repeated(() => one(0), times)
  const both = await repeated(() => Promise.all([one(0), one(1)]), times)
  return { one: single, two: both, ratio: reading(both.median / single.median, '×') }
}

async function besideC({ digest, short }, { quick }) {
  const trial = 100_000
  const calibration = await repeated(() => digest(trial), 3)
  const target = quick ? 700 : 2000
  const iterations = Math.round((trial * target) / calibration.median)
  const start = performance.now()
  const { summary } = await beside(digest(iterations), short)
  return { short: summary, long: reading(performance.now() - start, 'ms') }
}

async function besidePython({ burn, short }, { quick }) {
  const seconds = quick ? 1 : 5
  await short()
  const alone = await burn(seconds)
  const { summary, value } = await beside(burn(seconds), short, { pause: 7 })
  return { short: summary, slowdown: reading(alone / value, '×') }
}

const arraySizes = [
  { name: '8 KB', bytes: 8192 },
  { name: '1 MB', bytes: megabyte },
  { name: '8 MB', bytes: 8 * megabyte },
  { name: '128 MB', bytes: 128 * megabyte },
  { name: '1 GB', bytes: 1024 * megabyte },
]

// `out` hands over a new array object on the same memory each time, `fresh` new memory.
async function arrays({ out, into, fresh, largest = Infinity }, settings) {
  const metrics = {}
  const directions = Object.entries({ out, into, fresh }).filter(([, operation]) => operation)
  for (const { name, bytes } of arraySizes.filter(({ bytes }) => bytes <= largest)) {
    const array = new Float64Array(bytes / 8).fill(0.5)
    for (const [direction, operation] of directions) {
      const call = direction === 'into' ? () => operation(array) : () => operation(array.length)
      metrics[`${direction} ${name}`] = await awaited(call, settings, { rest: true })
    }
  }
  return metrics
}

async function churn({ make, tracked }, { quick }) {
  const group = 1000
  const calls = quick ? 100_000 : 1_000_000
  const run = async (count) => {
    for (let done = 0; done < count; done += group) {
      await make(group)
      await new Promise(setImmediate)
    }
  }
  await run(calls / 10)
  const memory = await settledMemory()
  const objects = await tracked()
  const start = performance.now()
  await run(calls)
  const spent = performance.now() - start
  const grown = (await settledMemory()) - memory
  return {
    memory: reading(grown / megabyte, 'MB'),
    objects: reading((await tracked()) - objects, ''),
    call: reading((spent * 1e3) / calls, 'µs'),
  }
}

async function dropped({ make }, { quick }) {
  const rounds = quick ? 100 : 300
  const samples = []
  for (let i = 0; i < rounds; i++) {
    const start = performance.now()
    make((16 * megabyte) / 8)
    samples.push((performance.now() - start) * 1e3)
  }
  return { peak: reading(process.resourceUsage().maxRSS / 1024, 'MB'), call: summarise(samples, 'µs') }
}

const streamed = 100_000

/** Iterates again and again; µs an item. `ahead` gives how far the source was ahead of a consumer that pauses. */
async function stream({ items, ahead }, settings) {
  const drain = async () => {
    for await (const item of items(streamed)) if (item < 0) throw new Error('expected the items that were made')
  }
  const metrics = { item: await awaited(drain, settings, { per: streamed }) }
  if (ahead) metrics.ahead = reading(await ahead(), 'items')
  return metrics
}

const sorted = 100_000

/** `sorted(key=…)` of a JavaScript function; µs a callback, Python's own sorting included. */
async function callbacks({ here, across }, settings) {
  const few = settings.quick ? sorted / 10 : sorted
  const metrics = {}
  if (here) metrics.here = await awaited(() => here(sorted), settings, { per: sorted })
  if (across) metrics.across = await awaited(() => across(few), settings, { per: few })
  return metrics
}

/** What `targets.mjs` would ask for and nothing here can measure yet, with the reason. */
export const leftOut = {
  'Arrow table of 10 columns, 10³ to 10⁷ rows': 'the library shares no Arrow tables yet',
  'typings of `json` and NumPy': 'the library generates no typings yet',
}

export const trials = {
  'blocking-call': {
    title: 'Blocking call of `math.sqrt`',
    measure: eachBlocking,
    metrics: { call: 'call', method: 'attribute and call', empty: 'empty N-API call' },
  },
  'awaited-call': {
    title: 'Awaited call, one after another',
    measure: eachAwaited,
    metrics: { call: 'call', wake: 'own thread, 20 µs spin', pool: 'libuv pool' },
  },
  'thousand-calls': {
    title: '1,000 calls at once, each',
    measure: (operations, settings) => each(operations, (calls) => awaited(calls, settings, { per: 1000 })),
    metrics: {
      calls: 'each call',
      methods: 'each call, its attribute looked up anew',
      promises: 'in JavaScript: proxies and promises alone',
      streamed: 'each call, over one bidirectional stream',
    },
  },
  chain: {
    title: 'Five dependent calls, one `await`',
    measure: awaitedInTurns,
    metrics: { one: 'one call', chain: 'chain of five' },
  },
  'overlap-sleep': {
    title: '2 × `time.sleep(0.2)` at once',
    measure: overlap,
    metrics: { one: 'one', two: 'two at once', ratio: 'two ÷ one' },
  },
  'overlap-numpy': {
    title: '2 × `np.sin` of 4·10⁶ floats at once',
    measure: overlap,
    metrics: { one: 'one', two: 'two at once', ratio: 'two ÷ one' },
  },
  'beside-c': {
    title: 'Short call while another runs C code for 2 s without the GIL',
    measure: besideC,
    metrics: { short: 'short call', long: 'the long call' },
  },
  'beside-python': {
    title: 'Lone short call while another lane runs pure Python for 5 s',
    measure: besidePython,
    metrics: { short: 'short call', slowdown: 'slowdown of the busy lane' },
  },
  'beside-python-lowered': {
    title: 'The same, the switch interval lowered to 0.5 ms',
    settings: { switchInterval: 0.0005 },
    measure: besidePython,
    metrics: { short: 'short call', slowdown: 'slowdown of the busy lane' },
  },
  'event-loop': {
    title: 'The event loop while two threads run pure Python for 5 s and 1,000 calls a second are awaited',
    measure: eventLoop,
    metrics: {
      added: 'p99 of the delay, above idle',
      'idle delay': 'p99 of the delay, idle',
      'busy delay': 'p99 of the delay, busy',
      'busy worst': 'worst delay, busy',
      'idle read': '`fs.readFile`, idle',
      'busy read': '`fs.readFile`, busy',
      calls: 'calls',
    },
  },
  arrays: {
    title: 'float64 array',
    limit: 300,
    measure: arrays,
    metrics: Object.fromEntries(
      [
        ['out', 'Python → JS'],
        ['into', 'JS → Python'],
        ['fresh', 'Python → JS, new memory each time'],
      ].flatMap(([direction, title]) => arraySizes.map(({ name }) => [`${direction} ${name}`, `${title}, ${name}`])),
    ),
  },
  floats: {
    title: 'List of 10⁵ floats',
    measure: eachAwaited,
    metrics: { out: 'Python → JS', into: 'JS → Python', 'objects out': 'Python → JS, the JS objects alone' },
  },
  records: {
    title: '1,000 nested records',
    measure: eachAwaited,
    metrics: { out: 'Python → JS', into: 'JS → Python', parsed: 'Python → JS, `JSON.parse` of the text alone' },
  },
  strings: {
    title: '1 MB string',
    measure: eachAwaited,
    metrics: {
      'ascii out': 'ASCII, Python → JS',
      'ascii into': 'ASCII, JS → Python',
      'mixed out': 'mixed, Python → JS',
      'mixed into': 'mixed, JS → Python',
      'ascii str': 'ASCII, JS → Python, the `str` made',
      'mixed str': 'mixed, JS → Python, the `str` made',
      'utf16 out': 'mixed as UTF-16, Python → JS',
      'utf16 into': 'mixed as UTF-16, JS → Python',
    },
  },
  stream: {
    title: 'Generator of 10⁵ small items, async iterated',
    measure: stream,
    metrics: { item: 'each item', ahead: 'produced − consumed, at most (buffer: 1,024)' },
  },
  callbacks: {
    title: 'JavaScript callback from Python, 10⁵ times (`sorted(key=…)`)',
    limit: 300,
    measure: callbacks,
    metrics: { here: 'each, on the calling thread', across: 'each, from a pool thread' },
  },
  service: {
    title: 'HTTP endpoint that standardises 64 floats and predicts a digit with scikit-learn',
    settings: { levels: [1, 4, 16, 64, 256] },
    cores: 2,
    measure: service,
    metrics: serviceMetrics([1, 4, 16, 64, 256]),
  },
  'service-batched': {
    title: 'The same endpoint, all requests that wait predicted in one call',
    settings: { levels: [16, 64, 256] },
    cores: 2,
    measure: service,
    metrics: serviceMetrics([16, 64, 256]),
  },
  'start-up': {
    title: 'Start: `require` → first result',
    measure: measureStart,
    metrics: { time: 'time', memory: 'resident memory added' },
  },
  'churn-blocking': {
    title: '10⁶ blocking calls that make and drop a Python object, a turn of the loop each 1,000',
    limit: 300,
    measure: churn,
    metrics: { memory: 'memory added', objects: 'objects added', call: 'each call' },
  },
  'churn-released': {
    title: '10⁶ such calls in groups of 1,000, each object `$release`d at once',
    limit: 300,
    measure: churn,
    metrics: { memory: 'memory added', objects: 'objects added', call: 'each call' },
  },
  'churn-awaited': {
    title: '10⁶ awaited calls that make and drop a Python object, 1,000 at once',
    limit: 300,
    measure: churn,
    metrics: { memory: 'memory added', objects: 'objects added', call: 'each call' },
  },
  'arrays-dropped': {
    title: '300 × 16 MB arrays made and dropped in one synchronous loop',
    measure: dropped,
    metrics: { peak: 'peak resident memory', call: 'each array' },
  },
}
