// The asynchronous context (AsyncLocalStorage) that is current, to be entered again later. Without a store in use it costs 50 ns to
// keep and 25 to enter; AsyncLocalStorage.snapshot() would cost 15 µs on Node 20, because its resource is watched by the collector.
import type { AsyncResource } from 'node:async_hooks'
import { callbackOptions } from '../callback.js'
import { setInterval } from '../scheduling.js'

const settings = { requireManualDestroy: true }
let Resource: typeof AsyncResource | undefined

/** The current context; loads node:async_hooks on first use, which start-up should not pay for. */
export function currentScope(): AsyncResource {
  Resource ??= (require('node:async_hooks') as typeof import('node:async_hooks')).AsyncResource
  return new Resource('snakebridge', settings)
}

export type AsyncScope = AsyncResource

let living = 0
let alive: NodeJS.Timeout | undefined

/** One more (or one less) function with keepAlive that Python holds: as long as there is one the event loop goes on. */
export function countLiving(change: 1 | -1): void {
  living += change
  if (living !== 0 && alive === undefined) alive = setInterval(() => undefined, 0x7fffffff)
  else if (living === 0) {
    clearInterval(alive)
    alive = undefined
  }
}

export function keepsAlive(value: unknown): boolean {
  return typeof value === 'function' && callbackOptions(value)?.keepAlive === true
}
