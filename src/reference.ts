// The types of references. Their members are in surface.ts; everything else on one is Python's.
// biome-ignore-all lint/suspicious/noExplicitAny: an untyped reference can hold anything

import type { KeywordArguments } from './kw.js'
import type { Lane } from './lanes.js'
import type { PythonStream } from './stream.js'
import type { StreamOptions } from './stream-options.js'

/** Operators, comparisons and questions; `T` is what each gives. */
interface Operators<T> {
  /** `self + other`. */
  $add(other: any): T
  /** `self - other`. */
  $sub(other: any): T
  /** `self * other`. */
  $mul(other: any): T
  /** `self / other`. */
  $div(other: any): T
  /** `self // other`. */
  $floordiv(other: any): T
  /** `self % other`. */
  $mod(other: any): T
  /** `self ** other`, or `pow(self, other, modulo)`. */
  $pow(other: any, modulo?: any): T
  /** `self @ other`. */
  $matmul(other: any): T
  /** `self & other`. */
  $and(other: any): T
  /** `self | other`. */
  $or(other: any): T
  /** `self ^ other`. */
  $xor(other: any): T
  /** `self << other`. */
  $lshift(other: any): T
  /** `self >> other`. */
  $rshift(other: any): T
  /** `self += other`; gives what `self` then is. */
  $iadd(other: any): T
  /** `self -= other`; gives what `self` then is. */
  $isub(other: any): T
  /** `self *= other`; gives what `self` then is. */
  $imul(other: any): T
  /** `self /= other`; gives what `self` then is. */
  $idiv(other: any): T
  /** `self //= other`; gives what `self` then is. */
  $ifloordiv(other: any): T
  /** `self %= other`; gives what `self` then is. */
  $imod(other: any): T
  /** `self **= other`; gives what `self` then is. */
  $ipow(other: any): T
  /** `self @= other`; gives what `self` then is. */
  $imatmul(other: any): T
  /** `self &= other`; gives what `self` then is. */
  $iand(other: any): T
  /** `self |= other`; gives what `self` then is. */
  $ior(other: any): T
  /** `self ^= other`; gives what `self` then is. */
  $ixor(other: any): T
  /** `self <<= other`; gives what `self` then is. */
  $ilshift(other: any): T
  /** `self >>= other`; gives what `self` then is. */
  $irshift(other: any): T
  /** `divmod(self, other)`. */
  $divmod(other: any): T
  /** `-self`. */
  $neg(): T
  /** `+self`. */
  $pos(): T
  /** `~self`. */
  $invert(): T
  /** `abs(self)`. */
  $abs(): T
  /** `self == other`. */
  $eq(other: any): T
  /** `self != other`. */
  $ne(other: any): T
  /** `self < other`. */
  $lt(other: any): T
  /** `self <= other`. */
  $le(other: any): T
  /** `self > other`. */
  $gt(other: any): T
  /** `self >= other`. */
  $ge(other: any): T
  /** `get`: the attribute of that name, whatever the name. */
  $get(name: string): T
  /** `setattr`: writes the attribute, whatever the name. */
  $set(name: string, value: any): T
  /** `delattr`: removes the attribute, whatever the name. */
  $delete(name: string): T
  /** What stands between Python's brackets; several keys are one tuple. */
  $item(...key: any[]): T
  /** The last argument is the value. */
  $setItem(...keyAndValue: any[]): T
  /** `del self[key]`. */
  $deleteItem(...key: any[]): T
  /** Calls it, as `ref(…)` does; keyword arguments last, in `kw()`. */
  $call(...args: any[]): T
  /** The Python class. */
  readonly $type: T
  /** `iter(ref)`. */
  readonly $iter: T
  /** `dir(ref)`. */
  readonly $dir: T
  /** `list(ref)`, in one trip. `options` in `kw()`, of the asynchronous API. */
  $toArray(options?: KeywordArguments): T
  /** What an awaitable becomes: a coroutine, a task, a future … `options` in `kw()`. */
  $await(options?: KeywordArguments): T
  /** The object as the conversion table has it: the value of a reference that was kept. */
  readonly $value: T
}

/** Questions with an answer of a known type. */
interface Questions<Text, Integer, Truth> {
  /** `repr(self)`. */
  readonly $repr: Text
  /** `str(self)`. */
  readonly $str: Text
  /** `len(self)`. */
  readonly $len: Integer
  /** `hash(self)`. */
  readonly $hash: Integer
  /** `id(self)`. */
  readonly $id: Integer
  /** `bool(self)`. */
  readonly $bool: Truth
  /** `callable(self)`. */
  readonly $callable: Truth
  /** `not self`. */
  $not(): Truth
  /** `item in self`. */
  $in(item: any): Truth
  /** `self is other`. */
  $is(other: any): Truth
  /** `isinstance(self, type)`. */
  $isinstance(type: any): Truth
}

