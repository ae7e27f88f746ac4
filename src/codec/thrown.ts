// A marker of our own.
import { operandOf } from './operand.js'
import { standsFor } from './stand-ins.js'

/** What was thrown: it crosses as an exception, whatever it is. */
export class Thrown {
  constructor(readonly value: unknown) {}
}

/** Anything can be thrown in JavaScript; Python's exceptions are errors, or Python's own. */
export function asRaised(thrown: unknown): Thrown {
  const isOne = thrown instanceof Error || isPythons(thrown)
  return new Thrown(isOne ? thrown : new Error(String(thrown), { cause: thrown }))
}

/** A reference, or what stands for an object of Python's. */
export function isPythons(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return operandOf(value) !== undefined || standsFor(value) !== undefined
}
