// Rejections of promises that Python holds. One may come before Python looks, and without a handler that would end the process.
// Whoever asks gets the error; one that Python lets go of unseen is a warning, because JavaScript may have handled it as well.
import { onForgotten } from './codec/js-values.js'
import { shown } from './values/integer.js'

class Rejection {
  seen = false
  held = true
  reason: { value: unknown } | undefined
}

const known = new WeakMap<object, Rejection>()

/** Python gets `promise`. */
export function hearRejection(promise: Promise<unknown>): void {
  const before = known.get(promise)
  if (before !== undefined) {
    before.held = true
    return
  }
  const rejection = new Rejection()
  known.set(promise, rejection)
  promise.then(undefined, (value: unknown) => {
    rejection.reason = { value }
    if (!rejection.held) warn(rejection)
  })
}

/** Python asks for its outcome. */
export function seeRejection(promise: Promise<unknown>): void {
  const rejection = known.get(promise)
  if (rejection !== undefined) rejection.seen = true
}

onForgotten((value) => {
  const rejection = typeof value === 'object' && value !== null ? known.get(value) : undefined
  if (rejection === undefined) return
  rejection.held = false
  warn(rejection)
})

function warn({ seen, reason }: Rejection): void {
  if (seen || reason === undefined) return
  const { value } = reason
  const detail = value instanceof Error ? value.stack : shown(value)
  const message = 'expected Python to await a promise that it got, got one that was rejected and let go of unseen'
  process.emitWarning(message, { type: 'PythonPromiseWarning', code: 'SNAKEBRIDGE_PROMISE', ...(detail && { detail }) })
}
