// What "fast" means, as data: each target names its trial and how its figure is taken from one run's results.
// `value` gets a lookup (see `lookup` in report.mjs) and gives a number, or undefined where nothing was measured.

// `bound`, where one was measured, is the figure of a bridge that costs nothing: what no bridge can get past.

const atMost = (trial, text, limit, unit, value, bound) => ({
  trial,
  text,
  limit,
  unit,
  value,
  bound,
  met: (x) => x <= limit,
})
const atLeast = (trial, text, limit, value, bound) => ({
  trial,
  text,
  limit,
  unit: '×',
  value,
  bound,
  met: (x) => x >= limit,
})

const ours = 'snakebridge'
const peers = ['node-calls-python', 'pymport', 'pythonia', 'pyodide', 'json-lines']
const servers = ['grpc-unix', 'grpc-tcp']

const own = (metric, key) => (look) => look(ours, metric, key)
const overOwn =
  (metric, others, otherMetric = metric) =>
  (look) => {
    const measured = others.map((name) => look(name, otherMetric)).filter((x) => x !== undefined)
    return measured.length && look(ours, metric) ? Math.min(...measured) / look(ours, metric) : undefined
  }
const timesOf =
  (metric, other, otherMetric = metric) =>
  (look) => {
    const [mine, theirs] = [look(ours, metric), look(other, otherMetric)]
    return mine !== undefined && theirs !== undefined ? mine / theirs : undefined
  }
const ratioOf =
  ([contender, metric], [other, otherMetric]) =>
  (look) => {
    const [one, two] = [look(contender, metric), look(other, otherMetric)]
    return one !== undefined && two !== undefined ? one / two : undefined
  }
const boundOver =
  (metric, others, otherMetric = metric) =>
  (look) => {
    const best = Math.min(...others.map((name) => look(name, otherMetric)).filter((x) => x !== undefined))
    const floor = look('floor', metric)
    return floor !== undefined && Number.isFinite(best) ? best / floor : undefined
  }
const ofFloor = (metric) => (look) => look('floor', metric)
// The calls without JavaScript, and JavaScript without the calls.
const thousandAlone = (look) => {
  const [native, promises] = [look('floor', 'calls'), look('floor', 'promises')]
  return native !== undefined && promises !== undefined ? native + promises : undefined
}
const overStreams = overOwn('calls', servers, 'streamed')

// Throughput: more is better. The bound: HTTP and the model each alone, as if the other took no time.
const bestOf = (look, metric) => Math.max(...servers.map((name) => look(name, metric)).filter((x) => x !== undefined))
const throughputOver = (metric) => (look) => {
  const best = bestOf(look, metric)
  return look(ours, metric) !== undefined && Number.isFinite(best) ? look(ours, metric) / best : undefined
}
const throughputBound = (metric) => (look) => {
  const [http, model] = [look('floor', metric), look('plain-python', 'alone')]
  const best = bestOf(look, metric)
  return http && model && Number.isFinite(best) ? Math.min(http, 1e6 / model) / best : undefined
}
const tailOver = (metric) => (look) => {
  const over = overOwn(metric, servers)(look)
  return over === undefined ? undefined : 1 / over
}
const difference = (more, less) => (look) => {
  const [a, b] = [look(ours, more), look(ours, less)]
  return a === undefined || b === undefined ? undefined : a - b
}

// The least that making the values takes in JS: a list that is filled; of records, V8's own parser of their text.
const madeInJs = { floats: 'objects out', records: 'parsed' }
const madeOver = (trial, way, other) =>
  ratioOf([other, way], way === 'out' ? ['floor', madeInJs[trial]] : ['plain-python', 'into'])
const directions = [
  ['out', 'Python → JS'],
  ['into', 'JS → Python'],
]
const bothWays = (make) => directions.flatMap(([metric, title]) => make(metric, title))

