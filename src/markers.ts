// Values that force a Python type where the conversion rules would choose another.
import { types } from 'node:util'
import { ConversionError } from './errors/bridge-errors.js'
import { Complex } from './values/complex.js'
import { normal, shown } from './values/integer.js'
import { Slice } from './values/slice.js'

export type MarkerKind = 'float' | 'int' | 'tuple' | 'bytes' | 'set' | 'frozenset' | 'dict'

/** A value with the Python type it becomes; made by `python.float`, `python.tuple` and so on. */
export class Marker {
  /** @internal */
  constructor(
    readonly kind: MarkerKind,
    readonly value: unknown,
  ) {}
}

/** A Python float, whatever the number: `python.float(3)` is 3.0. */
function float(value: number | bigint): Marker {
  const number = Number(value)
  if (
    (typeof value !== 'number' && typeof value !== 'bigint') ||
    (typeof value === 'bigint' && BigInt(number) !== value)
  )
    throw new ConversionError(`expected a number that a float holds exactly for python.float, got ${shown(value)}`)
  return new Marker('float', number)
}

/** A Python int: of a bigint, or of a number without a fraction, `1e300` included. */
function int(value: number | bigint): Marker {
  if (typeof value !== 'bigint' && !Number.isInteger(value))
    throw new ConversionError(`expected an integer for python.int, got ${shown(value)}`)
  return new Marker('int', typeof value === 'bigint' ? value : normal(BigInt(value)))
}

/** A Python tuple of the items. */
function tuple(items: Iterable<unknown>): Marker {
  return new Marker('tuple', elements(items, 'python.tuple'))
}

/** Python bytes: a copy, where a Buffer alone would be a memoryview over the same memory. */
function bytes(data: ArrayBufferView | ArrayBufferLike): Marker {
  if (ArrayBuffer.isView(data))
    return new Marker('bytes', new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  if (types.isAnyArrayBuffer(data)) return new Marker('bytes', new Uint8Array(data))
  throw new ConversionError(`expected a Buffer, a typed array or an ArrayBuffer for python.bytes, got ${shown(data)}`)
}

/** A Python set of the items. */
function set(items: Iterable<unknown>): Marker {
  return new Marker('set', [...new Set(elements(items, 'python.set'))])
}

/** A Python frozenset of the items: hashable, so it can be a key. */
function frozenset(items: Iterable<unknown>): Marker {
  return new Marker('frozenset', [...new Set(elements(items, 'python.frozenset'))])
}

/** A Python dict of `[key, value]` entries (a Map, an array) or of an object's own properties, whatever its class. */
function dict(entries: Iterable<readonly [unknown, unknown]> | Readonly<Record<string, unknown>>): Marker {
  if (typeof entries !== 'object' || entries === null)
    throw new ConversionError(`expected entries or an object for python.dict, got ${shown(entries)}`)
  const pairs =
    Symbol.iterator in entries ? elements(entries as Iterable<unknown>, 'python.dict') : Object.entries(entries)
  const flat: unknown[] = []
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new ConversionError(`expected entries [key, value] for python.dict, got ${shown(pair)}`)
    flat.push(pair[0], pair[1])
  }
  return new Marker('dict', flat)
}

function elements(items: Iterable<unknown>, name: string): unknown[] {
  if (items === null || items === undefined || typeof items[Symbol.iterator] !== 'function')
    throw new ConversionError(`expected an iterable for ${name}, got ${shown(items)}`)
  return [...items]
}

/** Python's complex: `re` and `im` as floats. */
function complex(re: number, im = 0): Complex {
  return new Complex(re, im)
}

/** A Python slice, as `a[start:stop:step]` makes: `ref.$item(python.slice(1, 3))`. */
function slice(start: unknown, stop: unknown = null, step: unknown = null): Slice {
  return new Slice(start as never, stop as never, step as never)
}

export const markers = {
  /** A Python float, whatever the number: `python.float(3)` is 3.0. */
  float,
  /** A Python int: of a bigint, or of a number without a fraction. */
  int,
  /** A Python tuple of the items. */
  tuple,
  /** Python bytes: a copy of the memory. */
  bytes,
  /** A Python set of the items. */
  set,
  /** A Python frozenset of the items: hashable, so it can be a key. */
  frozenset,
  /** A Python dict of `[key, value]` entries or of an object's own properties, whatever its class. */
  dict,
  /** Python's complex: `re` and `im` as floats. */
  complex,
  /** A Python slice, as `a[start:stop:step]` makes. */
  slice,
}
