// How a trial is timed: warm-up, then samples; a result is the median with its spread, in the metric's unit.
const microseconds = 1e3
const now = () => performance.now()
const turn = () => new Promise(setImmediate)

/** Median and spread of `values` (p99 where there are enough to tell). */
export function summarise(values, unit) {
  const sorted = Float64Array.from(values).sort()
  const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]
  const summary = { unit, median: at(0.5), p10: at(0.1), p90: at(0.9), samples: sorted.length }
  if (sorted.length >= 200) summary.p99 = at(0.99)
  return summary
}

/** A plain figure that was read, not sampled. */
export const reading = (value, unit) => ({ unit, median: value, samples: 1 })

/** Times calls too short to time alone: loops long enough to trust the clock; µs a call. */
export function blocking(call, { seconds }) {
  let loops = 1
  const loop = () => {
    const start = now()
    for (let i = 0; i < loops; i++) call()
    return now() - start
  }
  while (loop() < 2) loops *= 2
  const samples = []
  const warm = now() + seconds * 250
  while (now() < warm) loop()
  const end = now() + seconds * 1e3
  while (now() < end || samples.length < 5) samples.push((loop() / loops) * microseconds)
  return summarise(samples, 'µs')
}

/**
 * Times each `await call()` by itself, one after another; µs divided by `per`. With `rest`, the event loop turns
 * once between two calls, outside the timed part, so that what was dropped can be collected.
 */
export async function awaited(call, { seconds }, { per = 1, rest = false } = {}) {
  const samples = []
  const warm = now() + seconds * 250
  do {
    await call() // the first may take seconds: it makes what the others use
    if (rest) await turn()
  } while (now() < warm)
  const end = now() + seconds * 1e3
  while (now() < end || samples.length < 5) {
    const start = now()
    await call()
    samples.push(((now() - start) * microseconds) / per)
    if (rest) await turn()
  }
  return summarise(samples, 'µs')
}

/**
 * The same for named calls that are compared with one another: in turns of 10 ms, because a shared machine changes its
 * speed from one second to the next.
 */
export async function awaitedInTurns(calls, { seconds }) {
  const samples = {}
  for (const [name, call] of Object.entries(calls)) {
    samples[name] = []
    const warm = now() + seconds * 250
    do await call()
    while (now() < warm)
  }
  const end = now() + seconds * 1e3 * Object.keys(calls).length
  do {
    for (const [name, call] of Object.entries(calls)) {
      const turnEnds = now() + 10
      for (let start = now(); start < turnEnds; start = now()) {
        await call()
        samples[name].push((now() - start) * microseconds)
      }
    }
  } while (now() < end)
  return Object.fromEntries(Object.entries(samples).map(([name, times]) => [name, summarise(times, 'µs')]))
}

/** Times `await call()` a fixed number of times, for calls that take a good part of a second; ms. */
export async function repeated(call, times) {
  const samples = []
  await call()
  for (let i = 0; i < times; i++) {
    const start = now()
    await call()
    samples.push(now() - start)
  }
  return summarise(samples, 'ms')
}

/**
 * Calls `short` one after another until `long` has ended; µs a call, and what `long` gave. With `pause`, so many ms lie
 * between two calls: back to back, they keep the GIL among themselves and look quicker than a lone call is.
 */
export async function beside(long, short, { pause = 0 } = {}) {
  const samples = []
  let running = true
  const ended = long.then((value) => {
    running = false
    return value
  })
  const rest = pause ? () => new Promise((resolve) => setTimeout(resolve, pause)) : turn
  await rest()
  while (running) {
    const start = now()
    await short()
    samples.push((now() - start) * microseconds)
    await rest()
  }
  return { summary: summarise(samples, 'µs'), value: await ended }
}

/** Resident memory once everything dropped has been collected; needs --expose-gc. */
export async function settledMemory() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc()
    await turn()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return process.memoryUsage.rss()
}
