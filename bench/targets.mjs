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
const peers = ['node-calls-python', 'json-lines']
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
const boundOver = (metric, others) => (look) => {
  const best = Math.min(...others.map((name) => look(name, metric)).filter((x) => x !== undefined))
  const floor = look('floor', metric)
  return floor !== undefined && Number.isFinite(best) ? best / floor : undefined
}
const difference = (more, less) => (look) => {
  const [a, b] = [look(ours, more), look(ours, less)]
  return a === undefined || b === undefined ? undefined : a - b
}

const directions = [
  ['out', 'Python → JS'],
  ['into', 'JS → Python'],
]
const bothWays = (make) => directions.flatMap(([metric, title]) => make(metric, title))

export const targets = [
  atMost('blocking-call', '≤ 2× the floor (N-API + GIL + call)', 2, '×', timesOf('call', 'floor')),
  atLeast('blocking-call', '≥ 3× faster than the best peer', 3, overOwn('call', peers)),
  atMost('awaited-call', '≤ 10 µs median', 10, 'µs', own('call')),
  atMost('awaited-call', 'p99 ≤ 100 µs', 100, 'µs', own('call', 'p99')),
  atLeast('awaited-call', '≥ 50× faster than gRPC', 50, overOwn('call', servers)),
  atLeast('awaited-call', '≥ 5× faster than the best peer', 5, overOwn('call', peers), boundOver('call', peers)),
  atMost('thousand-calls', '≤ 1 µs each', 1, 'µs', own('calls')),
  atLeast('thousand-calls', '≥ 200× faster than gRPC', 200, overOwn('calls', servers)),
  atLeast('thousand-calls', '≥ 10× faster than the best peer', 10, overOwn('calls', peers), boundOver('calls', peers)),
  atMost('chain', 'one awaited call + ≤ 2 µs', 2, 'µs', difference('chain', 'one')),
  atMost('overlap-sleep', 'two ≤ 1.15× one', 1.15, '×', own('ratio')),
  atMost('overlap-numpy', 'two ≤ 1.3× one', 1.3, '×', own('ratio')),
  atMost('beside-c', '≤ 1 ms (p99)', 1000, 'µs', own('short', 'p99')),
  atMost('beside-python', 'median ≤ 5.5 ms', 5500, 'µs', own('short')),
  atMost('beside-python-lowered', 'median ≤ 1 ms', 1000, 'µs', own('short')),
  atMost('event-loop', 'p99 of the delay ≤ 5 ms above idle', 5000, 'µs', own('added')),
  atMost('event-loop', '`fs.readFile` ≤ 1.2× idle', 1.2, '×', timesOf('busy read', ours, 'idle read')),
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
        ratioOf(['floor', way], way === 'out' ? ['floor', 'objects out'] : ['plain-python', 'into']),
      ),
      atLeast(trial, `${title}: ≥ 2× faster than JSON text`, 2, overOwn(way, ['json-text'])),
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
