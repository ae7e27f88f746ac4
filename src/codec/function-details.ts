// What Python is told about a function: its name, its parameters as Python writes them, and what python.callback() said.
import { types } from 'node:util'
import { callbackOptions } from '../callback.js'
import { sourceOf } from './function-source.js'
import { parametersOf } from './parameters.js'

/** The commonest, without a look at the rest of the source: plain names between the parentheses, or one without them. */
const plainParameters =
  /^(?:async\b\s*)?(?:function\b\s*\*?\s*[\w$]*\s*)?(?:\*?\s*[\w$]+\s*)?\(((?:\s*[A-Za-z_]\w*\s*,?)*)\s*\)|^(?:async\s+)?([A-Za-z_]\w*)\s*=>/

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

/** Whether its call gives a promise: that of an asynchronous generator gives the generator. */
export function isAsyncFunction(fn: object): boolean {
  const source = callbackOptions(fn)?.source ?? fn
  return types.isAsyncFunction(source) && !types.isGeneratorFunction(source)
}

/**
 * `a,b=2,*`: the parameters that the source names, with their defaults encoded, and whether there are more. Of a function whose
 * source says less than its `length`, as that of a native one does, so many as that.
 */
function parameters(fn: object): string {
  const { length } = fn as { length: number }
  const found = plainParameters.exec(sourceOf(fn))
  if (found !== null && !isNative(fn)) return (found[1] ?? found[2] ?? '').replace(/\s/g, '')
  const { listed, rest } = parametersOf(fn)
  const required = listed.findIndex(({ fallback }) => fallback !== undefined)
  if ((required < 0 ? listed.length : required) < length || isNative(fn))
    return [...Array.from({ length: Math.min(length, 64) }, (_, index) => `arg${index + 1}`), '*'].join(',')
  const names = listed.map(({ name, fallback }, index) => {
    const plain = /^[A-Za-z_]\w*$/.test(name) ? name : `arg${index + 1}`
    return fallback === undefined ? plain : `${plain}=${encodeURIComponent(fallback)}`
  })
  return [...names, ...(rest ? ['*'] : [])].join(',')
}

function isNative(fn: object): boolean {
  return sourceOf(fn).endsWith('{ [native code] }')
}
