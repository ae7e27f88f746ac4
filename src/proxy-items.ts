// What Python's brackets, len, in and iteration mean for a JavaScript object.
//  - Map: keys, as of a dict. Set: elements. Arrays and typed arrays: indices, negative ones from the end, and slices.
//  - Any other object: its properties by name. Plain objects are counted and iterated over by their keys, others only if JavaScript iterates over them.
import { types } from 'node:util'
import { Slice } from './values/slice.js'

export type Sequence = unknown[] & { readonly [Symbol.iterator]: unknown }
type Properties = Record<string, unknown>

/** Why there is no item: what Python raises for it. */
export const Missing = { key: 'key', index: 'index' } as const
export type Found = { value: unknown } | (typeof Missing)[keyof typeof Missing]

export function isSequence(target: object): target is Sequence {
  return Array.isArray(target) || (ArrayBuffer.isView(target) && !types.isDataView(target))
}

export function isPlain(target: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(target)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Which of Python's containers lends its methods (python/snakebridge/js_methods.py), as the answer that there is no attribute. */
export function containerKind(target: object): readonly string[] {
  if (Array.isArray(target)) return ['array']
  if (types.isMap(target)) return ['map']
  if (types.isSet(target)) return ['set']
  return typeof target !== 'function' && isPlain(target) ? ['plain'] : []
}

/** Where JavaScript would ignore arguments that Python's method of the same name heeds: `map.get(key, default)`, `array.pop(index)`. */
export function asPythons(fn: unknown, target: object, args: readonly unknown[]): { value: unknown } | undefined {
  if (fn === Map.prototype.get && args.length === 2 && types.isMap(target))
    return { value: target.has(args[0]) ? target.get(args[0]) : args[1] }
  if (fn !== Array.prototype.pop || args.length !== 1 || !Array.isArray(target)) return undefined
  const index = positionOf(target as Sequence, args[0])
  if (index === undefined) throw new RangeError('pop index out of range')
  return { value: target.splice(index, 1)[0] }
}

export function getItem(target: object, key: unknown): Found {
  if (types.isMap(target)) return target.has(key) ? { value: target.get(key) } : Missing.key
  if (isSequence(target)) {
    if (key instanceof Slice) return { value: indicesOf(target, key).map((index) => target[index]) }
    const index = positionOf(target, key)
    return index === undefined ? Missing.index : { value: target[index] }
  }
  const name = propertyName(key)
  return name in target ? { value: (target as Properties)[name] } : (madeUp(target, name) ?? Missing.key)
}

/**
 * What a Proxy of the program's answers for a name that it does not say it has: clients of remote services make their methods up. The
 * names by which Python asks any object what it can do are no such methods.
 */
export function madeUp(target: object, name: string): { value: unknown } | undefined {
  if (!types.isProxy(target) || /^__.*__$/.test(name)) return undefined
  const value = (target as Properties)[name]
  return value === undefined ? undefined : { value }
}

export function setItem(target: object, key: unknown, value: unknown): Found {
  if (types.isMap(target)) {
    target.set(key, value)
  } else if (isSequence(target)) {
    if (key instanceof Slice) return setSlice(target, key, value)
    const index = positionOf(target, key)
    if (index === undefined) return Missing.index
    assign(target, String(index), value)
  } else {
    assign(target, propertyName(key), value)
  }
  return { value: null }
}

/** Not by `splice`, whose arguments are limited. */
function replaceAll(target: unknown[], items: readonly unknown[]): void {
  target.length = items.length
  for (const [index, item] of items.entries()) target[index] = item
}

/** With a step of 1 an array takes any number of items in the place of the slice, as a list does. */
function setSlice(target: Sequence, slice: Slice, value: unknown): Found {
  if (typeof (value as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] !== 'function')
    throw new TypeError(`expected something to iterate over for a slice, got ${typeof value}`)
  const items = [...(value as Iterable<unknown>)]
  const indices = indicesOf(target, slice)
  if (Array.isArray(target) && (partOf(slice.step) ?? 1) === 1) {
    const start = startOf(target, slice)
    replaceAll(target, target.slice(0, start).concat(items, target.slice(start + indices.length)))
    return { value: null }
  }
  if (items.length !== indices.length)
    throw new RangeError(`expected as many items as the slice has, ${indices.length}, got ${items.length}`)
  for (const [place, index] of indices.entries()) assign(target, String(index), items[place])
  return { value: null }
}

export function deleteItem(target: object, key: unknown): Found {
  if (types.isMap(target)) return target.delete(key) ? { value: null } : Missing.key
  if (Array.isArray(target)) {
    if (key instanceof Slice) {
      const gone = new Set(indicesOf(target as Sequence, key))
      replaceAll(
        target,
        target.filter((_, index) => !gone.has(index)),
      )
      return { value: null }
    }
    const index = positionOf(target as Sequence, key)
    if (index === undefined) return Missing.index
    target.splice(index, 1)
    return { value: null }
  }
  const name = propertyName(key)
  if (!(name in target)) return Missing.key
  remove(target, name)
  return { value: null }
}

export function lengthOf(target: object): number | undefined {
  if (types.isMap(target) || types.isSet(target)) return target.size
  if (isSequence(target)) return target.length
  if (typeof target === 'function') return undefined
  if (typeof (target as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function') {
    const { length, size } = target as { length?: unknown; size?: unknown }
    for (const count of [length, size])
      if (Number.isSafeInteger(count) && (count as number) >= 0) return count as number
    return undefined
  }
  return isPlain(target) ? Object.keys(target).length : undefined
}

export function contains(target: object, item: unknown): boolean {
  if (types.isMap(target) || types.isSet(target)) return target.has(item)
  if (isSequence(target)) return target.includes(item)
  if (typeof (target as Partial<Iterable<unknown>>)[Symbol.iterator] !== 'function') return propertyName(item) in target
  for (const each of target as Iterable<unknown>) if (each === item || Object.is(each, item)) return true
  return false
}

/** What Python iterates over; undefined where it does not. */
export function iteratorOf(target: object): Iterator<unknown> | undefined {
  if (types.isMap(target)) return target.keys()
  if (typeof (target as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function')
    return (target as Iterable<unknown>)[Symbol.iterator]()
  return typeof target !== 'function' && isPlain(target) ? Object.keys(target)[Symbol.iterator]() : undefined
}

/** As an assignment of strict code: what refuses it throws. */
export function assign(target: object, name: string, value: unknown): void {
  ;(target as Properties)[name] = value
}

export function remove(target: object, name: string): void {
  delete (target as Properties)[name]
}

function propertyName(key: unknown): string {
  if (typeof key === 'string') return key
  if (typeof key === 'number' || typeof key === 'bigint') return String(key)
  throw new TypeError(`expected the name of a property as str or int, got ${typeof key}`)
}

function positionOf(target: Sequence, key: unknown): number | undefined {
  if (!Number.isSafeInteger(key)) throw new TypeError(`expected an index or a slice, got ${typeof key}`)
  const index = (key as number) < 0 ? (key as number) + target.length : (key as number)
  return index >= 0 && index < target.length ? index : undefined
}

function stepOf(slice: Slice): number {
  const step = partOf(slice.step) ?? 1
  if (step === 0) throw new RangeError('expected a slice step that is not 0')
  return step
}

/** A bound of a slice within the array: from its end where it is negative. */
function boundOf({ length }: Sequence, part: unknown, step: number, otherwise: 'lowest' | 'highest'): number {
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1]
  const number = partOf(part)
  if (number === undefined) return otherwise === 'lowest' ? lowest : highest
  return Math.min(Math.max(number < 0 ? number + length : number, lowest), highest)
}

function startOf(target: Sequence, slice: Slice): number {
  const step = stepOf(slice)
  return boundOf(target, slice.start, step, step > 0 ? 'lowest' : 'highest')
}

/** The indices that Python's slice stands for. */
function indicesOf(target: Sequence, slice: Slice): number[] {
  const step = stepOf(slice)
  const start = startOf(target, slice)
  const stop = boundOf(target, slice.stop, step, step > 0 ? 'highest' : 'lowest')
  const indices: number[] = []
  for (let index = start; step > 0 ? index < stop : index > stop; index += step) indices.push(index)
  return indices
}

function partOf(part: unknown): number | undefined {
  if (part === null) return undefined
  if (Number.isSafeInteger(part)) return part as number
  throw new TypeError(`expected integers in a slice, got ${typeof part}`)
}
