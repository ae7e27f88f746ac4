// JavaScript objects that stand for Python's: passed as arguments they are those.
import type { Operand } from './operand.js'

const operands = new WeakMap<object, Operand>()
let used = false

/** From now on `object` is written as `operand`. */
export function standIn(object: object, operand: Operand): void {
  used = true
  operands.set(object, operand)
}

/** What `value` stands for, if anything. */
export function standsFor(value: object): Operand | undefined {
  return used ? operands.get(value) : undefined
}
