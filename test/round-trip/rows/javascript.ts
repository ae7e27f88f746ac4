// JavaScript values that no Python value becomes.
import vm from 'node:vm'
import { python } from '../../../src/index.js'
import type { ArgumentRow } from '../row.js'

const to = (title: string, js: unknown, python: string): ArgumentRow => ({ title, js, python })

const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)
const shared = new SharedArrayBuffer(4)
const withoutPrototype = Object.assign(Object.create(null), { a: 1 })
const hidden = Object.defineProperty({ a: 1, [Symbol('s')]: 2 }, 'b', { value: 3, enumerable: false })
// biome-ignore lint/suspicious/noSparseArray: that is what is tested
const holes = [1, , 3]

class Rows extends Array<number> {}
class Table extends Map<number, number> {}

export const javascript: ArgumentRow[] = [
  to('undefined', undefined, 'None'),
  to(
    'undefined in containers',
    { a: undefined, b: [undefined], c: new Map([[undefined, undefined]]) },
    "{'a': None, 'b': [None], 'c': {None: None}}",
  ),
  to('holes in an array', holes, '[1, None, 3]'),
  to('an array of holes', new Array(3), '[None, None, None]'),
  to('an integer beyond the safe ones', 2 ** 53, '9007199254740992.0'),
  to('1e21', 1e21, '1e21'),
  to('small bigints', [0n, -5n, 7n], '[0, -5, 7]'),
  to('a bigint of two words', -(2n ** 127n), '-2**127'),

  to('an object without a prototype', withoutPrototype, "{'a': 1}"),
  to('own enumerable string keys only', hidden, "{'a': 1}"),
  to(
    'a getter',
    {
      get a() {
        return 5
      },
    },
    "{'a': 5}",
  ),
  to('a Proxy of an object', new Proxy({ a: 1 }, {}), "{'a': 1}"),
  to('a Proxy of an array', new Proxy([1, 2], {}), '[1, 2]'),
  to(
    'a Proxy that makes its keys up',
    new Proxy(
      {},
      {
        ownKeys: () => ['x'],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 0 }),
        get: (_, key) => `got ${String(key)}`,
      },
    ),
    "{'x': 'got x'}",
  ),
  to('a frozen object', Object.freeze({ a: Object.freeze([1]) }), "{'a': [1]}"),
  to('a subclass of Array', Rows.of(1, 2), '[1, 2]'),
  to('a subclass of Map', new Table([[1, 2]]), '{1: 2}'),
  to('a match of a RegExp', 'abc'.match(/b(.)/), "['bc', 'c']"),
  to(
    'a Map with keys of all kinds',
    new Map<unknown, unknown>([
      [1, 1],
      ['1', 2],
      [null, 3],
      [1.5, 4],
      [2n ** 70n, 5],
      [true && 'a', 6],
    ]),
    "{1: 1, '1': 2, None: 3, 1.5: 4, 2**70: 5, 'a': 6}",
  ),
  to('a Map with string keys', new Map([['a', 1]]), "{'a': 1}"),
  to(
    'things of another realm',
    vm.runInNewContext(
      '({ a: [1], b: new Map([[1, 2]]), c: new Set([1]), d: new Date(0), e: /a/i, f: new Uint8Array(1) })',
    ),
    "{'a': [1], 'b': {1: 2}, 'c': {1}, 'd': datetime(1970, 1, 1, tzinfo=UTC), 'e': re.compile('a', re.I), 'f': memoryview(bytearray(1))}",
  ),

  to('a Date', new Date('2024-05-06T07:08:09.012Z'), 'datetime(2024, 5, 6, 7, 8, 9, 12000, tzinfo=UTC)'),
  to('a Date before 1970', new Date(-1), 'datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)'),
  to('a RegExp', /a.c/, "re.compile('a.c')"),
  to('a RegExp with flags', /^a$/gims, "re.compile('^a$', re.I | re.M | re.S)"),
  to('a URL', new URL('https://example.org/a b?c=d#é'), "'https://example.org/a%20b?c=d#%C3%A9'"),

  to('a Buffer', Buffer.from('ab'), "memoryview(bytearray(b'ab'))"),
  to('a part of a Buffer', Buffer.from(bytes.buffer, 2, 3), "memoryview(bytearray(b'\\3\\4\\5'))"),
  to('an empty Buffer', Buffer.alloc(0), 'memoryview(bytearray())'),
  to('an ArrayBuffer', new ArrayBuffer(2), 'memoryview(bytearray(2))'),
  to('a SharedArrayBuffer', shared, 'memoryview(bytearray(4))'),
  to('a DataView', new DataView(bytes.buffer, 1, 2), "memoryview(bytearray(b'\\2\\3'))"),
  to('a Uint8ClampedArray', Uint8ClampedArray.of(1, 300), "memoryview(bytearray(b'\\1\\xff'))"),
  to('a Float64Array', Float64Array.of(1.5, -0), "memoryview(array.array('d', [1.5, -0.0]))"),
  to('a Float32Array', Float32Array.of(1.5), "memoryview(array.array('f', [1.5]))"),
  to('an Int8Array', Int8Array.of(-1), "memoryview(array.array('b', [-1]))"),
  to('an Int16Array', Int16Array.of(-1, 2), "memoryview(array.array('h', [-1, 2]))"),
  to('a Uint16Array', Uint16Array.of(1), "memoryview(array.array('H', [1]))"),
  to('an Int32Array', Int32Array.of(-1), "memoryview(array.array('i', [-1]))"),
  to('a Uint32Array', Uint32Array.of(1), "memoryview(array.array('I', [1]))"),
  to('a BigInt64Array', BigInt64Array.of(-1n), "memoryview(array.array('q', [-1]))"),
  to('a BigUint64Array', BigUint64Array.of(1n), "memoryview(array.array('Q', [1]))"),
  to(
    'typed arrays in containers',
    { a: [Int8Array.of(1)], b: Int8Array.of() },
    "{'a': [memoryview(array.array('b', [1]))], 'b': memoryview(array.array('b'))}",
  ),

  to('python.float', [python.float(3), python.float(-0), python.float(2n ** 53n)], '[3.0, -0.0, 9007199254740992.0]'),
  to('python.int', [python.int(3), python.int(1e300), python.int(5n)], '[3, int(1e300), 5]'),
  to('python.tuple', python.tuple([1, python.tuple([]), [2]]), '(1, (), [2])'),
  to('python.tuple of floats', python.tuple([0.5, 1.5]), '(0.5, 1.5)'),
  to(
    'python.bytes',
    [python.bytes(Buffer.from('a\0')), python.bytes(new ArrayBuffer(2)), python.bytes(Uint16Array.of(258))],
    "[b'a\\0', b'\\0\\0', b'\\2\\1']",
  ),
  to('python.set and python.frozenset', [python.set([1, 1]), python.frozenset(new Set([2]))], '[{1}, frozenset({2})]'),
  to(
    'python.dict',
    [python.dict({ a: 1 }), python.dict([[1, 2]]), python.dict(new Map([[3, 4]]))],
    "[{'a': 1}, {1: 2}, {3: 4}]",
  ),
  to('python.complex', python.complex(1), '1 + 0j'),
  to('python.slice', python.slice(1, null, 2), 'slice(1, None, 2)'),
  to(
    'hashable keys',
    new Map<unknown, unknown>([
      [python.tuple([1, 2]), 1],
      [python.frozenset([python.tuple([])]), 2],
      [python.bytes(Buffer.of(1)), 3],
    ]),
    "{(1, 2): 1, frozenset({()}): 2, b'\\1': 3}",
  ),
]
