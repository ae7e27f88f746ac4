// How deep in callbacks the code is that writes an operation: 0 outside of them, one more than the call in Python that called back.
// Program order does not bind it to what is under way further out (native/py/executor.h rule 2): those wait for the callback.
import type { AsyncLocalStorage } from 'node:async_hooks'

let level = 0
/** Of asynchronous functions, after their first `await`. */
let storage: AsyncLocalStorage<number> | undefined
let running = 0

export function nestingLevel(): number {
  return running === 0 || level !== 0 ? level : (storage?.getStore() ?? 0)
}

/** What runs next was called by Python from that level; gives what `leaveLevel` takes. */
export function enterLevel(outer: number): number {
  const before = level
  level = outer < 255 ? outer + 1 : 255
  return before
}

export function leaveLevel(before: number): void {
  level = before
}

export function nested<T>(outer: number, body: () => T): T {
  const before = enterLevel(outer)
  try {
    return body()
  } finally {
    leaveLevel(before)
  }
}

/** The same for an asynchronous function. */
export function nestedLater<T>(outer: number, body: () => T): T {
  storage ??= new (require('node:async_hooks') as typeof import('node:async_hooks')).AsyncLocalStorage<number>()
  const result = storage.run(Math.min(outer + 1, 255), () => nested(outer, body))
  running++
  Promise.resolve(result).then(ended, ended)
  return result
}

function ended(): void {
  running--
}
