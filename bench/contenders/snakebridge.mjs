// SnakeBridge, through its public API only.
import { rowsOf } from '../service.mjs'

export async function open({ switchInterval }) {
  const { python, kw } = await import('snakebridge')
  if (switchInterval) await python.start({ switchInterval })
  return { python, kw, work: python.import('../python/work.py') }
}

const busyLane = (python) => python.lane('busy').import('../python/work.py')

async function besidePython({ python, work }) {
  const busy = busyLane(python)
  const { sqrt } = python.import('math')
  await work.sqrt(2)
  return { burn: (seconds) => busy.burn(seconds), short: () => sqrt(2) }
}

async function tracked({ work }) {
  return work.tracked_objects()
}

export const trials = {
  'blocking-call': ({ python }) => {
    const math = python.sync.import('math')
    const sqrt = math.sqrt
    return { call: () => sqrt(2), method: () => math.sqrt(2) }
  },

  'awaited-call': ({ python }) => {
    const math = python.import('math')
    return { call: () => math.sqrt(2) }
  },

  'thousand-calls': async ({ python }) => {
    const math = python.import('math')
    const sqrt = await math.sqrt // looked up once, as all but node-calls-python do
    const atOnce = (call) => () => {
      const calls = new Array(1000)
      for (let i = 0; i < 1000; i++) calls[i] = call(i)
      return Promise.all(calls)
    }
    return { calls: atOnce(sqrt), methods: atOnce((i) => math.sqrt(i)) }
  },

  chain: ({ python }) => {
    const { sqrt } = python.import('math')
    return { one: () => sqrt(2), chain: () => sqrt(sqrt(sqrt(sqrt(sqrt(2))))) }
  },

  'overlap-sleep': ({ python }) => {
    const time = python.import('time')
    return { one: () => time.sleep(0.2) }
  },

  'overlap-numpy': async ({ python, kw }) => {
    const np = python.import('numpy')
    const sources = [0, 1].map((slot) => np.linspace(0, 1e3 + slot, 4_000_000))
    const targets = [0, 1].map(() => np.empty(4_000_000))
    return { one: (slot) => np.sin(sources[slot], kw({ out: targets[slot] })) }
  },

  'beside-c': ({ python, work }) => {
    const { sqrt } = python.import('math')
    return { digest: (iterations) => work.digest(iterations), short: () => sqrt(2) }
  },

  'beside-python': besidePython,
  'beside-python-lowered': besidePython,

  'event-loop': ({ python, work }) => {
    const { sqrt } = python.import('math')
    return { burn: (seconds) => work.burn(seconds), short: () => sqrt(2) }
  },

  arrays: ({ python }) => {
    const arrays = python.import('../python/work_arrays.py')
    return {
      out: async (length) => (await arrays.view(length)).data[length - 1],
      into: (array) => arrays.total_length(array),
      fresh: (length) => arrays.fresh(length),
    }
  },

  floats: async ({ work }, { input }) => {
    const floats = input('floats')
    await work.held('floats')
    return { out: () => work.held('floats'), into: () => work.length(floats) }
  },

  records: async ({ work }, { input }) => {
    const records = input('records')
    await work.held('records')
    return { out: () => work.held('records'), into: () => work.length(records) }
  },

  strings: async ({ work }, { input }) => {
    const [ascii, mixed] = [input('ascii'), input('mixed')]
    await Promise.all([work.held('ascii'), work.held('mixed')])
    return {
      'ascii out': () => work.held('ascii'),
      'ascii into': () => work.length(ascii),
      'mixed out': () => work.held('mixed'),
      'mixed into': () => work.length(mixed),
    }
  },

  stream: ({ work }) => ({
    items: (count) => work.items(count),
    async ahead() {
      const counter = await work.Counter()
      let [consumed, most] = [0, 0]
      for await (const _ of counter.items()) {
        if (consumed % 1000 === 0) {
          await new Promise((resolve) => setTimeout(resolve, 20))
          most = Math.max(most, (await counter.produced) - consumed)
        }
        if (++consumed === 20_000) return most
      }
    },
  }),

  callbacks: ({ python, work }) => {
    const blocking = python.sync.import('../python/work.py')
    const key = (x) => -x
    return { here: (count) => blocking.sorted_by(key, count), across: (count) => work.sorted_by(key, count) }
  },

  // One thread for the model: the lock is not handed over between threads that all need it.
  service: async ({ python }) => {
    const { predict } = await python.lane('model').import('../python/work_model.py')
    return { predict: (vector) => predict(Float64Array.from(vector)) }
  },

  'service-batched': async ({ python }) => {
    const { predict_many } = await python.lane('model').import('../python/work_model.py')
    return { predictMany: (vectors) => predict_many(rowsOf(vectors)) }
  },

  'start-up': () => ({ command: [process.execPath, 'startup/snakebridge.cjs'] }),

  'churn-blocking': (opened) => {
    const { thing } = opened.python.sync.import('../python/work.py')
    const make = (count) => {
      for (let i = 0; i < count; i++) thing()
    }
    return { make, tracked: () => tracked(opened) }
  },

  'churn-released': (opened) => {
    const { thing } = opened.python.sync.import('../python/work.py')
    const make = (count) => {
      for (let i = 0; i < count; i++) thing().$release()
    }
    return { make, tracked: () => tracked(opened) }
  },

  'churn-awaited': (opened) => {
    const { work } = opened
    const make = (count) => Promise.all(Array.from({ length: count }, () => work.thing()))
    return { make: async (count) => void (await make(count)), tracked: () => tracked(opened) }
  },

  'arrays-dropped': ({ python }) => {
    const np = python.sync.import('numpy')
    return { make: (length) => np.ones(length).data[length - 1] }
  },
}

export async function close() {}