export const targets = [
  atMost('blocking-call', '≤ 2× the floor (N-API + GIL + call)', 2, '×', timesOf('call', 'floor')),
  atLeast('blocking-call', '≥ 3× faster than the best peer', 3, overOwn('call', peers), boundOver('call', peers)),
  atMost('awaited-call', '≤ 10 µs median', 10, 'µs', own('call')),
  atMost('awaited-call', 'p99 ≤ 100 µs', 100, 'µs', own('call', 'p99')),
  atLeast('awaited-call', '≥ 50× faster than gRPC', 50, overOwn('call', servers)),
  atLeast('awaited-call', '≥ 5× faster than the best peer', 5, overOwn('call', peers), boundOver('call', peers)),
  atMost('thousand-calls', '≤ 1 µs each', 1, 'µs', own('calls'), thousandAlone),
  atLeast('thousand-calls', '≥ 200× faster than gRPC', 200, overOwn('calls', servers)),
  atLeast(
    'thousand-calls',
    '≥ 200× faster than gRPC over one stream',
    200,
    overStreams,
    boundOver('calls', servers, 'streamed'),
  ),
  atLeast('thousand-calls', '≥ 10× faster than the best peer', 10, overOwn('calls', peers), boundOver('calls', peers)),
  atMost('chain', 'one awaited call + ≤ 2 µs', 2, 'µs', difference('chain', 'one')),
  atMost('overlap-sleep', 'two ≤ 1.15× one', 1.15, '×', own('ratio')),
  atMost('overlap-numpy', 'two ≤ 1.3× one', 1.3, '×', own('ratio')),
  atMost('beside-c', '≤ 1 ms (p99)', 1000, 'µs', own('short', 'p99')),
  atMost('beside-python', 'median ≤ 5.5 ms', 5500, 'µs', own('short')),
  atMost('beside-python-lowered', 'median ≤ 1 ms', 1000, 'µs', own('short')),
  atMost('event-loop', 'p99 of the delay ≤ 5 ms above idle', 5000, 'µs', own('added'), ofFloor('added')),
  atMost(
    'event-loop',
    '`fs.readFile` ≤ 1.2× idle',
    1.2,
    '×',
    timesOf('busy read', ours, 'idle read'),
    ratioOf(['floor', 'busy read'], ['floor', 'idle read']),
  ),
  ...bothWays((way, title) => [
    atMost('arrays', `${title}: 1 GB ≤ 20 µs`, 20, 'µs', own(`${way} 1 GB`)),
    atMost('arrays', `${title}: 1 GB ≤ 2× the time of 8 KB`, 2, '×', timesOf(`${way} 1 GB`, ours, `${way} 8 KB`)),
    atLeast('arrays', `${title}: ≥ 500× faster than gRPC at 8 MB`, 500, overOwn(`${way} 8 MB`, servers)),
  ]),
  ...['floats', 'records'].flatMap((trial) =>
    bothWays((way, title) => [
      atLeast(
        trial,
        `${title}: ≤ 1/5 of value-by-value N-API`,
        5,
        overOwn(way, ['floor']),
        madeOver(trial, way, 'floor'),
      ),
      atLeast(
        trial,
        `${title}: ≥ 2× faster than JSON text`,
        2,
        overOwn(way, ['json-text']),
        madeOver(trial, way, 'json-text'),
      ),
    ]),
  ),
  ...['ascii', 'mixed'].flatMap((kind) =>
    bothWays((way, title) => [
      atMost(
        'strings',
        `${kind}, ${title}: ≤ 1.5× the N-API floor (${kind === 'ascii' ? 'Latin-1' : 'UTF-8'})`,
        1.5,
        '×',
        timesOf(`${kind} ${way}`, 'floor'),
        way === 'into' ? ratioOf(['floor', `${kind} str`], ['floor', `${kind} into`]) : undefined,
      ),
    ]),
  ),
  atMost('stream', '≥ 10⁶ items/s: ≤ 1 µs each', 1, 'µs', own('item')),
  atMost('stream', 'produced − consumed ≤ the stated buffer of 1,024', 1024, 'items', own('ahead')),
  atMost('callbacks', '≤ 1 µs each on the calling thread', 1, 'µs', own('here')),
  atMost('callbacks', '≤ 15 µs each across threads', 15, 'µs', own('across')),
  atLeast(
    'service',
    '64 clients: ≥ 2.5× the throughput of gRPC',
    2.5,
    throughputOver('throughput 64'),
    throughputBound('throughput 64'),
  ),
  atMost('service', '64 clients: ≤ 1/2 of gRPC’s p99', 0.5, '×', tailOver('p99 64')),
  atMost(
    'start-up',
    '≤ 1.5× `python -c pass`',
    1.5,
    '×',
    timesOf('time', 'plain-python'),
    ratioOf(['floor', 'time'], ['plain-python', 'time']),
  ),
  atMost('start-up', '≤ 100 ms', 100, 'ms', own('time')),
  atMost('start-up', '+ ≤ 20 MB resident', 20, 'MB', own('memory')),
  ...['churn-blocking', 'churn-released', 'churn-awaited'].flatMap((trial) => [
    atMost(trial, '+ ≤ 10 MB resident', 10, 'MB', own('memory')),
    atMost(trial, '`gc.get_objects()` flat (≤ 100 more)', 100, '', own('objects')),
  ]),
  atMost('arrays-dropped', '≤ 1 GB resident', 1024, 'MB', own('peak')),
]
