// The references in what a scope gives.
import { types } from 'node:util'
import { isPlain } from '../codec/encoder.js'
import { type ReferenceState, requireState } from '../reference-state.js'
import { referenceOf } from '../subclass/instance.js'

/** Calls `take` for each reference in `value`: itself, or in arrays, plain objects, Maps and Sets, however deep. */
export function detachAll(value: unknown, take: (state: ReferenceState) => void, seen = new Set<object>()): void {
  const reference = referenceOf(value)
  if (reference !== undefined) {
    take(requireState(reference))
    return
  }
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  const parts = partsOf(value)
  if (parts === undefined) return
  seen.add(value)
  for (const part of parts) detachAll(part, take, seen)
}

function partsOf(value: object): Iterable<unknown> | undefined {
  if (Array.isArray(value) || types.isSet(value)) return value
  if (types.isMap(value)) return [...value.keys(), ...value.values()]
  return isPlain(value) ? Object.values(value) : undefined
}
