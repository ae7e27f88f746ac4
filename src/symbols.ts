// What a reference answers when JavaScript itself asks, by symbol: conversion, iteration, disposal, inspection.
import { inspect } from 'node:util'
import type { AsyncState } from './async-reference.js'
import { Opcode, Operator, OpFlag } from './codec/wire.js'
import { asyncDisposeSymbol, disposeSymbol } from './dispose.js'
import { destructure, iterateNow } from './iterate.js'
import { isReference, type ReferenceState, requireState } from './reference-state.js'
import { streamOf } from './stream.js'
import { callStreamOptions } from './stream-options.js'
import { perform } from './surface.js'
import { runOn, SyncState } from './sync-reference.js'

/** Whether a reference has a property called so. */
export function isAnswered(key: symbol): boolean {
  return answers.has(key)
}

export function symbolProperty(_state: ReferenceState, key: symbol): unknown {
  return answers.get(key)
}

function toPrimitive(this: object, hint: string): string | number {
  const state = requireState(this)
  if (state instanceof SyncState) {
    if (hint !== 'number') return runOn(state, Opcode.operate, Operator.str, []) as string
    return runOn(state, Opcode.helper, 'as_number', []) as number
  }
  const what = hint === 'number' ? 'a number' : 'text'
  if (!(state as AsyncState).isSettled)
    throw new TypeError(`expected ${what}, got ${state.describe()}: await it first, or its text: await ref.$str`)
  const how = hint === 'number' ? 'number is await python.builtins.float(ref)' : 'text is await ref.$str'
  throw new TypeError(`expected ${what}, got ${state.describe()}, ${staying}: its ${how}`)
}

const staying = 'an object that stays in Python'

/**
 * JSON.stringify leaves out functions, which references are: without this, what a program forgot to await would be missing. A
 * reference of the blocking API is its value, where it has one.
 */
export function toJSON(this: object): unknown {
  const state = requireState(this)
  if (state instanceof SyncState) {
    const value = state.run(Opcode.fetch, OpFlag.none, 0, [])
    if (!isReference(value)) return value
  } else if (!(state as AsyncState).isSettled) {
    throw new TypeError(`expected a value for JSON, got ${state.describe()}: await it first`)
  }
  throw new TypeError(
    `expected a value for JSON, got ${state.describe()}, ${staying}: await a value of it first (await ref.$value, if it has one, or await ref.$str)`,
  )
}

function iterator(this: object): Iterator<unknown> {
  const state = requireState(this)
  return state instanceof SyncState ? iterateNow(state, state.options?.$bufferSize) : destructure(state as AsyncState)
}

function asyncIterator(this: object): AsyncIterator<unknown> {
  return streamOf(this, callStreamOptions(requireState(this).options), asyncIterator)
}

function release(this: object): void {
  requireState(this).release()
}

async function releaseAsync(this: object): Promise<void> {
  requireState(this).release()
}

function isInstance(): never {
  throw new TypeError(
    'expected a JavaScript class after instanceof, got a Python reference; use value.$isinstance(type)',
  )
}

/** Called with the proxy as `this`, by util.inspect and console.log. Never waits: what is not known yet is fetched for the next time. */
function inspectReference(this: object): string {
  if (!isReference(this)) return '[Python reference]' // showProxy: the proxy's parts are looked at one by one
  const state = requireState(this)
  const name = state.label === '' ? '' : ` ${state.label}`
  if (state.released) return `[Python reference${name}, released]`
  if (state instanceof SyncState) return `[Python ${reprNow(state) ?? `reference${name}`}]`
  if (!(state as AsyncState).isSettled) return `[Python reference${name}, ${(state as AsyncState).statusText()}]`
  if (state.repr !== undefined) return `[Python ${state.repr}]`
  const pending = perform(state, Opcode.operate, Operator.repr, []) as PromiseLike<string>
  pending.then(
    (text) => {
      state.repr = text
    },
    () => {}, // a repr that raises: the reference is shown by its name
  )
  return state.shown === undefined ? `[Python reference${name}]` : `[Python ${state.shown}]`
}

function reprNow(state: SyncState): string | undefined {
  try {
    return runOn(state, Opcode.operate, Operator.repr, []) as string
  } catch {
    return undefined // a repr that raises: the reference is shown by its name
  }
}

const answers = new Map<symbol, unknown>([
  [Symbol.toPrimitive, toPrimitive],
  [Symbol.iterator, iterator],
  [Symbol.asyncIterator, asyncIterator],
  [Symbol.hasInstance, isInstance],
  [Symbol.toStringTag, 'PythonReference'],
  [inspect.custom, inspectReference],
  [disposeSymbol, release],
  [asyncDisposeSymbol, releaseAsync],
])

/** util.inspect looks at a proxy's target, and calls what it finds there with the proxy as `this`. Gives the target. */
export function makeInspectable<T extends object>(target: T): T {
  ;(target as { [inspect.custom]?: unknown })[inspect.custom] = inspectReference
  return target
}
