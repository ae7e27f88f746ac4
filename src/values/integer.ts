// Integers as Python has them, of any size: a number where it is safe, else a bigint.
import { ConversionError } from '../errors/bridge-errors.js'

/** `value` if it is an integer that JavaScript holds exactly; throws otherwise. -0 becomes 0. */
export function integer(value: unknown, name: string): number | bigint {
  if (typeof value === 'bigint') return normal(value)
  if (Number.isSafeInteger(value)) return (value as number) + 0
  throw new ConversionError(`expected a safe integer or a bigint for ${name}, got ${shown(value)}`)
}

/** A number where it is safe, else the bigint itself: the rule by which Python's ints arrive. */
export function normal(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** `value` if it is an integer from `low` to `high`; throws a RangeError otherwise. */
export function integerWithin(value: unknown, low: number, high: number, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value + 0
  throw new RangeError(`expected an integer from ${low} to ${high} for ${name}, got ${shown(value)}`)
}

/** A value in an error message. */
export function shown(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return String(value)
  return typeof value === 'function' ? 'a function' : `an object of class ${className(value)}`
}

function className(value: object): string {
  const made: unknown = (value as { constructor?: unknown }).constructor
  return typeof made === 'function' && made.name !== '' ? made.name : 'Object'
}
