// What code written for Python's own containers does with arrays, Maps and Sets by reference: the same as with those.
import { describe, expect, it } from 'vitest'
import { python } from '../src/index.js'

const { proxy } = python
// The outcome of an expression, and what became of the container `c`, as plain data.
const both = python.sync
  .exec(`
from snakebridge import js_objects

def plain(value):
    if isinstance(value, js_objects.JsObject):
        value = js_objects.value(value)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value

def run(expression, c):
    try:
        outcome = eval(expression)
    except Exception as error:
        outcome = type(error).__name__
    return plain(outcome), plain(c)
`)
  .$item('run')
const outcome = (expression: string, container: unknown) =>
  python.sync.eval('run(e, c)', { run: both, e: expression, c: container })

describe('an array has what a list has:', () => {
  it.each([
    'c.append("d")',
    'c.append({"x": 1})',
    'c.extend(["d", "e"])',
    'c.extend(x for x in "xy")',
    'c.insert(0, "z")',
    'c.insert(-1, "z")',
    'c.insert(99, "z")',
    'c.index("b")',
    'c.index("c", 2)',
    'c.index("nope")',
    'c.remove("b")',
    'c.remove("nope")',
    'c.count("c")',
    'c.clear()',
    'c.copy()',
    'c.pop()',
    'c.pop(0)',
    'c.pop(-2)',
    'c.__delitem__(slice(1, 3))',
    'c.__delitem__(slice(None, None, 2))',
    'c.__setitem__(slice(1, 2), ["x", "y", "z"])',
    'c.__setitem__(slice(2, 2), ["x"])',
    'c.__setitem__(slice(9, None), ["x"])',
    'c.__setitem__(slice(None, None, -2), ["x", "y"])',
    'c[::-1]',
    'c.no_such_name',
  ])('%s', (expression) => {
    const list = ['a', 'b', 'c', 'c']
    expect(outcome(expression, proxy([...list]))).toEqual(outcome(expression, [...list]))
  })
})

describe('an array', () => {
  it('keeps what JavaScript has of the same name', () => {
    expect(outcome('(list(c.sort()), c.pop(), list(c.keys()))', proxy([10, 9, 1]))).toEqual([
      [[1, 10, 9], 9, [0, 1]],
      [1, 10],
    ])
  })

  it('takes more items than a JavaScript function takes arguments, its own too', () => {
    const list: number[] = []
    python.sync.exec('c.extend(range(100_000))\nc.extend(c)', { c: proxy(list) })
    expect([list.length, list[199_999]]).toEqual([200_000, 99_999])
  })
})

const mappings = [
  'list(c.items())',
  'sorted(c.keys())',
  'sorted(c.values())',
  'c.get("a")',
  'c.get("q")',
  'c.get("q", 5)',
  'c.pop("a")',
  'c.pop("q", 7)',
  'c.pop("q", None)',
  'c.pop("q")',
  'c.setdefault("a", 9)',
  'c.setdefault("q", 9)',
  'c.update({"a": 10, "n": 3})',
  'c.update([("n", 4)], m=5)',
  'c.clear()',
  'c.copy()',
  'dict(c)',
  '{**c}',
  '(lambda **k: k)(**c)',
  'c.no_such_name',
]

describe('a plain object, which may be a record, has no methods of a dict, but', () => {
  it.each(['dict(c)', '{**c}', '(lambda **k: k)(**c)', 'sorted(c.keys())', 'c.no_such_name'])('%s', (expression) => {
    expect(outcome(expression, proxy({ a: 1, b: 2 }))).toEqual(outcome(expression, { a: 1, b: 2 }))
  })

  it('its own properties come first', () => {
    expect(outcome('(c.keys, hasattr(c, "items"))', proxy({ keys: 5 }))).toEqual([[5, false], { keys: 5 }])
  })
})

describe('a Map has what a dict has:', () => {
  it.each(mappings)('%s', (expression) => {
    const map = proxy(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    )
    expect(outcome(expression, map)).toEqual(outcome(expression, { a: 1, b: 2 }))
  })
})

it('a Map has it for keys that are no text, too', () => {
  const two = new Map<unknown, unknown>([[2, 'two']])
  expect(outcome('(list(c.items()), c.copy(), c.pop(2, None))', proxy(two))).toEqual([
    [[[2, 'two']], new Map([[2, 'two']]), 'two'],
    {},
  ])
})

describe('a Set has what a set has:', () => {
  it.each([
    'c.discard(1)',
    'c.discard(9)',
    'c.remove(1)',
    'c.remove(9)',
    'c.pop() in (1, 2)',
    'c.update([5], {6})',
    'c.copy()',
    'c.clear()',
    'sorted(c)',
  ])('%s', (expression) => {
    const [result, after] = outcome(`(${expression}, sorted(c))`, proxy(new Set([1, 2])))
    expect([result, after instanceof Set]).toEqual([outcome(`(${expression}, sorted(c))`, new Set([1, 2]))[0], true])
  })
})

it('instances of classes have only what their class gives them', () => {
  class Store {
    items = [1]
  }
  expect(python.sync.eval('(hasattr(c, "keys"), list(c.items))', { c: proxy(new Store()) })).toEqual([false, [1]])
})
