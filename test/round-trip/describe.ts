// A JavaScript value as text that tells apart what deepEqual does not: -0, the parts of value classes, what is shared.
import { inspect } from 'node:util'
import { Complex, isReference, NDArray, Path, PyDateTime, PyTime, PyTimeZone, Slice, UUID } from '../../src/index.js'

/** What any reference is described as. */
export class AnyReference {}

export function describe(value: unknown, seen = new Map<unknown, number>()): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'bigint') return `${value.toString(16)}n`
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || typeof value === 'boolean' || value === undefined) return String(value)
  if (value instanceof AnyReference || isReference(value)) return 'reference'
  if (typeof value !== 'object') return typeof value
  const inner = (each: unknown) => describe(each, seen)
  if (Buffer.isBuffer(value)) return `Buffer ${value.toString('hex')}`
  if (value instanceof NDArray) return `NDArray ${value.dtype} ${value.shape.join('×')} ${inspect(value.toArray())}`
  if (value instanceof PyDateTime || value instanceof PyTime) {
    return `${value.constructor.name} ${value} ${value.microsecond} fold ${value.fold} in ${inner(value.tz)}`
  }
  if (value instanceof PyTimeZone) return `PyTimeZone ${value.key} ${value.offset} ${inner(value.name)}`
  if (value instanceof Slice) return `Slice ${inner([value.start, value.stop, value.step])}`
  if (value instanceof Complex) return `Complex ${inner(value.re)} ${inner(value.im)}`
  if (value instanceof UUID) return `UUID ${value} ${value.isSafe}`
  if (value instanceof Path) return `${value.kind} ${inner(String(value))}`
  return container(value, seen) ?? `${value.constructor.name} ${value}`
}

function container(value: object, seen: Map<unknown, number>): string | undefined {
  const isPlain = Object.getPrototypeOf(value) === Object.prototype
  if (!Array.isArray(value) && !(value instanceof Map) && !(value instanceof Set) && !isPlain) return undefined
  const known = seen.get(value)
  if (known !== undefined) return `#${known}`
  seen.set(value, seen.size)
  const inner = (each: unknown) => describe(each, seen)
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`
  if (value instanceof Map)
    return `Map {${[...value].map(([key, each]) => `${inner(key)} => ${inner(each)}`).join(', ')}}`
  if (value instanceof Set) return `Set {${[...value].map(inner).sort().join(', ')}}`
  return `{${Object.entries(value)
    .map(([key, each]) => `${JSON.stringify(key)}: ${inner(each)}`)
    .join(', ')}}`
}
