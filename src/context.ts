// Python's `with` and `async with` around a JavaScript function.
// biome-ignore-all lint/suspicious/noExplicitAny: values of Python are untyped
import { operate } from './async-operations.js'
import { asRaised } from './codec/thrown.js'
import { Opcode, OpFlag } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'
import { type KeywordArguments, onlyOptions } from './kw.js'
import { commonContext, PythonContext } from './python-context.js'
import type { PythonInstance, PythonReference, SyncInstance, SyncReference } from './reference.js'
import { type ReferenceState, requireState } from './reference-state.js'
import { referenceOf } from './subclass/instance.js'
import { runOn, SyncState } from './sync-reference.js'
import { shown } from './values/integer.js'

/**
 * Enters the context manager, calls `body` with what `__enter__` (or `__aenter__`) gave, and leaves it, whatever happens. `__exit__` gets
 * the real exception: that of Python, or a JavaScriptError that stands for the JavaScript one; where it suppresses it the result is
 * undefined. The options of `kw()` limit the entering. Entering, body and leaving share one Python context (contextvars): what surrounds
 * them, or one of their own.
 *
 * @example
 * await python.with(python.builtins.open('data.csv'), async (file) => file.read())
 */
export async function withManager<T>(
  manager: PythonReference | PythonInstance,
  body: (value: any) => T,
  options?: KeywordArguments,
): Promise<Awaited<T> | undefined> {
  const state = requireState(requireManager(manager))
  requireBody(body, 'python.with')
  const named = options?.options?.$context
  const context = named === undefined ? commonContext(state.space) : named
  const all = () => withState(state, body, options)
  return context instanceof PythonContext ? context.run(all) : all()
}

async function withState<T>(
  state: ReferenceState,
  body: (value: any) => T,
  options: KeywordArguments | undefined,
): Promise<Awaited<T> | undefined> {
  const context = requireState(operate(state, Opcode.helper, 'open_context', [], '', OpFlag.keep))
  context.label = '.__enter__'
  const value = await operate(context, Opcode.callMethod, 'enter', onlyOptions(options, 'python.with'), '()')
  let result: Awaited<T>
  try {
    result = await body(value)
  } catch (error) {
    const suppressed: unknown = await operate(context, Opcode.helper, 'leave_context', [asRaised(error)], '.__exit__()')
    if (suppressed === true) return undefined
    throw error
  }
  await operate(context, Opcode.helper, 'leave_context', [null], '.__exit__()')
  return result
}

/** The blocking twin. */
export function withManagerSync<T>(
  manager: SyncReference | SyncInstance,
  body: (value: any) => T,
  options?: KeywordArguments,
): T | undefined {
  const state = requireState(requireManager(manager))
  if (!(state instanceof SyncState))
    throw new ConversionError('expected a reference of python.sync for python.sync.with, got another one')
  requireBody(body, 'python.sync.with')
  const context = requireState(runOn(state, Opcode.helper, 'open_context', [], OpFlag.keep))
  const isAsync = runOn(context, Opcode.getAttr, 'is_async', []) === true
  const perform = (method: string, args: readonly unknown[], limit: readonly unknown[]): unknown => {
    if (!isAsync) return runOn(context, Opcode.callMethod, method, [...args, ...limit])
    const coroutine = runOn(context, Opcode.callMethod, method, args, OpFlag.keep)
    return runOn(requireState(coroutine), Opcode.await, 0, limit)
  }
  const value = perform('enter', [], onlyOptions(options, 'python.sync.with'))
  let result: T
  try {
    result = body(value)
  } catch (error) {
    if (perform('leave', [asRaised(error)], []) === true) return undefined
    throw error
  }
  perform('leave', [null], [])
  return result
}

/** Before anything is entered. */
function requireBody(body: unknown, method: string): void {
  if (typeof body === 'function') return
  throw new ConversionError(
    `expected a function for ${method}, got ${shown(body)}; it is called with what the context manager gives`,
  )
}

function requireManager(manager: unknown): object {
  const reference = referenceOf(manager)
  if (reference !== undefined) return reference
  throw new ConversionError(`expected a reference to a context manager for python.with, got ${shown(manager)}`)
}
