// What Python is told about a function: its name, its parameters as Python writes them, and what python.callback() said.
import { types } from 'node:util'
import { callbackOptions } from '../callback.js'

/** Plain names between the parentheses, or one without them. */
const plainParameters =
  /^(?:async\b\s*)?(?:function\b\s*\*?\s*[\w$]*\s*)?(?:\*?\s*[\w$]+\s*)?\(([\w$,\s]*)\)|^(?:async\s+)?([\w$]+)\s*=>/

/** The lines that follow a kJsValue of a function: name, parameters, flags. */
export function functionDetails(fn: { name: unknown; length: number }): string {
  const options = callbackOptions(fn)
  if (options === undefined) return `${nameOf(fn)}\n${parameters(fn)}`
  const { source = fn, name, signature, fireAndForget } = options
  const listed = signature === undefined ? parameters(source) : `(${signature})`
  return `${name ?? nameOf(source)}\n${listed}\n${fireAndForget === true ? 'f' : ''}`
}

function nameOf({ name }: { name: unknown }): string {
  return typeof name === 'string' && name !== '' ? name.replaceAll('\n', ' ') : '<anonymous>'
}

/** Whether calls must be made with `new`. */
export function isClass(fn: unknown): boolean {
  return classSource.test(sourceOf(fn as never))
}
const classSource = /^class\b/

export function isAsyncFunction(fn: object): boolean {
  return types.isAsyncFunction(callbackOptions(fn)?.source ?? fn)
}

/**
 * The names where the source has nothing else between its parentheses; otherwise (defaults, patterns, rest) as many as `length`
 * says, and any more. JavaScript functions take more and fewer arguments than they name: so do these.
 */
function parameters(fn: { length: number }): string {
  const found = plainParameters.exec(sourceOf(fn as never))
  const names = (found?.[1] ?? found?.[2] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const plain = found !== null && names.length >= fn.length && names.every((name) => /^[A-Za-z_]\w*$/.test(name))
  const listed = plain ? names : Array.from({ length: Math.min(fn.length, 64) }, (_, index) => `arg${index + 1}`)
  return listed.join(',') + (plain ? '' : ',*')
}

function sourceOf(fn: () => void): string {
  try {
    return Function.prototype.toString.call(fn)
  } catch {
    return '' // TypeError: a callable Proxy has no source
  }
}
