// The package's exports.

export type { CallOptions } from './call-options.js'
export type { CallbackOptions } from './callback.js'
export type { Captured } from './capture.js'
export type {
  Candidate,
  DiscoverOptions,
  Discovery,
  Refusal,
  RefusalCode,
  Source,
  UsableCandidate,
} from './discovery/candidate.js'
export type { InstalledPackage } from './discovery/packages.js'
export { PythonStartError, type StartErrorCode } from './discovery/start-error.js'
export type { DoctorReport } from './doctor.js'
export type { Entry } from './entry.js'
export {
  ConversionError,
  ForeignReferenceError,
  LaneFullError,
  NoRoomError,
  PythonStoppedError,
  ReleasedReferenceError,
  SessionError,
  StreamOverflowError,
} from './errors/bridge-errors.js'
export {
  AbortError,
  CancellationError,
  type StillRunning,
  StreamTimeoutError,
  TimeoutError,
} from './errors/cancellation.js'
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
export type { LogOptions, LogRecord, WarningRecord } from './events.js'
export { type KeywordArguments, kw } from './kw.js'
export type { LaneOptions } from './lane.js'
export type { LaneStats, PoolStats, RunningCall, Stats } from './lane-stats.js'
export type { Lane } from './lanes.js'
export {
  type AxisRange,
  type AxisSelection,
  type DTypeName,
  NDArray,
  type NDArrayElement,
  type NDArrayOptions,
  type NestedArray,
} from './ndarray.js'
export type { OutputStreams } from './output.js'
export { python, type SyncPython } from './python.js'
export type { PythonContext } from './python-context.js'
export type { PendingAnswer, PythonInstance, PythonReference, SyncInstance, SyncReference } from './reference.js'
export { isReference } from './reference-state.js'
export type { TypeConversion } from './register-type.js'
export type { Session, SessionOptions, SessionStats } from './session/session.js'
export type { Info, StartOptions } from './start.js'
export type { PythonStream } from './stream.js'
export type { AdapterOptions } from './stream-adapters.js'
export type { StreamOptions } from './stream-options.js'
export type { FileOptions, IteratorOptions } from './streams-in/python-file.js'
export type { PythonSubclass } from './subclass/subclass.js'
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
