// A Python exception in JavaScript. What it holds was copied when it was raised, so it stays readable whatever becomes of the exception.
import { inspect } from 'node:util'
import { setName } from './bridge-errors.js'
import { limitFrames } from './frame-limit.js'

/** A place in Python code, outermost first in `PythonError.frames`. */
export interface PythonFrame {
  readonly file: string
  /** From 1; null where Python does not know it. */
  readonly line: number | null
  /** In characters, from 1; null where Python does not know it. */
  readonly column: number | null
  readonly function: string
  /** The source line without its indentation; null when the source is not at hand. */
  readonly text: string | null
}

/** What makes a PythonError; see `createPythonError`. @internal */
export interface PythonErrorParts {
  type: string
  mro: readonly string[]
  message: string
  traceback: string
  frames: readonly PythonFrame[]
  notes: readonly string[]
  suppressContext: boolean
  details: Readonly<Record<string, unknown>>
  exception: unknown
  jsStack: string | undefined
}

/** Links and members may be errors of JavaScript's own: one thrown in a callback, on its way through Python. */
export interface PythonErrorLinks {
  cause: Error | undefined
  context: Error | undefined
  exceptions: readonly Error[] | undefined
}

const pythonNames = new WeakMap<object, readonly string[]>()

/**
 * An exception raised in Python.
 *
 * Its subclasses (`PythonValueError`, `PythonKeyError`, `MissingModuleError`, …) are matched over the whole MRO of the
 * Python type: `instanceof PythonOSError` holds for every exception whose Python class derives from `OSError`, also
 * when it derives from `ValueError` as well.
 *
 * @example
 * try {
 *   await python.builtins.float('abc')
 * } catch (error) {
 *   if (error instanceof PythonValueError) console.log(error.message, error.traceback)
 * }
 */
export class PythonError extends Error {
  /** The exception's class: `'ValueError'` for a builtin one, else with its module: `'json.decoder.JSONDecodeError'`. */
  declare readonly pythonType: string
  /** The qualified names of the class and its bases, as in Python's `__mro__`, up to `builtins.BaseException`. */
  declare readonly mro: readonly string[]
  /** What plain Python would print for this exception, its causes and its members included. */
  declare readonly traceback: string
  /** The traceback's places, outermost first. At most 100: of a deeper stack the 50 outermost and the 50 innermost. */
  declare readonly frames: readonly PythonFrame[]
  /** What `add_note` added. */
  declare readonly notes: readonly string[]
  /** `__context__`: the exception that was being handled when this one was raised. */
  declare readonly context: Error | undefined
  /** `__suppress_context__`: raised with `from`, so that Python does not print `context`. */
  declare readonly suppressContext: boolean
  /** The members of an exception group, at most 64; undefined for any other exception. */
  declare readonly exceptions: readonly Error[] | undefined
  /** A reference to the exception object in Python; undefined on an error that only hangs on another one. */
  // biome-ignore lint/suspicious/noExplicitAny: an untyped reference
  declare readonly $exception: any

  /** @internal */
  constructor(parts: PythonErrorParts) {
    // The stack is the call site's, recorded when the operation was written: capturing one here would show the delivery.
    const limit = limitFrames(0)
    super(parts.message)
    limitFrames(limit)
    const { type, mro, traceback, frames, notes, suppressContext, exception } = parts
    const fields = {
      ...parts.details,
      pythonType: type,
      mro,
      traceback,
      frames,
      notes,
      suppressContext,
      $exception: exception,
    }
    for (const [key, value] of Object.entries(fields)) hide(this, key, value)
    hide(this, 'stack', stackOf(this, parts))
  }

  static {
    setName(this, 'PythonError')
  }

  /** Holds for an error whose Python class derives from the one that this class stands for. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (Function.prototype[Symbol.hasInstance].call(this, value)) return true
    const names = pythonNames.get(this)
    if (names === undefined || !Function.prototype[Symbol.hasInstance].call(PythonError, value)) return false
    return (value as PythonError).mro.some((name) => names.includes(name))
  }

  /** For logs: the text, without the links. */
  toJSON(): { name: string; pythonType: string; message: string; traceback: string; notes: readonly string[] } {
    return {
      name: this.name,
      pythonType: this.pythonType,
      message: this.message,
      traceback: this.traceback,
      notes: this.notes,
    }
  }

  /** The stack: Node would print the causes after it, which the traceback has already. */
  [inspect.custom](): string {
    return String(this.stack)
  }

  /** What to do about it, where that is known; the end of the stack. @internal */
  get hint(): string | undefined {
    if (this.message !== 'no running event loop') return undefined
    return "To call it on the event loop: kw({ $lane: 'asyncio' })"
  }
}

/** Called once, when the error that `links` belong to has been made: links may lead to errors that are made after it. @internal */
export function linkPythonError(error: PythonError, links: PythonErrorLinks): void {
  if (links.cause !== undefined) hide(error, 'cause', links.cause)
  hide(error, 'context', links.context)
  hide(error, 'exceptions', links.exceptions)
}

/** Adds the frames of the call site to an error that was made without them. @internal */
export function placeError(error: PythonError, frames: string): void {
  const head = headOf(error, error.message)
  const stack = String(error.stack)
  if (frames === '' || !stack.startsWith(`${head}\n\n`)) return
  hide(error, 'stack', `${head}\n${frames}${stack.slice(head.length)}`)
}

/** Makes `errorClass` stand for Python classes, by qualified name. @internal */
export function standsFor(errorClass: object, names: readonly string[]): void {
  pythonNames.set(errorClass, names)
}

/** Not enumerable, as `Error`'s own fields: Node prints the enumerable ones beside the stack, which has it all. */
function hide(error: object, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false })
}

/**
 * The message, the JavaScript frames of the call site, and the Python traceback: all of it, because Node prints the stack and nothing
 * else of an error that ends the process, and loggers do likewise.
 */
function stackOf(error: PythonError, { message, jsStack, traceback }: PythonErrorParts): string {
  const head = headOf(error, message)
  const start = jsStack?.search(/^ {4}at /m) ?? -1
  const frames = jsStack !== undefined && start >= 0 ? `\n${jsStack.slice(start)}` : ''
  const hint = error.hint === undefined ? '' : `\n\n${error.hint}`
  return `${head}${frames}\n\n${traceback.trimEnd()}${hint}`
}

function headOf(error: PythonError, message: string): string {
  return message === '' ? error.name : `${error.name}: ${message}`
}
