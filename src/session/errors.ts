// What is wrong with a reference, as far as sessions are concerned, and what to do.
import { SessionError } from '../errors/bridge-errors.js'
import type { SpaceOwner } from './owner.js'

export function endedError(what: string, session: SpaceOwner): SessionError {
  const why = session.ended === 'expired' ? 'was not used for as long as its ttl allows' : 'has ended'
  return new SessionError(
    `expected a session that is open, got ${what} of ${session.name}, which ${why}: ` +
      'end it later, or take out what is needed longer (session.detach(reference), or the result of python.scope)',
    session.ended === 'expired' ? 'expired' : 'ended',
    session.name,
  )
}

export function evictedError(what: string, session: SpaceOwner, limit: number): SessionError {
  return new SessionError(
    `expected a reference that ${session.name} still holds, got ${what}, the least recently used one when there were more than ` +
      `${limit} (maxReferences): raise the bound, make it again, or keep it by session.detach(reference)`,
    'evicted',
    session.name,
  )
}

export function foreignError(what: string, owner: SpaceOwner, here: SpaceOwner): SessionError {
  return new SessionError(
    `expected references of ${here.name}, got ${what} of ${owner.name}: ` +
      'use it in its own session (session.run), or take it out of that first (session.detach(reference))',
    'foreign',
    owner.name,
  )
}
