// The wire format's numbers, the twin of native/wire/wire.h (which says what follows each header).

export const Tag = {
  none: 0,
  true: 1,
  false: 2,
  int32: 3,
  int53: 4,
  float: 5,
  bigInt: 6,
  ascii: 7,
  utf8: 8,
  utf16: 9,
  bytes: 10,
  list: 11,
  tuple: 12,
  dict: 13,
  shaped: 14,
  set: 15,
  frozenSet: 16,
  backRef: 17,
  object: 18,
  temp: 19,
  floatList: 20,
  int32List: 21,
  int53List: 22,
  array: 23,
  memory: 24,
  export: 25,
  error: 26,
  rich: 27,
  custom: 28,
  jsRef: 29,
  jsValue: 30,
} as const

export const ArrayFlag = { readOnly: 1, cContiguous: 2, fContiguous: 4, whole: 8, copied: 16 } as const

export const MemoryKind = { view: 0, ndArray: 1 } as const

export const Opcode = {
  import: 1,
  getAttr: 2,
  setAttr: 3,
  delAttr: 4,
  getItem: 5,
  setItem: 6,
  delItem: 7,
  call: 8,
  callMethod: 9,
  operate: 10,
  fetch: 11,
  helper: 12,
  pull: 13,
  await: 14,
} as const

export const OpFlag = { none: 0, awaited: 1, keep: 2, cancellable: 4, withContext: 8 } as const

export const BatchFlag = { hasCancellable: 1 } as const

export const EntryKind = {
  value: 1,
  error: 2,
  batchDone: 3,
  failed: 4,
  dropped: 5,
  shown: 6,
  warning: 9,
  call: 7,
  items: 8,
  lost: 10,
  number: 11,
} as const

/** wire::JsKind. */
export const JsKind = {
  opaque: 0,
  function: 1,
  asyncFunction: 2,
  object: 3,
  asyncIterable: 4,
  iterable: 5,
  promise: 6,
  stream: 7,
  callable: 8,
} as const

/** What Python asks of a JavaScript value. */
export const JsOperation = {
  call: 0,
  pull: 20,
  leave: 21,
  read: 22,
  readAt: 23,
  size: 24,
  write: 25,
  later: 26,
  invoke: 32,
  invokeLater: 33,
  construct: 34,
  apply: 35,
  applyLater: 36,
  get: 37,
  set: 38,
  delete: 39,
  getItem: 40,
  setItem: 41,
  deleteItem: 42,
  length: 43,
  contains: 44,
  iterate: 45,
  iterateLater: 46,
  next: 47,
  nextLater: 48,
  stop: 49,
  stopLater: 50,
  names: 51,
  show: 52,
  text: 53,
  truth: 54,
  enter: 55,
  exit: 56,
  exitLater: 57,
  isInstance: 58,
  value: 59,
  promiseResult: 60,
  promiseThen: 61,
  instantiate: 62,
  lend: 63,
  takeBack: 64,
  discard: 255,
} as const

export const RequestFlag = { keywords: 1 } as const

export const AnswerStatus = { value: 0, raised: 1 } as const
/** Beside the status: a promise has settled. */
export const cameLater = 1

/** The lane of a request that comes from this thread's own blocking call. */
export const hereLane = 0xffffffff

/** In the order of wire::Operator. */
const operators = [
  ...['add', 'sub', 'mul', 'div', 'floordiv', 'mod', 'pow', 'matmul', 'and', 'or', 'xor', 'lshift', 'rshift'],
  ...[
    'iadd',
    'isub',
    'imul',
    'idiv',
    'ifloordiv',
    'imod',
    'ipow',
    'imatmul',
    'iand',
    'ior',
    'ixor',
    'ilshift',
    'irshift',
  ],
  ...['neg', 'pos', 'invert', 'abs', 'divmod'],
  ...['lt', 'le', 'eq', 'ne', 'gt', 'ge', 'is', 'isNot'],
  ...['truth', 'not', 'len', 'contains'],
  ...['repr', 'str', 'hash', 'type', 'iter', 'list', 'dir', 'isinstance', 'callable', 'id'],
] as const

export type OperatorName = (typeof operators)[number]

export const Operator = Object.fromEntries(operators.map((name, number) => [name, number])) as Record<
  OperatorName,
  number
>

export const noTemp = 0xffffffff
export const inlineName = 0xffffffff

/** The numbers of wire::DType for what a typed array holds. */
export const viewDType: Readonly<Record<string, number>> = {
  Int8Array: 1,
  Uint8Array: 2,
  Uint8ClampedArray: 2,
  Int16Array: 3,
  Uint16Array: 4,
  Int32Array: 5,
  Uint32Array: 6,
  BigInt64Array: 7,
  BigUint64Array: 8,
  Float16Array: 9,
  Float32Array: 10,
  Float64Array: 11,
  DataView: 2,
}
