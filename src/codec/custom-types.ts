// The classes that users registered, and what turns their instances into values that cross.
import { types } from 'node:util'
import { ConversionError } from '../errors/bridge-errors.js'

export interface CustomType {
  toJs?: ((value: never) => unknown) | undefined
  toPython?: ((instance: never) => unknown) | undefined
}

export class CustomTypes {
  private readonly byPrototype = new Map<object, CustomType>()
  private readonly byId: CustomType[] = []

  /** How many classes have a `toPython`. */
  get size(): number {
    return this.byPrototype.size
  }

  /** How many types arrive as something else than usual. */
  get arriving(): number {
    return this.byId.length
  }

  add(type: CustomType, prototype: object | undefined): number {
    if (prototype !== undefined) this.byPrototype.set(prototype, type)
    return this.byId.push(type) - 1
  }

  isRegistered(value: object): boolean {
    return this.find(value) !== undefined
  }

  /** What `toPython` makes of an instance. */
  toPython(value: object): unknown {
    return this.find(value)?.toPython?.(value as never)
  }

  /** What `toJs` makes of what arrived. */
  toJs(id: number, value: unknown): unknown {
    const type = this.byId[id]
    if (type === undefined) throw new Error(`expected a registered type, got number ${id}`)
    const made = type.toJs === undefined ? value : type.toJs(value as never)
    if (types.isPromise(made))
      throw new ConversionError(
        'expected a value from the toJs of a registered type, got a Promise: a conversion cannot wait; do it in Python, with `export`',
      )
    return made
  }

  private find(value: object): CustomType | undefined {
    for (
      let prototype = Object.getPrototypeOf(value);
      prototype !== null;
      prototype = Object.getPrototypeOf(prototype)
    ) {
      const found = this.byPrototype.get(prototype)
      if (found !== undefined) return found
    }
    return undefined
  }
}
