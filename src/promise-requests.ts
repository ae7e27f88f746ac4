// A JavaScript promise in Python. Its twin is python/snakebridge/js_promises.py.
import { begin } from './async-operations.js'
import { onRequest } from './callbacks.js'
import { Thrown } from './codec/thrown.js'
import { JsOperation, Opcode } from './codec/wire.js'
import { seeRejection } from './promise-errors.js'
import { outcomeOf, PromiseView } from './proxy.js'
import { poolSpace } from './spaces.js'

type Held = Promise<unknown> | PromiseView

/** Waited for by the thread that asks: nothing if it has not settled in time; whether it was kept, and with what, if it has. */
onRequest(JsOperation.promiseResult, ((promise: Held, [seconds]: [number | null]) => {
  const outcome = asked(promise).then(
    (value) => [true, value],
    (error: unknown) => [false, new Thrown(error)],
  )
  return seconds === null ? outcome : within(outcome, seconds)
}) as never)

function asked(promise: Held): Promise<unknown> {
  seeRejection(promise instanceof PromiseView ? promise.target : promise)
  return outcomeOf(promise)
}

async function within(outcome: Promise<unknown>, seconds: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, Math.min(Math.max(seconds, 0) * 1000, 2 ** 31 - 1), [])
  })
  try {
    return await Promise.race([outcome, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Python is told of the outcome when it is there. */
onRequest(JsOperation.promiseThen, ((promise: Held, [settle]: [object]) => {
  const tell = (kept: boolean, value: unknown) =>
    begin(poolSpace, Opcode.helper, 'settle_promise', [settle, kept, value], 'settle')
  asked(promise)
    .then((value) => void tell(true, value))
    .catch((error: unknown) => void tell(false, new Thrown(error))) // also of a value that cannot cross
  return null
}) as never)
