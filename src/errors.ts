// Errors: those of Python, and those of the bridge itself.
export {
  ConversionError,
  ForeignReferenceError,
  PythonStoppedError,
  ReleasedReferenceError,
  StreamOverflowError,
  StreamTimeoutError,
} from './errors/bridge-errors.js'
export { AbortError, CancellationError, type StillRunning, TimeoutError } from './errors/cancellation.js'
export { createPythonError, type ErrorDescription } from './errors/create.js'
export {
  MissingModuleError,
  PythonArithmeticError,
  PythonAssertionError,
  PythonAttributeError,
  PythonCancelledError,
  PythonConnectionError,
  PythonExceptionGroup,
  PythonFileNotFoundError,
  PythonImportError,
  PythonIndexError,
  PythonKeyboardInterrupt,
  PythonKeyError,
  PythonLookupError,
  PythonMemoryError,
  PythonNameError,
  PythonNotImplementedError,
  PythonOSError,
  PythonPermissionError,
  PythonRecursionError,
  PythonRuntimeError,
  PythonStopIteration,
  PythonSyntaxError,
  PythonSystemExit,
  PythonTimeoutError,
  PythonTypeError,
  PythonValueError,
  PythonZeroDivisionError,
} from './errors/kinds.js'
export { PythonError, type PythonFrame } from './errors/python-error.js'
