// The package's exports.

export type { CallOptions } from './call-options.js'
export type { CallbackOptions } from './callback.js'
export { PythonStartError } from './discovery/start-error.js'
export type { DoctorReport } from './doctor.js'
export type { Entry } from './entry.js'
export {
  ConversionError,
  ForeignReferenceError,
  MissingModuleError,
  PythonArithmeticError,
  PythonAssertionError,
  PythonAttributeError,
  PythonCancelledError,
  PythonConnectionError,
  PythonError,
  PythonExceptionGroup,
  PythonFileNotFoundError,
  type PythonFrame,
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
  PythonStoppedError,
  PythonSyntaxError,
  PythonSystemExit,
  PythonTimeoutError,
  PythonTypeError,
  PythonValueError,
  PythonZeroDivisionError,
  ReleasedReferenceError,
  StreamOverflowError,
  StreamTimeoutError,
} from './errors.js'
export { type KeywordArguments, kw } from './kw.js'
export {
  type AxisRange,
  type AxisSelection,
  type DTypeName,
  NDArray,
  type NDArrayElement,
  type NDArrayOptions,
  type NestedArray,
} from './ndarray.js'
export { type Lane, type LaneOptions, python, type Stats, type SyncPython } from './python.js'
export type { PendingAnswer, PythonReference, SyncReference } from './reference.js'
export { isReference } from './reference-state.js'
export type { TypeConversion } from './register-type.js'
export type { Info, StartOptions } from './start.js'
export type { PythonStream } from './stream.js'
export type { AdapterOptions } from './stream-adapters.js'
export type { StreamOptions } from './stream-options.js'
export {
  Complex,
  type DateTimeFields,
  Decimal,
  Fraction,
  Path,
  type PathKind,
  PyDate,
  PyDateTime,
  PyTime,
  PyTimeDelta,
  PyTimeZone,
  Range,
  Slice,
  type TimeDeltaFields,
  type TimeFields,
  UUID,
} from './values.js'
