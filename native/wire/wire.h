// The wire format: the bytes that carry commands to Python and results back.
// Knows neither Node nor CPython. src/codec/wire.ts is its TypeScript twin; native/README.md is its prose.
//
// Everything is little-endian and made of 8-byte words, so both sides read it with aligned loads. A value
// starts with one header word: low 32 bits = tag | arg << 8, high 32 bits = `n` (a length or a payload).
#pragma once

#include <cstddef>
#include <cstdint>

namespace snakebridge::wire {

enum class Tag : uint8_t {
  kNone = 0,
  kTrue = 1,
  kFalse = 2,
  kInt32 = 3,       // n = the value (two's complement)
  kInt53 = 4,       // 1 word: a double holding a safe integer; an int in Python
  kFloat = 5,       // 1 word: a double; a float in Python
  kBigInt = 6,      // arg = 1 when negative; n words: magnitude, least significant first
  kAscii = 7,       // n bytes, zero-padded to a word
  kUtf8 = 8,        // n bytes, padded
  kUtf16 = 9,       // n code units (2n bytes, padded); the only form that carries lone surrogates
  kBytes = 10,      // n bytes, padded
  kList = 11,       // n values
  kTuple = 12,      // n values
  kDict = 13,       // n × (key, value), any hashable key; a Map in JS
  kShaped = 14,     // a dict with string keys, a plain object in JS; n = shape number (see below)
  kSet = 15,        // n values
  kFrozenSet = 16,  // n values
  kBackRef = 17,    // n = number of a container that started earlier in this message
  kObject = 18,     // a settled reference: n = object index; then a word: low = generation, high = ObjectFlag bits
  kTemp = 19,       // JS → Python only: n = temp index, the result of an operation that may not have run yet
  kFloatList = 20,  // list (arg = 1: tuple) of n floats: n doubles
  kInt32List = 21,  // list (arg = 1: tuple) of n ints: n int32, padded
  kInt53List = 22,  // list (arg = 1: tuple) of n ints: n doubles holding safe integers
  kArray = 23,      // Python → JS only: n = ndim; arg = ArrayFlag bits; layout below
  kMemory = 24,     // JS → Python only: n = index into the batch's `externals`; arg = MemoryKind; layout below
  kExport = 25,     // JS → Python only: n = export id; the very object whose memory was exported
  kError = 26,      // Python → JS only: n = object index; a word (generation, 0); then the description value
  kRich = 27,       // arg = RichKind; n parts follow as values; see python/snakebridge/values.py
  kCustom = 28,     // Python → JS only: n = registration id; then one value: what the registration exports
  kJsRef = 29,      // Python → JS only: n = id of a JS value that Python held; it comes back as itself
  kJsValue = 30,    // JS → Python only: arg = JsKind, n = id of a JS value that Python holds from now on; layout below
};

// Container numbering (for kBackRef): kList, kTuple, kDict, kShaped, kSet, kFrozenSet, kFloatList, kInt32List
// and kInt53List each take the next number when their header is met, counted from 0 in each message. A message
// is one result value (Python → JS) or one operation (JS → Python).
//
// Shapes: kShaped with n == the number of shapes met so far in this message defines one: a word whose low half
// is the key count k, then k string values; then, as for every kShaped, k values in key order.

// kArray: word: low = export id, high = DType | 0x100 when big-endian;
//         word: double byteOffset of element [0,…,0] in the exported ArrayBuffer;
//         n words shape (doubles); n words strides in bytes (doubles).
// kMemory: word: low = DType | 0x100 when big-endian, high = ndim; word: double byteOffset; word: double byteLength;
//         MemoryKind::kNdArray only: ndim words shape, ndim words strides in bytes (doubles).

// kJsValue: word: low = length of the details; then the details, UTF-8, padded. Of a function, in lines: its name; its
//         parameters, `a,b,*` or as `(…)` in Python; letters: f when Python does not wait for its calls.

enum ArrayFlag : uint32_t {
  kReadOnly = 1,  // Python forbids writing; the ArrayBuffer is a private copy
  kCContiguous = 2,
  kFContiguous = 4,
  kWhole = 8,    // this array is the exported object itself: JS may send it back as kExport
  kCopied = 16,  // the ArrayBuffer does not share Python's memory (read-only, or forced-copy mode)
};

enum class MemoryKind : uint32_t { kView = 0, kNdArray = 1 };

// What a JS value is in Python: a class of its own for each. Those from kObject on: snakebridge.js_types.
enum class JsKind : uint32_t {
  kOpaque = 0,  // an Error, anything else that was thrown: known by its number
  kFunction = 1,
  kAsyncFunction = 2,
  kObject = 3,
  kAsyncIterable = 4,
  kIterable = 5,
  kPromise = 6,
  kStream = 7,
  kCallable = 8,  // an object that can be called, by reference: a function or a class of a proxy
};

enum ObjectFlag : uint32_t {
  kCallable = 1,
  kIterator = 2,
  kAwaitable = 4,
};

enum class DType : uint8_t {
  kBool = 0,
  kInt8 = 1,
  kUint8 = 2,
  kInt16 = 3,
  kUint16 = 4,
  kInt32 = 5,
  kUint32 = 6,
  kInt64 = 7,
  kUint64 = 8,
  kFloat16 = 9,
  kFloat32 = 10,
  kFloat64 = 11,
  kComplex64 = 12,
  kComplex128 = 13,
};

enum class RichKind : uint32_t {
  kDateTime = 1,
  kDate = 2,
  kTime = 3,
  kTimeDelta = 4,
  kDecimal = 5,
  kFraction = 6,
  kUuid = 7,
  kComplex = 8,
  kPath = 9,
  kRange = 10,
  kSlice = 11,
  kPattern = 12,
  kJsError = 13,
  kByteArray = 14,
  kTimeZone = 15,
  kJsFile = 16,
};

// A batch: word: low = operation count, high = BatchFlag bits (of an operation that runs at once: its time limit in
//   milliseconds, 0 for none); word: low = released temp count, high = released object count;
// the temps (u32 each, padded to a word); the objects (u32 index, u32 count each); then the operations.
//
// An operation: word: low = Opcode | OpFlag bits << 8 | how deep in callbacks it was written << 16, high = result temp
//   (kNoTemp: none);
//   word: low = size in bytes of the whole operation, high = aux (name id or Operator);
//   word: low = positional operand count, high = keyword count;
//   then the operands as values, then the keywords, each a word (low = 0, high = name id) and a value.
// A name id of kInlineName is followed by a string value (before the operands for aux; in place for a keyword).
enum class Opcode : uint8_t {
  kImport = 1,      // operand: dotted name; the leaf module
  kGetAttr = 2,     // aux name; target
  kSetAttr = 3,     // aux name; target, value
  kDelAttr = 4,     // aux name; target
  kGetItem = 5,     // target, key
  kSetItem = 6,     // target, key, value
  kDelItem = 7,     // target, key
  kCall = 8,        // target, arguments…, keywords
  kCallMethod = 9,  // aux name; target, arguments…, keywords: getattr then call
  kOperate = 10,    // aux Operator; operands
  kFetch = 11,      // target: converts what a reference stands for
  kHelper = 12,     // aux name of a function in snakebridge.operations; arguments…, keywords
  kPull = 13,       // aux = how many items at most; iterator, optionally what is sent into it: see pull.h
  kAwait = 14,      // target: an awaitable; its outcome is the operation's, when the asyncio loop has it
};

enum BatchFlag : uint32_t {
  kHasCancellable = 1,  // some of its operations are kCancellable
};

enum OpFlag : uint32_t {
  kAwaited = 1,      // somebody waits for the value: convert and deliver it
  kKeep = 2,         // deliver a reference where a conversion would happen
  kCancellable = 4,  // JS may ask to cancel it
  kWithContext = 8,  // a contextvars.Context, in which it runs, comes before all other values, and is not counted
};

enum class Operator : uint32_t {
  kAdd = 0,
  kSub,
  kMul,
  kTrueDiv,
  kFloorDiv,
  kMod,
  kPow,
  kMatMul,
  kAnd,
  kOr,
  kXor,
  kLShift,
  kRShift,
  kIAdd,
  kISub,
  kIMul,
  kITrueDiv,
  kIFloorDiv,
  kIMod,
  kIPow,
  kIMatMul,
  kIAnd,
  kIOr,
  kIXor,
  kILShift,
  kIRShift,
  kNeg,
  kPos,
  kInvert,
  kAbs,
  kDivMod,
  kLt,
  kLe,
  kEq,
  kNe,
  kGt,
  kGe,
  kIs,
  kIsNot,
  kTruth,
  kNot,
  kLen,
  kContains,  // contains: container, item
  kRepr,
  kStr,
  kHash,
  kType,
  kIter,
  kList,
  kDir,
  kIsInstance,
  kCallable,
  kId,
};

// A result stream: entries. An entry: word: low = EntryKind, high = temp index;
//   word: low = size in bytes of the whole entry, high = batch id; then the kind's payload.
enum class EntryKind : uint32_t {
  kValue = 1,      // a value
  kError = 2,      // a kError value; the operation was awaited
  kBatchDone = 3,  // every operation of the batch has ended; its released temps may be used again
  kFailed = 4,     // a kError value; nobody awaited the operation
  kWarning = 9,    // a value: the message and the details of a warning for JS (process.emitWarning)
  kShown = 6,  // follows a kValue that is a kObject: a string, how the object is shown before anybody asks for its repr
  kDropped = 5,  // high = n; n words (low = id, high = how often it had arrived): JS values Python no longer holds
  kCall = 7,     // a request of Python's: see below
  kItems = 8,    // of a kPull that goes on: word: low = n; word: double, the bytes that they keep alive; n messages
  kNumber = 11,  // a number, a bool or None of an operation that nobody has awaited: JS needs its temp no more
  kLost = 10,    // an entry for which JS found no room: word: low = its kind; word: double, its size
};

// kCall: word: low = EntryKind, high = call id (kNoTemp: from the JS thread itself, or nobody waits); word: low = size,
// high = lane of the caller (0: the pool or a thread of Python's own, kHere: the JS thread itself); word: low =
// JsOperation | RequestFlag bits << 8, high = id of the JS value; a message: the tuple of the arguments; with kKeywords
// a tuple of that tuple and the dict of the keyword arguments. The answer: word: low = AnswerStatus,
// high = kCameLater where a promise has settled; then a value, one message.
enum class JsOperation : uint32_t {
  kCall = 0,
  // Of streams: python/snakebridge/js_streams.py, js_files.py.
  kPull = 20,
  kLeave = 21,
  kRead = 22,
  kReadAt = 23,
  kSize = 24,
  kWrite = 25,
  kLater = 26,
  // 32 to 63: of objects by reference, promises and classes: python/snakebridge/js_operations.py
  kDiscard = 255,  // nobody waits any more: decode the arguments, so that what they brought is counted
};

enum RequestFlag : uint32_t {
  kKeywords = 1,
};

enum class AnswerStatus : uint32_t {
  kValue = 0,
  kRaised = 1,  // the value is an exception
};

constexpr uint32_t kCameLater = 1;
constexpr uint32_t kHere = 0xffffffffu;
constexpr uint32_t kNoTemp = 0xffffffffu;
constexpr uint32_t kInlineName = 0xffffffffu;
constexpr size_t kWord = 8;
constexpr size_t kBatchHeadSize = 2 * kWord;  // without releases
constexpr size_t kOpHeaderSize = 3 * kWord;

constexpr size_t padded(size_t bytes) { return (bytes + 7) & ~size_t{7}; }

}  // namespace snakebridge::wire
