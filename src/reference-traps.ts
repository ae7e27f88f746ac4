// What all references answer in the same way. The handler of a reference's proxy is not its state: V8 looks a trap up in the handler
// whenever the proxy is used, past all that it has of its own (a tenth of what the JavaScript thread does for a thousand calls). For the
// same reason the traps that matter are the last of their class, where V8 looks first.
//  1. A handler never refers to its own proxy, or that could not be collected.

/** The handler of a reference's proxy. */
export abstract class ReferenceTraps {
  getPrototypeOf(): object | null {
    return Function.prototype
  }

  ownKeys(): string[] {
    return []
  }

  getOwnPropertyDescriptor(): undefined {
    return undefined
  }

  defineProperty(): boolean {
    throw new TypeError('expected an assignment (ref.name = value), got Object.defineProperty on a Python reference')
  }

  preventExtensions(): boolean {
    throw new TypeError('a Python reference cannot be frozen or sealed')
  }

  setPrototypeOf(): boolean {
    throw new TypeError('a Python reference has no prototype to set')
  }
}

/** The name of an attribute that is set or deleted; `$verb` is the method for any name. */
export function nameOf(key: string | symbol, verb: 'set' | 'delete'): string {
  if (typeof key === 'symbol') throw new TypeError(`expected the name of an attribute, got ${String(key)}`)
  if (key.charCodeAt(0) !== dollar) return key
  throw new TypeError(
    `expected the name of an attribute in Python, got ${key}: names with $ are SnakeBridge's; use $${verb}('${key}'${verb === 'set' ? ', value' : ''})`,
  )
}

const dollar = 36

/**
 * `new` makes objects of the Python class alone: of what a JavaScript class that extends the reference has they would have nothing.
 * Such a class has the reference for a prototype, and the reference itself has that of functions.
 */
export function refuseSubclass(made: { readonly name: string }): void {
  if (Object.getPrototypeOf(made) === Function.prototype) return
  throw new TypeError(
    `expected a class that extends python.subclass(ref), got one that extends the reference itself: class ${made.name} extends python.subclass(…)`,
  )
}
