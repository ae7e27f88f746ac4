// In which callback the code is that writes an operation: the request of Python's that it answers, and how deep in callbacks that is:
// 0 outside of them, one more than the call in Python that called back. Program order does not bind the operation to what is under way
// further out (native/py/executor.h rule 2): those wait for the callback. The thread that waits for the answer runs it (native/py/hosting.h).
import type { AsyncLocalStorage } from 'node:async_hooks'
import { noTemp } from './codec/wire.js'

/** Of operations that answer no request, or one for which nobody waits. */
export const noCaller = noTemp

export interface Nesting {
  readonly level: number
  readonly caller: number
}

const outside: Nesting = { level: 0, caller: noCaller }
let here = outside
/** Of asynchronous functions, after their first `await`. */
let storage: AsyncLocalStorage<Nesting> | undefined
let running = 0

/** The callback that this is written in. */
export function nesting(): Nesting {
  return running === 0 || here !== outside ? here : (storage?.getStore() ?? outside)
}

export function nestingLevel(): number {
  return nesting().level
}

/** The request whose answer waits for what is written here. */
export function callerHere(): number {
  return nesting().caller
}

/** What runs next was called by Python from that level, by that request; gives what `leaveLevel` takes. */
export function enterLevel(outer: number, caller: number): Nesting {
  return enter(inner(outer, caller))
}

export function leaveLevel(before: Nesting): void {
  here = before
}

/** What comes next is written in that callback; gives what `leaveLevel` takes. */
export function enter(callback: Nesting): Nesting {
  const before = here
  here = callback
  return before
}

function within<T>(callback: Nesting, body: () => T): T {
  const before = enter(callback)
  try {
    return body()
  } finally {
    here = before
  }
}

export function nested<T>(outer: number, caller: number, body: () => T): T {
  return within(inner(outer, caller), body)
}

/** The same for an asynchronous function. */
export function nestedLater<T>(outer: number, caller: number, body: () => T): T {
  storage ??= new (require('node:async_hooks') as typeof import('node:async_hooks')).AsyncLocalStorage<Nesting>()
  const callback = inner(outer, caller)
  const result = storage.run(callback, () => within(callback, body))
  running++
  Promise.resolve(result).then(ended, ended)
  return result
}

/** By level. */
const withoutCaller: Nesting[] = [outside]

function inner(outer: number, caller: number): Nesting {
  const level = outer < 255 ? outer + 1 : 255
  if (caller !== noCaller) return { level, caller }
  while (withoutCaller.length <= level) withoutCaller.push({ level: withoutCaller.length, caller })
  return withoutCaller[level] as Nesting
}

function ended(): void {
  running--
}
