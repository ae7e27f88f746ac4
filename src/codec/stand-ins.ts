// JavaScript objects that stand for Python's: passed as arguments they are those.
import type { Operand } from './operand.js'

const operands = new WeakMap<object, Operand>()
let used = false

/** From now on `object` is written as `operand`. */
export function standIn(object: object, operand: Operand): void {
  used = true
  operands.set(object, operand)
}

/** What `value` stands for, if anything: classes too that extend one which does. */
export function standsFor(value: object): Operand | undefined {
  if (!used) return undefined
  const known = operands.get(value)
  return known === undefined && typeof value === 'function' ? inherited(value) : known
}

let derive: (value: object) => Operand

/** Says what a class stands for that extends one which stands for something. */
export function onDerived(make: (value: object) => Operand): void {
  derive = make
}

function inherited(value: object): Operand | undefined {
  for (
    let base = Object.getPrototypeOf(value);
    base !== null && base !== Function.prototype;
    base = Object.getPrototypeOf(base)
  )
    if (operands.has(base)) return derive(value)
  return undefined
}
