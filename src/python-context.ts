// Python's contextvars along JavaScript's own asynchronous context: a context is entered in JavaScript (`context.run`), and every call
// written inside, wherever that leads, runs in it. AsyncLocalStorage is loaded with the first run().
// biome-ignore-all lint/suspicious/noExplicitAny: values of Python are untyped
import type { AsyncLocalStorage } from 'node:async_hooks'
import { begin, operate } from './async-operations.js'
import { contextOf, onCallContext } from './call-context.js'
import type { Operand } from './codec/operand.js'
import { Opcode, OpFlag } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'
import type { PythonReference } from './reference.js'
import { isReference, requireState } from './reference-state.js'
import type { Space } from './space.js'
import { poolSpace } from './spaces.js'
import { shown } from './values/integer.js'

let storage: AsyncLocalStorage<PythonContext> | undefined

/**
 * A Python context (`contextvars.Context`). Calls that run one after the other in it see what the earlier ones set; one that overlaps
 * another gets a copy, and so does every coroutine, as asyncio's tasks do.
 */
export class PythonContext {
  /** The `contextvars.Context`. */
  readonly reference: PythonReference

  /** @internal */
  constructor(helper: 'new_context' | 'copy_context', args: readonly unknown[]) {
    this.reference = begin(poolSpace, Opcode.helper, helper, args, 'python.context()', OpFlag.keep) as PythonReference
  }

  /** Calls `body`; every call to Python that is written in it, and in what it awaits, runs in this context. */
  run<T>(body: () => T): T {
    if (storage === undefined) {
      const { AsyncLocalStorage } = require('node:async_hooks') as typeof import('node:async_hooks')
      storage = new AsyncLocalStorage<PythonContext>()
      onCallContext(() => storage?.getStore()?.operand)
    }
    return storage.run(this, body)
  }

  /** Sets a `contextvars.ContextVar`. Fails while a call runs in this context. */
  async set(variable: PythonReference, value: unknown): Promise<void> {
    await operate(this.state, Opcode.helper, 'set_in_context', [requireVariable(variable), value], '.set()')
  }

  /** The value of a `contextvars.ContextVar` here; its default, or an error, where it was never set. */
  get(variable: PythonReference): PythonReference {
    const { state } = this
    return operate(state, Opcode.helper, 'get_in_context', [requireVariable(variable)], '.get()') as PythonReference
  }

  private get state() {
    return requireState(this.reference)
  }

  /** @internal */
  get operand(): Operand {
    return this.state
  }
}

function requireVariable(variable: unknown): unknown {
  if (isReference(variable)) return variable
  throw new ConversionError(`expected a reference to a contextvars.ContextVar, got ${shown(variable)}`)
}

/** A new context: a copy of the one that this call is made in, or of what the calls outside of any have set. */
export function context(): PythonContext {
  const parent = storage?.getStore()
  return new PythonContext('new_context', parent === undefined ? [] : [parent.reference])
}

/**
 * A context for what several calls in `space` have in common, where nothing surrounds them: a copy, so that what they set for their
 * time (`python.with(np.errstate(…))`) is not in force for others, and set back in the context that it was set in.
 */
export function commonContext(space: Space): PythonContext | undefined {
  return space.lane.isPool && contextOf(undefined) === undefined ? new PythonContext('copy_context', []) : undefined
}
