// What Python is told about a function: its name, and its parameters as Python writes them.
import { types } from 'node:util'

/** Plain names between the parentheses, or one without them. */
const plainParameters =
  /^(?:async\b\s*)?(?:function\b\s*\*?\s*[\w$]*\s*)?(?:\*?\s*[\w$]+\s*)?\(([\w$,\s]*)\)|^(?:async\s+)?([\w$]+)\s*=>/

/** Name, line feed, parameters: what follows a kJsValue of a function. */
export function functionDetails(fn: { name: unknown; length: number }): string {
  const name = typeof fn.name === 'string' ? fn.name.replaceAll('\n', ' ') : ''
  return `${name === '' ? '<anonymous>' : name}\n${parameters(fn)}`
}

/** Whether calls must be made with `new`. */
export function isClass(fn: unknown): boolean {
  return classSource.test(sourceOf(fn as never))
}
const classSource = /^class\b/

export function isAsyncFunction(fn: unknown): boolean {
  return types.isAsyncFunction(fn)
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
