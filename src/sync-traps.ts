// What happens when a reference of the blocking API is used: each use runs at once.
import { stateOf } from './codec/operand.js'
import { Opcode, Operator } from './codec/wire.js'
import { functionMethod, isFunctionMethod } from './function-methods.js'
import { indexOf } from './reference-state.js'
import { nameOf, ReferenceTraps, refuseSubclass } from './reference-traps.js'
import { isSurfaceName, surface } from './surface.js'
import { isAnswered, symbolProperty, toJSON } from './symbols.js'
import type { SyncState } from './sync-reference.js'
import { shown } from './values/integer.js'

const none: readonly unknown[] = []

export class SyncTraps extends ReferenceTraps {
  /** Calls are the proxy's target's. Said here, or V8 would look for a trap in all prototypes. */
  readonly apply = undefined

  constructor(private readonly state: SyncState) {
    super()
  }

  /** Whether the Python object has the attribute. */
  has(_target: unknown, key: string | symbol): boolean {
    if (typeof key === 'symbol') return isAnswered(key)
    if (key.startsWith('$')) return isSurfaceName(key)
    return this.state.run(Opcode.helper, 0, 'has_attribute', [key]) === true
  }

  set(_target: unknown, key: string | symbol, value: unknown): boolean {
    const name = nameOf(key, 'set')
    const index = indexOf(name)
    if (index !== undefined) this.state.run(Opcode.setItem, 0, 0, [index, value])
    else this.state.run(Opcode.setAttr, 0, name, [value])
    return true
  }

  deleteProperty(_target: unknown, key: string | symbol): boolean {
    const name = nameOf(key, 'delete')
    const index = indexOf(name)
    if (index !== undefined) this.state.run(Opcode.delItem, 0, 0, [index])
    else this.state.run(Opcode.delAttr, 0, name, none)
    return true
  }

  construct(_target: unknown, args: readonly unknown[], from: { readonly name: string }): object {
    refuseSubclass(from)
    const made = this.state.call(args)
    if ((typeof made === 'object' && made !== null) || typeof made === 'function') return made
    throw new TypeError(`expected an object from new, got ${shown(made)}; call it without new`)
  }

  get(_target: unknown, key: string | symbol, receiver: object): unknown {
    const { state } = this
    if (key === stateOf) return state
    if (typeof key === 'symbol') return symbolProperty(state, key)
    const first = key.charCodeAt(0)
    if (first === 36) return surface(state, key, receiver)
    if (key === 'then') return undefined
    if (key === 'toJSON') return toJSON
    if (first <= 57) {
      const index = indexOf(key)
      if (index !== undefined) return state.run(Opcode.getItem, state.flags, 0, [index])
    }
    try {
      return state.run(Opcode.getAttr, state.flags, key, none)
    } catch (error) {
      if (key === 'prototype') throw extended(error)
      // What Python has by these names comes first.
      if (isFunctionMethod(key) && state.run(Opcode.operate, 0, Operator.callable, none) === true)
        return functionMethod(key)
      throw error
    }
  }
}

/** `class Net extends ref` asks for a prototype. */
function extended(cause: unknown): TypeError {
  return new TypeError(
    'expected an attribute called prototype, got a Python object without one; a JavaScript class extends python.sync.subclass(ref)',
    { cause },
  )
}
