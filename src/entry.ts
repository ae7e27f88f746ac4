// What a lane (or the blocking API) is entered by: imports, code, builtins. Each gives a reference.
import { begin, operate } from './async-operations.js'
import { pythonFile } from './caller.js'
import { Opcode, OpFlag } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'
import { KeywordArguments, onlyOptions, optionsOf } from './kw.js'
import type { PythonReference, SyncReference } from './reference.js'
import { isReference, type ReferenceState, requireState } from './reference-state.js'
import type { Space } from './space.js'
import { runFrom, runOn, withOptions } from './sync-reference.js'
import { shown } from './values/integer.js'

/** How an operation without a target is done: appended, or run at once. */
type Begin = (
  space: Space,
  opcode: number,
  auxiliary: string | number,
  args: readonly unknown[],
  label: string,
  flags: number,
) => unknown

const runAtOnce: Begin = (space, opcode, auxiliary, args, _label, flags) => {
  const options = optionsOf(args)
  if (options === undefined) return runFrom(space, opcode, auxiliary, args, flags)
  return withOptions(options, () => runFrom(space, opcode, auxiliary, args, flags))
}

/** Ways into Python whose references are of kind `Reference`. */
export interface Entry<Reference> {
  /** A module by its dotted name, or a `.py` file: './model.py' is looked for beside the calling file. Options last, in `kw()`. */
  import(name: string | URL, options: KeywordArguments): Reference
  /** The last overload is the one that `names.map(python.import)` takes. */
  import(name: string | URL): Reference
  /** The value of an expression; `locals` are the names it may use: an object, or a reference to a dict. Options last, in `kw()`. */
  eval(code: string, locals?: object, options?: KeywordArguments): Reference
  /**
   * Runs statements in a module of their own; gives a reference to the names they made, like a dict. Where `locals` is a
   * reference to a dict, they run in that dict, as in Python's own `exec`, and the result is that dict. They may use `await`,
   * `async for` and `async with` at the top level: then they run on the asyncio loop.
   */
  exec(code: string, locals?: object, options?: KeywordArguments): Reference
  /** The module of built-in functions: `python.builtins.len(x)`. */
  readonly builtins: Reference
}

/** The outcome of an awaitable, by reference. */
type AwaitIn = (awaitable: ReferenceState, options: readonly unknown[]) => unknown

const awaitLater: AwaitIn = (awaitable, options) => operate(awaitable, Opcode.await, 0, options, '', OpFlag.keep)
const awaitNow: AwaitIn = (awaitable, options) => runOn(awaitable, Opcode.await, 0, options, OpFlag.keep)

/** All code that awaits, and more (a string that says "await"): only Python knows. */
const mayAwait = /\bawait\b|\basync\s+(?:for|with)\b/

function entry<Reference>(space: Space, start: Begin, awaitIn: AwaitIn): Entry<Reference> {
  const from = (opcode: number, auxiliary: string | number, args: readonly unknown[], label: string, flags = 0) =>
    start(space, opcode, auxiliary, args, label, flags) as Reference
  return {
    import(name: string | URL, options?: KeywordArguments) {
      if (typeof name !== 'string' && !(name instanceof URL))
        throw new ConversionError(
          `expected the name of a module or the path of a .py file for python.import, got ${shown(name)}`,
        )
      // names.map(python.import) gives an index.
      const last = options instanceof KeywordArguments ? onlyOptions(options, 'python.import', true) : []
      const file = pythonFile(name)
      if (file !== undefined) return from(Opcode.helper, 'import_file', [file, ...last], file)
      if (/[/\\]|\.py$/.test(String(name)))
        throw new ConversionError(
          `expected the dotted name of a module or the path of a file for python.import, got ${shown(name)}; a file beside the calling one is './${String(name)}'`,
        )
      return from(Opcode.import, 0, [name, ...last], String(name))
    },
    eval(code, locals, options) {
      return from(Opcode.helper, 'evaluate', codeArguments('eval', code, locals, options), 'eval(…)')
    },
    exec(code, locals, options) {
      const args = codeArguments('exec', code, locals, options)
      // What is sent by value is nobody else's.
      if (isReference(locals)) args.splice(2, 0, true)
      if (!mayAwait.test(code)) return from(Opcode.helper, 'execute', args, 'exec(…)', OpFlag.keep)
      const running = from(Opcode.helper, 'execute_awaiting', args, 'exec(…)', OpFlag.keep)
      return awaitIn(
        requireState(running),
        args.filter((each) => each instanceof KeywordArguments),
      ) as Reference
    },
    get builtins() {
      return from(Opcode.import, 0, ['builtins'], 'builtins')
    },
  }
}

/** `locals` may be left out before the options. */
function codeArguments(name: string, code: unknown, locals: unknown, options: unknown): unknown[] {
  if (locals instanceof KeywordArguments) return codeArguments(name, code, undefined, locals)
  const last = onlyOptions(options, `python.${name}`, true)
  return locals === undefined ? [text(code, name), ...last] : [text(code, name), locals, ...last]
}

function text(code: unknown, name: string): string {
  if (typeof code === 'string') return code
  throw new ConversionError(`expected Python source as a string for python.${name}, got ${shown(code)}`)
}

export function asyncEntry(space: Space): Entry<PythonReference> {
  return entry<PythonReference>(space, begin, awaitLater)
}

export function syncEntry(space: Space): Entry<SyncReference> {
  return entry<SyncReference>(space, runAtOnce, awaitNow)
}