interface Lifetime {
  /** Lets the Python object go; any later use throws a ReleasedReferenceError. */
  $release(): void
  /** `$release()`, at the end of a `using` block. */
  [Symbol.dispose](): void
  /** The same for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/** What TypeScript takes for the members of a JavaScript function; on a reference they are attributes in Python like all others. */
interface NoFunction {
  apply: any
  arguments: any
  bind: any
  call: any
  caller: any
  constructor: any
  hasOwnProperty: any
  isPrototypeOf: any
  length: any
  name: any
  propertyIsEnumerable: any
  prototype: any
  toLocaleString: any
  toString: any
  valueOf: any
}

/**
 * A Python object that stays in Python. Reading an attribute, an item, calling: each is an operation that is appended at once and gives
 * a reference; `await` gives a value, or a settled reference where Python has no value to give. Names of ours begin with `$`.
 */
export interface PythonReference
  extends PromiseLike<any>,
    Operators<PythonReference>,
    Questions<PendingAnswer<string>, PendingAnswer<number | bigint>, PendingAnswer<boolean>>,
    Lifetime,
    NoFunction {
  (...args: any[]): PythonReference
  // biome-ignore lint/suspicious/noMisleadingInstantiator: Python classes may be called with `new`
  new (...args: any[]): PythonReference
  /** A reference where `await` would convert the value. */
  readonly $keep: PythonReference
  /** The same object, whose operations run on that lane (or on the 'pool') from here on. */
  $on(lane: string | Lane): PythonReference
  /** Arrays of up to `size` items, each one trip. */
  $chunks(size?: number): AsyncGenerator<any[]>
  /** What `for await` uses, with options. */
  $stream(options?: StreamOptions): PythonStream
  /** The stream that `for await` reads. */
  [Symbol.asyncIterator](): PythonStream
  /** For destructuring, of any iterable: `const [a, b] = ref`. */
  [Symbol.iterator](): Iterator<any>
  [name: string]: any
  [index: number]: any
}

/**
 * An object of a JavaScript class that extends `python.subclass(…)`. What JavaScript does not define is an attribute in Python. A field
 * that only tells its type is to be declared: `declare fc: PythonReference`, or JavaScript makes it one of its own.
 */
export interface PythonInstance
  extends Operators<PythonReference>,
    Questions<PendingAnswer<string>, PendingAnswer<number | bigint>, PendingAnswer<boolean>>,
    Lifetime {
  /** A reference to the Python half. */
  readonly $keep: PythonReference
  /** Arrays of up to `size` items, each one trip. */
  $chunks(size?: number): AsyncGenerator<any[]>
  /** What `for await` uses, with options. */
  $stream(options?: StreamOptions): PythonStream
  /** The stream that `for await` reads. */
  [Symbol.asyncIterator](): PythonStream
  [name: string]: any
}

/** The same of `python.sync.subclass(…)`. */
export interface SyncInstance extends Operators<any>, Questions<string, number | bigint, boolean>, Lifetime {
  /** A reference to the Python half. */
  readonly $keep: SyncReference
  /** What a loop uses; the iterator is never more than `bufferSize` items ahead. */
  $stream(options?: Pick<StreamOptions, 'bufferSize'>): Generator<any>
  /** The iterator of a loop. */
  [Symbol.iterator](): Iterator<any>
  [name: string]: any
}

/** An answer that can be awaited. */
export interface PendingAnswer<T> extends PromiseLike<T> {
  /** As a promise's. */
  catch(onRejected: (error: any) => any): Promise<any>
  /** As a promise's. */
  finally(onFinally: () => void): Promise<T>
}

/** A Python object of the blocking API: every use runs at once, and gives a value or such a reference. */
export interface SyncReference
  extends Operators<any>,
    Questions<string, number | bigint, boolean>,
    Lifetime,
    NoFunction {
  (...args: any[]): any
  new (...args: any[]): any
  /** The same object for the asynchronous API, on that lane (or on the 'pool'). */
  $on(lane: string | Lane): PythonReference
  /** The same object; what is called and read through it is not converted. */
  readonly $keep: SyncReference
  /** What a loop uses; the iterator is never more than `bufferSize` items ahead. */
  $stream(options?: Pick<StreamOptions, 'bufferSize'>): Generator<any>
  /** The iterator of a loop, and of destructuring. */
  [Symbol.iterator](): Iterator<any>
  [name: string]: any
  [index: number]: any
}
