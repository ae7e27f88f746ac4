// The types of references. Their members are in surface.ts; everything else on one is Python's.
// biome-ignore-all lint/suspicious/noExplicitAny: an untyped reference can hold anything

import type { KeywordArguments } from './kw.js'
import type { Lane } from './lanes.js'
import type { PythonStream } from './stream.js'
import type { StreamOptions } from './stream-options.js'

/** Operators, comparisons and questions; `T` is what each gives. */
interface Operators<T> {
  $add(other: any): T
  $sub(other: any): T
  $mul(other: any): T
  $div(other: any): T
  $floordiv(other: any): T
  $mod(other: any): T
  $pow(other: any, modulo?: any): T
  $matmul(other: any): T
  $and(other: any): T
  $or(other: any): T
  $xor(other: any): T
  $lshift(other: any): T
  $rshift(other: any): T
  $iadd(other: any): T
  $isub(other: any): T
  $imul(other: any): T
  $idiv(other: any): T
  $ifloordiv(other: any): T
  $imod(other: any): T
  $ipow(other: any): T
  $imatmul(other: any): T
  $iand(other: any): T
  $ior(other: any): T
  $ixor(other: any): T
  $ilshift(other: any): T
  $irshift(other: any): T
  $divmod(other: any): T
  $neg(): T
  $pos(): T
  $invert(): T
  $abs(): T
  $eq(other: any): T
  $ne(other: any): T
  $lt(other: any): T
  $le(other: any): T
  $gt(other: any): T
  $ge(other: any): T
  /** `get`: the attribute of that name, whatever the name. */
  $get(name: string): T
  $set(name: string, value: any): T
  $delete(name: string): T
  /** What stands between Python's brackets; several keys are one tuple. */
  $item(...key: any[]): T
  /** The last argument is the value. */
  $setItem(...keyAndValue: any[]): T
  $deleteItem(...key: any[]): T
  $call(...args: any[]): T
  /** The Python class. */
  readonly $type: T
  /** `iter(ref)`. */
  readonly $iter: T
  /** `dir(ref)`. */
  readonly $dir: T
  /** `list(ref)`, in one trip. */
  $toArray(): T
  /** What an awaitable becomes: a coroutine, a task, a future … `options` in `kw()`. */
  $await(options?: KeywordArguments): T
  /** The object as the conversion table has it: the value of a reference that was kept. */
  readonly $value: T
}

/** Questions with an answer of a known type. */
interface Questions<Text, Integer, Truth> {
  readonly $repr: Text
  readonly $str: Text
  readonly $len: Integer
  readonly $hash: Integer
  readonly $id: Integer
  readonly $bool: Truth
  readonly $callable: Truth
  $not(): Truth
  $in(item: any): Truth
  $is(other: any): Truth
  $isinstance(type: any): Truth
}

interface Lifetime {
  /** Lets the Python object go; any later use throws a ReleasedReferenceError. */
  $release(): void
  [Symbol.dispose](): void
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A Python object that stays in Python. Reading an attribute, an item, calling: each is an operation that is appended at once and gives
 * a reference; `await` gives a value, or a settled reference where Python has no value to give. Names of ours begin with `$`.
 */
export interface PythonReference
  extends PromiseLike<any>,
    Operators<PythonReference>,
    Questions<PendingAnswer<string>, PendingAnswer<number | bigint>, PendingAnswer<boolean>>,
    Lifetime {
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
  [Symbol.asyncIterator](): PythonStream
  /** For destructuring: `const [a, b] = ref`. */
  [Symbol.iterator](): Iterator<any>
  [name: string]: any
  [index: number]: any
}

/** An answer that can be awaited. */
export interface PendingAnswer<T> extends PromiseLike<T> {
  catch(onRejected: (error: any) => any): Promise<any>
  finally(onFinally: () => void): Promise<T>
}

/** A Python object of the blocking API: every use runs at once, and gives a value or such a reference. */
export interface SyncReference extends Operators<any>, Questions<string, number | bigint, boolean>, Lifetime {
  (...args: any[]): any
  new (...args: any[]): any
  /** The same object for the asynchronous API, on that lane (or on the 'pool'). */
  $on(lane: string | Lane): PythonReference
  /** The same object; what is called and read through it is not converted. */
  readonly $keep: SyncReference
  /** What a loop uses; the iterator is never more than `bufferSize` items ahead. */
  $stream(options?: Pick<StreamOptions, 'bufferSize'>): Generator<any>
  [Symbol.iterator](): Iterator<any>
  [name: string]: any
  [index: number]: any
}
