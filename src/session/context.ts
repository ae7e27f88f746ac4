// Which session belongs what is made now. It follows the asynchronous context (AsyncLocalStorage), which is loaded with the first run()
// and disabled with the last: until then, and afterwards, no operation pays for it.
import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Space } from '../space.js'
import { foreignError } from './errors.js'
import { isWithin, type SpaceOwner } from './owner.js'

let storage: AsyncLocalStorage<SpaceOwner> | undefined
/** Sessions that have been entered and have not ended. */
let entered = 0
/** Whether anybody may be inside a session. */
export let contextual = false

/** The session whose operation is being written. */
let writer: SpaceOwner | undefined

export function currentSession(): SpaceOwner | undefined {
  const current = contextual ? storage?.getStore() : undefined
  return current?.ended === undefined ? current : undefined
}

/** The space of what is made from a reference of `space`, here. Throws between sessions that have nothing to do with each other. */
export function spaceHere(space: Space): Space {
  return contextual ? chosen(space) : space
}

function chosen(space: Space): Space {
  const current = currentSession()
  const { owner } = space
  if (current === undefined || owner === current || owner?.ended !== undefined) return space
  if (owner === undefined || isWithin(current, owner)) return space.base.within(current)
  if (isWithin(owner, current)) return space
  throw foreignError('a reference', owner, current)
}

/** Runs `body` in the session, with all that it awaits. */
export function runInside<T>(owner: SpaceOwner, body: () => T): T {
  storage ??= new (require('node:async_hooks') as typeof import('node:async_hooks')).AsyncLocalStorage<SpaceOwner>()
  return storage.run(owner, body)
}

/** Runs `body` as no session's: what it makes outlives them all. */
export function runOutside<T>(body: () => T): T {
  return contextual && storage !== undefined ? storage.run(undefined as never, body) : body()
}

/** A session is entered for the first time: `left` follows when it has ended. */
export function enter(): void {
  entered++
  contextual = true
}

export function left(): void {
  if (--entered > 0) return
  contextual = false
  storage?.disable()
}

/** Writes an operation of the session: references of others are refused meanwhile. */
export function writeInside<T>(owner: SpaceOwner, write: () => T): T {
  owner.requireOpen()
  const before = writer
  writer = owner
  try {
    return write()
  } finally {
    writer = before
  }
}

/** The session whose operation is being written, if any is. */
export const writingSession = (): SpaceOwner | undefined => writer
