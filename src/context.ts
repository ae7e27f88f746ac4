// Python's `with` around a JavaScript function.
// biome-ignore-all lint/suspicious/noExplicitAny: values of Python are untyped
import { operate } from './async-operations.js'
import { Opcode } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'
import type { PythonReference, SyncReference } from './reference.js'
import { isReference, requireState } from './reference-state.js'
import { runOn, SyncState } from './sync-reference.js'
import { shown } from './values/integer.js'

/**
 * Enters the context manager, calls `body` with what `__enter__` gave, and leaves it, whatever happens. `__exit__` gets the real
 * exception: that of Python, or a JavaScriptError that stands for the JavaScript one; where it suppresses it the result is undefined.
 *
 * @example
 * await python.with(python.builtins.open('data.csv'), async (file) => file.read())
 */
export async function withManager<T>(
  manager: PythonReference,
  body: (value: any) => T,
): Promise<Awaited<T> | undefined> {
  const state = requireState(requireManager(manager))
  const value = await operate(state, Opcode.helper, 'enter_context', [], '.__enter__()')
  let result: Awaited<T>
  try {
    result = await body(value)
  } catch (error) {
    const suppressed: unknown = await operate(state, Opcode.helper, 'exit_context', [asError(error)], '.__exit__()')
    if (suppressed === true) return undefined
    throw error
  }
  await operate(state, Opcode.helper, 'exit_context', [null], '.__exit__()')
  return result
}

/** The blocking twin. */
export function withManagerSync<T>(manager: SyncReference, body: (value: any) => T): T | undefined {
  const state = requireState(requireManager(manager))
  if (!(state instanceof SyncState))
    throw new ConversionError('expected a reference of python.sync for python.sync.with, got another one')
  const value = runOn(state, Opcode.helper, 'enter_context', [])
  let result: T
  try {
    result = body(value)
  } catch (error) {
    if (runOn(state, Opcode.helper, 'exit_context', [asError(error)]) === true) return undefined
    throw error
  }
  runOn(state, Opcode.helper, 'exit_context', [null])
  return result
}

function requireManager(manager: unknown): object {
  if (isReference(manager)) return manager as object
  throw new ConversionError(`expected a reference to a context manager for python.with, got ${shown(manager)}`)
}

/** Anything can be thrown in JavaScript; Python's exceptions are errors. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown })
}
