// `ref.apply(…)`, `ref.call(…)`, `ref.bind(…)`: a library that was given a function calls it so, EventEmitter among them. What Python has by
// these names comes first, and Python alone knows whether it does: one operation asks, and does what JavaScript's own would.
import { types } from 'node:util'
import { write } from './async-operations.js'
import type { AsyncState } from './async-reference.js'
import type { CallOptions } from './call-options.js'
import { Opcode } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'

export function isFunctionMethod(name: string): name is 'apply' | 'call' | 'bind' {
  return name === 'apply' || name === 'call' || name === 'bind'
}

/** The call of such a method of `target`, whose result `made` stands for. */
export function callFunctionMethod(
  made: AsyncState,
  name: string,
  target: AsyncState,
  given: readonly unknown[],
  options: CallOptions | undefined,
): object {
  const args = given.map((arg) => (types.isArgumentsObject(arg) ? Array.from(arg) : arg))
  try {
    return write(made, Opcode.helper, 'call_function_method', target, [name, null, ...args], options)
  } catch (error) {
    if (!(error instanceof ConversionError) || args.length === 0) throw error
    // `this`, perhaps: Python's functions have no use for it, and its other objects get the error.
    return write(
      made,
      Opcode.helper,
      'call_function_method',
      target,
      [name, error.message, null, ...args.slice(1)],
      options,
    )
  }
}

type Callable = (...args: unknown[]) => unknown

/** JavaScript's own, of a reference of the blocking API that has none in Python. */
export function functionMethod(name: 'apply' | 'call' | 'bind'): unknown {
  return name === 'bind' ? bind : Function.prototype[name]
}

/** JavaScript's would ask Python for a name and a length. */
function bind(this: Callable, _self: unknown, ...first: unknown[]): Callable {
  return (...rest) => this(...first, ...rest)
}
