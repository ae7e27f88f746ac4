// The subclasses of PythonError: what programs branch on. The tree is Python's own; `python(…)` names the Python classes that each
// stands for. Fields come with the exception (`declare`): they are there whenever Python's exception has them, whichever class was
// chosen.
import { setName } from './bridge-errors.js'
import { installCommand } from './install-command.js'
import { PythonError, type PythonErrorParts, standsFor } from './python-error.js'

type PythonErrorClass = new (parts: PythonErrorParts) => PythonError

const classes = new Map<string, PythonErrorClass>()

function python(errorClass: PythonErrorClass, ...names: string[]): void {
  setName(errorClass, errorClass.name)
  standsFor(errorClass, names)
  for (const name of names) classes.set(name, errorClass)
}

/** The class for the first name of the MRO that has one. @internal */
export function errorClassOf(mro: readonly string[]): PythonErrorClass {
  for (const name of mro) {
    const found = classes.get(name)
    if (found !== undefined) return found
  }
  return PythonError
}

/** `ImportError`: a module was found, but not what was wanted from it, or it failed to load. */
export class PythonImportError extends PythonError {
  /** The module's dotted name; null when the exception does not say. */
  declare readonly module: string | null
  static {
    python(this, 'builtins.ImportError')
  }
}

/** `ModuleNotFoundError`: there is no such module in the environment. `install` is the command that brings it. */
export class MissingModuleError extends PythonImportError {
  /** The command that installs the module into the environment that is in use; undefined where installing would not help. */
  get install(): string | undefined {
    return installCommand(this as unknown as { module?: unknown; executable?: unknown; pip?: unknown })
  }
  override get hint(): string | undefined {
    return this.install === undefined ? undefined : `To install it: ${this.install}`
  }
  static {
    python(this, 'builtins.ModuleNotFoundError')
  }
}

/** `SyntaxError`, `IndentationError`: source text that is not Python. */
export class PythonSyntaxError extends PythonError {
  declare readonly file: string | null
  /** From 1. */
  declare readonly line: number | null
  /** The column in characters, from 1. */
  declare readonly offset: number | null
  declare readonly endLine: number | null
  declare readonly endOffset: number | null
  /** The line of source. */
  declare readonly text: string | null
  static {
    python(this, 'builtins.SyntaxError')
  }
}

/** `OSError`: files, processes, the network. */
export class PythonOSError extends PythonError {
  /** The number that C calls `errno`; `os.strerror` names it. */
  declare readonly errno: number | null
  declare readonly strerror: string | null
  declare readonly filename: string | number | null
  /** The second name, of a rename or a link. */
  declare readonly filename2: string | number | null
  static {
    python(this, 'builtins.OSError')
  }
}

/** `FileNotFoundError`. */
export class PythonFileNotFoundError extends PythonOSError {
  static {
    python(this, 'builtins.FileNotFoundError')
  }
}

/** `PermissionError`. */
export class PythonPermissionError extends PythonOSError {
  static {
    python(this, 'builtins.PermissionError')
  }
}

/** `ConnectionError`: refused, reset, aborted, broken pipe. */
export class PythonConnectionError extends PythonOSError {
  static {
    python(this, 'builtins.ConnectionError')
  }
}

/** `TimeoutError` (also asyncio's, socket's and concurrent.futures') and `subprocess.TimeoutExpired`. */
export class PythonTimeoutError extends PythonOSError {
  static {
    python(this, 'builtins.TimeoutError', 'subprocess.TimeoutExpired')
  }
}

/** `asyncio.CancelledError` and `concurrent.futures.CancelledError`: the work was cancelled. */
export class PythonCancelledError extends PythonError {
  static {
    python(this, 'asyncio.exceptions.CancelledError', 'concurrent.futures._base.CancelledError')
  }
}

/** `MemoryError` and torch's `OutOfMemoryError`: memory of the host or of an accelerator has run out. */
export class PythonMemoryError extends PythonError {
  static {
    python(this, 'builtins.MemoryError', 'torch.OutOfMemoryError', 'torch.cuda.OutOfMemoryError')
  }
}

/** `RuntimeError`. */
export class PythonRuntimeError extends PythonError {
  static {
    python(this, 'builtins.RuntimeError')
  }
}

/** `RecursionError`: calls nested deeper than `sys.getrecursionlimit()`. */
export class PythonRecursionError extends PythonRuntimeError {
  static {
    python(this, 'builtins.RecursionError')
  }
}

/** `NotImplementedError`. */
export class PythonNotImplementedError extends PythonRuntimeError {
  static {
    python(this, 'builtins.NotImplementedError')
  }
}

/** `TypeError`. */
export class PythonTypeError extends PythonError {
  static {
    python(this, 'builtins.TypeError')
  }
}

/** `ValueError`. */
export class PythonValueError extends PythonError {
  static {
    python(this, 'builtins.ValueError')
  }
}

/** `LookupError`: a key or an index that is not there. */
export class PythonLookupError extends PythonError {
  static {
    python(this, 'builtins.LookupError')
  }
}

/** `KeyError`. */
export class PythonKeyError extends PythonLookupError {
  static {
    python(this, 'builtins.KeyError')
  }
}

/** `IndexError`. */
export class PythonIndexError extends PythonLookupError {
  static {
    python(this, 'builtins.IndexError')
  }
}

/** `AttributeError`. */
export class PythonAttributeError extends PythonError {
  /** The attribute that is missing; null when the exception does not say. */
  declare readonly attribute: string | null
  static {
    python(this, 'builtins.AttributeError')
  }
}

/** `NameError`. */
export class PythonNameError extends PythonError {
  static {
    python(this, 'builtins.NameError')
  }
}

/** `ArithmeticError`: overflow, floating point. */
export class PythonArithmeticError extends PythonError {
  static {
    python(this, 'builtins.ArithmeticError')
  }
}

/** `ZeroDivisionError`. */
export class PythonZeroDivisionError extends PythonArithmeticError {
  static {
    python(this, 'builtins.ZeroDivisionError')
  }
}

/** `AssertionError`. */
export class PythonAssertionError extends PythonError {
  static {
    python(this, 'builtins.AssertionError')
  }
}

/** `StopIteration` and `StopAsyncIteration`: an iterator has no more items. */
export class PythonStopIteration extends PythonError {
  static {
    python(this, 'builtins.StopIteration', 'builtins.StopAsyncIteration')
  }
}

/** `SystemExit`: `sys.exit(code)` was called. Node goes on. */
export class PythonSystemExit extends PythonError {
  /** What was given to `sys.exit`; anything else than a number, a string or None as its repr. */
  declare readonly code: number | bigint | string | boolean | null
  static {
    python(this, 'builtins.SystemExit')
  }
}

/** `KeyboardInterrupt`. */
export class PythonKeyboardInterrupt extends PythonError {
  static {
    python(this, 'builtins.KeyboardInterrupt')
  }
}

/** `ExceptionGroup` and `BaseExceptionGroup`: `exceptions` has the members. */
export class PythonExceptionGroup extends PythonError {
  declare readonly exceptions: readonly Error[]
  static {
    python(this, 'builtins.BaseExceptionGroup')
  }
}
