// Programs whose main thread and workers both use the package.

/** The main thread runs one, each worker the other: `start(data)` makes a worker, which has it as `workerData`. */
export const program = (main: string, worker: string): string => `
  import { isMainThread, parentPort, threadId, Worker, workerData } from 'node:worker_threads'
  import { once } from 'node:events'
  const start = (data) => new Worker(new URL(import.meta.url), { workerData: data })
  if (isMainThread) { ${main} } else { ${worker} }
`

/** For the main thread: `settled(promise)` is the promise's value, or 'hung' after ten seconds. */
export const patience = `
  const pause = (ms) => new Promise((done) => setTimeout(done, ms))
  const settled = (promise) => Promise.race([promise, pause(10_000).then(() => 'hung')])
`
