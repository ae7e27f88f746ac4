import { alike, row } from '../row.js'

const keys = Array.from({ length: 100 }, (_, i) => `k${i}`)
const numbered = Object.fromEntries(keys.map((key, i) => [key, i]))

export const containers = [
  ...alike('[]', '[1]', "['a']", '[[]]', '[[[]], [[], []]]', '[1, 2, 3]', '[0.5, 1.5]', "['a', 'a', 'b']", '{}'),
  row('[None, True, False]', [null, true, false]),
  row(
    "[1, 'a', 2.5, None, [3, {'b': ()}]]",
    [1, 'a', 2.5, null, [3, { b: [] }]],
    "[1, 'a', 2.5, None, [3, {'b': []}]]",
  ),

  // Lists of numbers travel packed: every boundary, and one odd element.
  row('[2**31 - 1, -2**31]', [2147483647, -2147483648]),
  row('[1, 2**31]', [1, 2147483648]),
  row('[-2**31 - 1, 1]', [-2147483649, 1]),
  row('[0, 2**53 - 1, 1 - 2**53]', [0, 2 ** 53 - 1, 1 - 2 ** 53]),
  row('[0, 2**53]', [0, 2n ** 53n]),
  row('[2**53, 0]', [2n ** 53n, 0]),
  row('[2**31, 1, -2**53, 2**31]', [2 ** 31, 1, -(2n ** 53n), 2 ** 31]),
  row('[1, 2, True]', [1, 2, true]),
  row('[1, True, 2]', [1, true, 2]),
  row('[1, 2, 2.5]', [1, 2, 2.5]),
  row('[0.5, 1.5, 2]', [0.5, 1.5, 2]),
  row('[0.5, 1.5, None]', [0.5, 1.5, null]),
  row("[1, 2, 'x']", [1, 2, 'x']),
  row('[0.5, -0.0, NAN, INF, -INF, 5e-324]', [0.5, -0, Number.NaN, 1 / 0, -1 / 0, 5e-324]),
  row('[0, -0.0]', [0, -0]),
  row('[-0.0, 0]', [-0, 0]),
  row('[1.0, 2.0]', [1, 2], '[1, 2]'),
  row('[*range(1000)]', [...Array(1000).keys()]),
  row('[*range(999), 0.5]', [...Array(999).keys(), 0.5]),
  row('[*range(1001), 2**40]', [...Array(1001).keys(), 2 ** 40]),
  row('[*range(1001), 2**70]', [...Array(1001).keys(), 2n ** 70n]),
  row(
    '[i / 8 + 0.0625 for i in range(1001)]',
    Array.from({ length: 1001 }, (_, i) => i / 8 + 0.0625),
  ),
  row('[i / 8 + 0.0625 for i in range(1001)] + [None]', [
    ...Array.from({ length: 1001 }, (_, i) => i / 8 + 0.0625),
    null,
  ]),

  row('()', [], '[]'),
  row('(1, 2)', [1, 2], '[1, 2]'),
  row('(0.5,)', [0.5], '[0.5]'),
  row('(2**40, 1)', [2 ** 40, 1], '[2**40, 1]'),
  row("('a', (None, ()))", ['a', [null, []]], "['a', [None, []]]"),
  row('((), ())', [[], []], '[[], []]'),

  row('set()', new Set()),
  row("{1, 'a', None, 2.5, True}", new Set([1, 'a', null, 2.5]), "{1, 'a', None, 2.5}"),
  row('frozenset()', new Set(), 'set()'),
  row("frozenset({1, 'a'})", new Set([1, 'a']), "{1, 'a'}"),
  row('{frozenset({1})}', new Set([new Set([1])]), null),
  row('{(1, 2)}', new Set([[1, 2]]), null),
  row('{NAN}', new Set([Number.NaN])),
  row('{2**53, -2**53}', new Set([2n ** 53n, -(2n ** 53n)])),

  row("{'a': 1, 'b': [2, {'c': None}]}", { a: 1, b: [2, { c: null }] }),
  row("{'': 0, ' ': 1, 'é€😀': 2, 'a b': 3, 'a.b': 4}", { '': 0, ' ': 1, 'é€😀': 2, 'a b': 3, 'a.b': 4 }),
  row("{'b': 1, 'a': 2, 'c': 3}", { b: 1, a: 2, c: 3 }),
  row("{'x': 1, '10': 2, '9': 3}", { 9: 3, 10: 2, x: 1 }, "{'9': 3, '10': 2, 'x': 1}"),
  row("{'__proto__': 1}", JSON.parse('{"__proto__": 1}')),
  row("{'__proto__': {'a': 1}, 'b': 2}", JSON.parse('{"__proto__": {"a": 1}, "b": 2}')),
  row("[{'__proto__': None}, {'__proto__': []}]", JSON.parse('[{"__proto__": null}, {"__proto__": []}]')),
  row(
    "{'constructor': 1, 'toString': 2, 'hasOwnProperty': 3, 'valueOf': 4, 'toJSON': 5, 'length': 6, '__class__': 7}",
    { constructor: 1, toString: 2, hasOwnProperty: 3, valueOf: 4, toJSON: 5, length: 6, __class__: 7 },
  ),
  row("{'then': 1, 'catch': None}", { then: 1, catch: null }),
  row("{'$call': 1, '$get': 2}", { $call: 1, $get: 2 }),
  row("{'\\ud800': 1, 'quote\\'\"\\\\\\n\\u2028': 2}", { '\ud800': 1, 'quote\'"\\\n\u2028': 2 }),
  row("[{'a\\0b': 1}, {'a': 1, 'b': 2}]", [{ 'a\0b': 1 }, { a: 1, b: 2 }]),
  row("{f'k{i}': i for i in range(100)}", numbered),
  row("{'x' * 64: 1, 'x' * 65: 2, 'é' * 65: 3}", { ['x'.repeat(64)]: 1, ['x'.repeat(65)]: 2, ['é'.repeat(65)]: 3 }),

  row("{1: 'a'}", new Map([[1, 'a']])),
  row(
    "{'a': 1, 2: 3}",
    new Map<unknown, unknown>([
      ['a', 1],
      [2, 3],
    ]),
  ),
  row(
    '{None: 1, True: 2, 2.5: 3, 2**60: 4}',
    new Map<unknown, unknown>([
      [null, 1],
      [true, 2],
      [2.5, 3],
      [2n ** 60n, 4],
    ]),
  ),
  row(
    "{1: 'a', '1': 'b'}",
    new Map<unknown, unknown>([
      [1, 'a'],
      ['1', 'b'],
    ]),
  ),
  row('{NAN: 1}', new Map([[Number.NaN, 1]])),
  row('{(1, 2): 3}', new Map([[[1, 2], 3]]), null),
  row("{b'k': 1}", new Map([[Buffer.from('k'), 1]]), null),
  row('{frozenset({1}): {2: {3: 4}}}', new Map([[new Set([1]), new Map([[2, new Map([[3, 4]])]])]]), null),
  row('{(1, (2, 3)): [4]}', new Map([[[1, [2, 3]], [4]]]), null),
  row('{Point(1, 2): 3}', new Map([[{ x: 1, y: 2 }, 3]]), null),

  // Records: the same keys, other keys, another order of keys.
  row(
    "[{'a': i, 'b': str(i)} for i in range(50)]",
    Array.from({ length: 50 }, (_, i) => ({ a: i, b: `${i}` })),
  ),
  row("[{'a': 1}, {'b': 1}, {'a': 2}, {'a': 1, 'b': 2}, {}, {'b': 2, 'a': 1}, {}]", [
    ...[{ a: 1 }, { b: 1 }, { a: 2 }, { a: 1, b: 2 }],
    ...[{}, { b: 2, a: 1 }, {}],
  ]),
  row('[{chr(97 + i % 26): i // 26} for i in range(52)]', [0, 1].flatMap(letters)),
  row("[{'a': {'a': {'a': 1}}}, {'a': []}]", [{ a: { a: { a: 1 } } }, { a: [] }]),
  row("[{'a': 1}, {1: {'a': 2}}, [{'a': 3}]]", [{ a: 1 }, new Map([[1, { a: 2 }]]), [{ a: 3 }]]),

  row('Point(1, [2])', { x: 1, y: [2] }, "{'x': 1, 'y': [2]}"),
  row("Named('n', [1])", { name: 'n', items: [1] }, "{'name': 'n', 'items': [1]}"),
  row(
    'Pair(1, Pair(2))',
    { left: 1, right: { left: 2, right: null } },
    "{'left': 1, 'right': {'left': 2, 'right': None}}",
  ),
  row("Frozen('k')", { key: 'k', then: 7 }, "{'key': 'k', 'then': 7}"),
  row('SubPair(1)', { left: 1, right: null }, "{'left': 1, 'right': None}"),
  row(
    '[Point(i, i / 2) for i in range(20)]',
    Array.from({ length: 20 }, (_, i) => ({ x: i, y: i / 2 })),
    null,
  ),
]

/** More shapes than are looked through. */
function letters(value: number): object[] {
  return Array.from({ length: 26 }, (_, i) => ({ [String.fromCharCode(97 + i)]: value }))
}
