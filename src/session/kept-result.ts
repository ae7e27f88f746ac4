// The references in what a scope gives.
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
  if (Array.isArray(value) || value instanceof Set) return value
  if (value instanceof Map) return [...value.keys(), ...value.values()]
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype ? Object.values(value) : undefined
}
