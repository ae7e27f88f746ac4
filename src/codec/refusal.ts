// Why a value cannot cross to Python, in words for the user.
import { types } from 'node:util'
import { NDArray } from '../ndarray.js'
import { isDetached, isResizable } from './memory-check.js'

/** What was expected at `path`, what came, and what to do. */
export function refusal(value: unknown, path: string): string {
  const [came, advice] = explain(value)
  return `expected a value that converts to Python for ${path}, got ${came}${advice === undefined ? '' : `; ${advice}`}`
}

function explain(value: unknown): [came: string, advice?: string] {
  if (typeof value === 'symbol') return [String(value)]
  if (types.isPromise(value)) return ['a Promise', 'await it first']
  if (types.isWeakMap(value)) return ['a WeakMap', 'use a Map']
  if (types.isWeakSet(value)) return ['a WeakSet', 'use a Set']
  if (types.isBoxedPrimitive(value)) return [`a boxed ${className(value)}`, 'pass its valueOf()']
  if (types.isProxy(value))
    return [`a Proxy of an instance of class ${className(value as object)}`, 'pass the object behind it']
  const memory = ArrayBuffer.isView(value) || value instanceof NDArray ? value.buffer : value
  if (types.isAnyArrayBuffer(memory)) {
    const kind = memory === value ? 'an' : `${className(value as object)} over an`
    if (isResizable(memory)) return [`${kind} ArrayBuffer that can shrink`, 'pass a copy: buffer.slice(0)']
    if (isDetached(memory))
      return [`${kind} ArrayBuffer that was transferred away (detached)`, 'pass it before, or a copy']
  }
  const name = className(value as object)
  if (name === 'Object' || name === 'without a name')
    return ['an object with a prototype of its own', 'pass a plain object: { ...value }']
  if (name === 'Blob' || name === 'File' || name === 'FileHandle')
    return [`an instance of class ${name}`, 'pass python.file(value), a Python file over it']
  if (name === 'KeywordArguments') return ['keyword arguments (kw)', 'kw({…}) must be the last argument of a call']
  return [
    `an instance of class ${name}`,
    `pass a plain object, or register the class: python.registerType(type, { class: ${name}, toPython })`,
  ]
}

function className(value: object): string {
  const made: unknown = (value as { constructor?: unknown }).constructor
  return typeof made === 'function' && made.name !== '' ? made.name : 'without a name'
}
