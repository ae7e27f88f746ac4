// How the event loop fares while Python works: its delays and the latency of fs.readFile, first idle, then while two threads
// of Python run pure Python code and 1,000 calls a second are awaited.
import { readFile } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { reading, summarise } from './measure.mjs'

const callsEachMillisecond = 1

/** Delays and read latencies for as long as `until` takes, with `call` made 1,000 times a second. */
async function observe(until, call) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const reads = []
  let running = true
  const pending = new Set()
  let failure
  const started = performance.now()
  let made = 0
  const ticker = setInterval(() => {
    const due = (performance.now() - started) * callsEachMillisecond
    for (; call !== undefined && made < due; made++) {
      const one = call().then(
        () => pending.delete(one),
        (error) => (failure ??= error),
      )
      pending.add(one)
    }
  }, 1)
  const reader = (async () => {
    while (running) {
      const start = performance.now()
      await readFile(import.meta.filename)
      reads.push((performance.now() - start) * 1e3)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  delay.enable()
  await until
  delay.disable()
  running = false
  clearInterval(ticker)
  await reader
  await Promise.all(pending)
  if (failure) throw failure
  return { delay: delay.percentile(99) / 1e3, worst: delay.max / 1e3, read: summarise(reads, 'µs'), made }
}

export async function eventLoop({ burn, short }, { quick }) {
  const seconds = quick ? 1 : 5
  await short()
  const idle = await observe(new Promise((resolve) => setTimeout(resolve, seconds * 1e3)))
  const busy = await observe(Promise.all([burn(seconds), burn(seconds)]), short)
  return {
    added: reading(busy.delay - idle.delay, 'µs'),
    'idle delay': reading(idle.delay, 'µs'),
    'busy delay': reading(busy.delay, 'µs'),
    'busy worst': reading(busy.worst, 'µs'),
    'idle read': idle.read,
    'busy read': busy.read,
    calls: reading(busy.made / seconds, 'a second'),
  }
}
