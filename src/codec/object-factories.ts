// Plain objects of a key list, made with all their keys at once: the objects of one shape share a hidden class.

export type ObjectFactory = () => Record<string, unknown>

/** The keys that objects of one make have in common. */
export interface Shape {
  keys: readonly string[]
  make: ObjectFactory
}

/** Longer key lists are rare, and their objects are better off as dictionaries. */
const longest = 64
const remembered = 4096

const factories = new Map<string, ObjectFactory>()

export function objectFactory(keys: readonly string[]): ObjectFactory {
  if (keys.length > longest) return slowFactory(keys)
  const name = keys.join('\0')
  let factory = factories.get(name)
  if (factory === undefined || !hasKeys(factory, keys)) {
    if (factories.size >= remembered) factories.clear()
    factory = compile(keys)
    factories.set(name, factory)
  }
  return factory
}

const keysOf = new WeakMap<ObjectFactory, readonly string[]>()

/** Keys may contain the separator. */
function hasKeys(factory: ObjectFactory, keys: readonly string[]): boolean {
  const known = keysOf.get(factory) as readonly string[]
  return known.length === keys.length && keys.every((key, index) => known[index] === key)
}

function compile(keys: readonly string[]): ObjectFactory {
  let factory: ObjectFactory
  try {
    const properties = keys.map((key) => `[${JSON.stringify(key)}]: undefined`).join(', ')
    factory = new Function(`return () => ({ ${properties} })`)() as ObjectFactory
  } catch {
    // EvalError: this program forbids code from strings.
    factory = slowFactory(keys)
  }
  keysOf.set(factory, keys)
  return factory
}

/** `__proto__` is a key as any other. */
function slowFactory(keys: readonly string[]): ObjectFactory {
  return () => {
    const made: Record<string, unknown> = {}
    for (const key of keys) {
      if (key === '__proto__') {
        Object.defineProperty(made, key, { value: undefined, writable: true, enumerable: true, configurable: true })
      } else {
        made[key] = undefined
      }
    }
    return made
  }
}
