// The Python context that a call runs in: the one its options name, or the one around the place where it is written.
import type { CallOptions } from './call-options.js'
import type { Operand } from './codec/operand.js'
import { ConversionError } from './errors/bridge-errors.js'
import { shown } from './values/integer.js'

/** Whether anybody may be in a context. */
export let inContexts = false
let surrounding: (() => Operand | undefined) | undefined

/** python-context.ts says, once anybody is in one, what surrounds a call. */
export function onCallContext(find: () => Operand | undefined): void {
  surrounding = find
  inContexts = true
}

export function contextOf(options: CallOptions | undefined): Operand | undefined {
  const named = options?.$context
  if (named === undefined) return surrounding?.()
  if (named === null) return undefined
  const { operand } = named as { operand?: Operand }
  if (operand !== undefined) return operand
  throw new ConversionError(`expected a context of python.context() for the option $context, got ${shown(named)}`)
}
