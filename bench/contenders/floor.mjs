// The floors: the least that a bridge on N-API and CPython can cost, from the addon in floor/.
import { createRequire } from 'node:module'
import { describePython } from '../environment.mjs'
import { measureStart } from '../startup.mjs'

export async function open() {
  const floor = createRequire(import.meta.url)('../floor/build/Release/floor.node')
  floor.openPython(describePython().libpython)
  let resolve
  floor.openThread((result) => resolve(result))
  const trip = (start) => (count) =>
    new Promise((done) => {
      resolve = done
      start(count, 2)
    })
  return { floor, wake: trip(floor.wake), pool: trip(floor.pool) }
}

const start = (_, settings) =>
  measureStart({ command: [process.execPath, 'startup/floor.cjs', describePython().libpython] }, settings)

/** Two threads of pure Python that nobody asks anything: what they cost the event loop by themselves. */
const eventLoop = ({ floor }) => ({
  burn: (seconds) => {
    floor.burn(seconds)
    return new Promise((resolve) => setTimeout(resolve, seconds * 1e3))
  },
  short: async () => {},
})

/** A thousand thenable proxies, awaited and settled, with nothing behind them: what JavaScript takes for such calls. */
function settled() {
  const waiting = []
  const traps = { get: (_, name) => (name === 'then' ? (resolve) => waiting.push(resolve) : undefined) }
  const calls = new Array(1000)
  for (let i = 0; i < 1000; i++) calls[i] = new Proxy(() => {}, traps)
  const all = Promise.all(calls)
  queueMicrotask(() => {
    for (const resolve of waiting) resolve(1)
  })
  return all
}

function filled(numbers) {
  const list = new Array(numbers.length)
  for (let i = 0; i < numbers.length; i++) list[i] = numbers[i]
  return list
}

export const measured = { 'start-up': start }

export const trials = {
  'blocking-call': ({ floor }) => ({ call: () => floor.sqrt(2), empty: () => floor.empty() }),

  'awaited-call': ({ wake, pool }) => ({ call: () => wake(1), wake: () => wake(0), pool: () => pool(0) }),

  'thousand-calls': ({ wake }) => ({ calls: () => wake(1000), promises: settled }),

  chain: ({ wake }) => ({ one: () => wake(1), chain: () => wake(5) }),

  'event-loop': eventLoop,

  // The endpoint without a model: what HTTP alone leaves for one.
  service: () => ({ predict: async () => 0 }),

  arrays: ({ floor }) => ({ fresh: (length) => floor.externalBuffer(length * 8) }),

  floats: ({ floor }, { input }) => {
    const floats = input('floats')
    const packed = Float64Array.from(floats)
    return {
      out: () => floor.listOut(floats.length),
      into: () => floor.listIn(floats),
      'objects out': () => filled(packed),
    }
  },

  records: ({ floor }, { input }) => {
    const records = input('records')
    const text = JSON.stringify(records)
    floor.holdRecords(records)
    return {
      out: () => floor.recordsOut(),
      into: () => floor.recordsIn(records),
      parsed: () => JSON.parse(text),
    }
  },

  strings: ({ floor }, { input }) => {
    const [ascii, mixed] = [input('ascii'), input('mixed')]
    let held
    const hold = (text) => {
      if (held !== text) floor.holdText(text)
      held = text
    }
    const over = (text, operation) => () => {
      hold(text)
      return operation(text)
    }
    return {
      'ascii out': over(ascii, floor.latin1Out),
      'ascii into': over(ascii, floor.latin1In),
      'mixed out': over(mixed, floor.utf8Out),
      'mixed into': over(mixed, floor.utf8In),
      'ascii str': over(ascii, floor.strIn),
      'mixed str': over(mixed, floor.strIn),
      'utf16 out': over(mixed, floor.utf16Out),
      'utf16 into': over(mixed, floor.utf16In),
    }
  },
}

export async function close() {}
