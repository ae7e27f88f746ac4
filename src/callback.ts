// `python.callback`: a JavaScript function with what Python should know about it.
import { ConversionError } from './errors/bridge-errors.js'
import { requireOptions } from './known-options.js'
import { shown } from './values/integer.js'

/** What `python.callback` may say about a function. */
export interface CallbackOptions {
  /** Python does not wait for its calls, which all return None. An error that it throws becomes an uncaught exception. */
  fireAndForget?: boolean
  /** The process stays alive as long as Python holds the function. */
  keepAlive?: boolean
  /** `__name__` in Python; the function's own when left out. */
  name?: string
  /** The signature in Python, as between the parentheses of a `def`: `'epoch, *, loss=None'`. */
  signature?: string
}

const rules: Record<keyof CallbackOptions, 'boolean' | 'string'> = {
  fireAndForget: 'boolean',
  keepAlive: 'boolean',
  name: 'string',
  signature: 'string',
}

// biome-ignore lint/suspicious/noExplicitAny: any function
type AnyFunction = (...args: any[]) => unknown

const known = new WeakMap<object, CallbackOptions>()
const forgetting = new WeakMap<object, AnyFunction>()

/**
 * A function that does what `fn` does, and is to Python what the options say. It is a function of its own: pass the same one where
 * Python has to recognise it.
 *
 * @example
 * await model.fit(x, y, kw({ callback: python.callback(log, { fireAndForget: true }) }))
 */
export function callback<F extends AnyFunction>(fn: F, options: CallbackOptions = {}): F {
  if (typeof fn !== 'function') throw new ConversionError(`expected a function for python.callback, got ${shown(fn)}`)
  requireOptions(options, Object.keys(rules), 'python.callback')
  for (const [name, value] of Object.entries(options)) {
    const type = rules[name as keyof CallbackOptions]
    if (value !== undefined && typeof value !== type)
      throw new ConversionError(`expected a ${type} for the option ${name} of python.callback, got ${shown(value)}`)
    if (typeof value === 'string' && /[\n\r]/.test(value))
      throw new ConversionError(`expected one line for the option ${name} of python.callback, got ${shown(value)}`)
  }
  const made = function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(fn, this, args)
  }
  known.set(made, { ...options, source: fn } as CallbackOptions)
  return made as F
}

/** What was said about a function. */
export function callbackOptions(fn: object): (CallbackOptions & { readonly source?: AnyFunction }) | undefined {
  return known.get(fn)
}

/** The function that stands for `fn` in a call with `$fireAndForget`: the same one each time. */
export function forgotten(fn: AnyFunction): AnyFunction {
  const options = known.get(fn)
  if (options?.fireAndForget === true) return fn
  let made = forgetting.get(fn)
  if (made === undefined) {
    made = callback(fn, { ...optionsAlone(options), fireAndForget: true })
    forgetting.set(fn, made)
  }
  return made
}

function optionsAlone(options: CallbackOptions | undefined): CallbackOptions {
  const { keepAlive, name, signature } = options ?? {}
  return {
    ...(keepAlive === undefined ? {} : { keepAlive }),
    ...(name === undefined ? {} : { name }),
    ...(signature === undefined ? {} : { signature }),
  }
}
