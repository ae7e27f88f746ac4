// What happens when a reference of the asynchronous API is used: each use is an operation, and its result a reference again.
import { attributeOf } from './async-attribute.js'
import { operate, statement } from './async-operations.js'
import type { AsyncState } from './async-reference.js'
import { stateOf } from './codec/operand.js'
import { Opcode } from './codec/wire.js'
import { indexOf } from './reference-state.js'
import { nameOf, ReferenceTraps, refuseSubclass } from './reference-traps.js'
import { isSurfaceName, surface } from './surface.js'
import { isAnswered, symbolProperty, toJSON } from './symbols.js'
import { isThenableName, thenableMethod } from './thenable.js'

const none: readonly unknown[] = []

export class AsyncTraps extends ReferenceTraps {
  constructor(readonly state: AsyncState) {
    super()
  }

  /** Only our own names are there for sure; Python is asked with `$in` and `hasattr`. */
  has(_target: unknown, key: string | symbol): boolean {
    if (typeof key === 'symbol') return isAnswered(key)
    return isSurfaceName(key) || (this.state.index < 0 && isThenableName(key))
  }

  set(_target: unknown, key: string | symbol, value: unknown): boolean {
    const name = nameOf(key, 'set')
    const index = indexOf(name)
    if (index !== undefined) statement(this.state, Opcode.setItem, 0, [index, value])
    else statement(this.state, Opcode.setAttr, name, [value])
    return true
  }

  deleteProperty(_target: unknown, key: string | symbol): boolean {
    const name = nameOf(key, 'delete')
    const index = indexOf(name)
    if (index !== undefined) statement(this.state, Opcode.delItem, 0, [index])
    else statement(this.state, Opcode.delAttr, name, none)
    return true
  }

  construct(_target: unknown, args: readonly unknown[], made: { readonly name: string }): object {
    refuseSubclass(made)
    return this.state.call(args)
  }

  apply(_target: unknown, _self: unknown, args: readonly unknown[]): object {
    return this.state.call(args)
  }

  get(_target: unknown, key: string | symbol, receiver: object): unknown {
    const { state } = this
    if (key === stateOf) return state
    if (typeof key === 'symbol') return symbolProperty(state, key)
    const first = key.charCodeAt(0)
    if (first === 36) return surface(state, key, receiver)
    if (state.index >= 0) {
      if (key === 'then') return undefined
    } else if (isThenableName(key)) {
      return thenableMethod(state, receiver, key)
    }
    if (key === 'toJSON') return toJSON
    if (first <= 57) {
      const index = indexOf(key)
      if (index !== undefined) return operate(state, Opcode.getItem, 0, [index], '[…]')
    }
    return attributeOf(state, receiver, key)
  }
}
