// `const [a, b] = ref`: what Python's `a, b = ref` takes, as references, without waiting.
import { describe, expect, it } from 'vitest'
import { PythonError, type PythonReference, python } from '../src/index.js'

const cases = python.exec(`
closed = []

def counting():
    n = 0
    try:
        while True:
            yield n
            n += 1
    finally:
        closed.append(n)

def failing():
    yield 'first'
    raise ValueError('no second')

def slowly():
    from time import sleep
    for n in range(3):
        sleep(0.05)
        yield n

async def agen_of_one():
    yield 1

async def ticking():
    for n in range(3):
        yield n

class Labelled:
    """Its items are by label, as those of a pandas Series: iterating is something else."""
    def __iter__(self):
        return iter('xyz')
    def __getitem__(self, label):
        return f'item {label}'

class Old:
    def __getitem__(self, index):
        if index == 2:
            raise IndexError(index)
        return index * 10
`)
const made = (expression: string): PythonReference => python.eval(expression, cases)

// What comes first and second is Python's: `a, b, *_ = …`.
const iterables: [string, unknown, unknown][] = [
  ['(n * n for n in range(2, 9))', 4, 9],
  ['{7: 1, 8: 2}', 7, 8],
  ['{"a": 1, "b": 2}.items()', ['a', 1], ['b', 2]],
  ['zip([1, 2], "ab")', [1, 'a'], [2, 'b']],
  ['frozenset([5, 6])', 5, 6],
  ['iter([3, 4])', 3, 4],
  ['__import__("collections").deque([1, 2])', 1, 2],
  ['__import__("io").StringIO("one\\ntwo\\n")', 'one\n', 'two\n'],
  ['__import__("pandas").Series([5, 6], index=[1, 0])', 5, 6],
  ['__import__("pandas").DataFrame({"a": [1], "b": [2]})', 'a', 'b'],
  ['Labelled()', 'x', 'y'],
  ['Old()', 0, 10],
  ['ticking()', 0, 1],
  ['slowly()', 0, 1],
  ['[1, 2]', 1, 2],
  ['(1, 2, 3)', 1, 2],
  ['"äb"', 'ä', 'b'],
  ['range(3)', 0, 1],
  ['b"ab"', 97, 98],
]

describe('a pattern takes the items', () => {
  it.for(iterables)('of %s', async ([expression, one, two]) => {
    const [a, b] = made(expression)
    expect(await Promise.all([a, b])).toEqual([one, two])
    const settled = (await made(expression).$keep) as PythonReference
    const [c, d] = settled
    expect(await Promise.all([d, c])).toEqual([two, one])
  })

  it('of rows of an array', async () => {
    const [, second] = made('__import__("numpy").arange(6.0).reshape(3, 2)')
    expect((await second).toArray()).toEqual([2, 3])
  })

  it('that are used before they are there, in one trip', async () => {
    const [a, [b]] = made('iter([2, iter([3])])')
    expect(await python.import('operator').mul(a, b)).toBe(6)
  })

  it('leaving out those it has no name for', async () => {
    const [, b, , d] = made('iter("abcd")')
    expect(await Promise.all([b, d])).toEqual(['b', 'd'])
  })

  it('no further than it needs, and closes a generator', async () => {
    const generator = (await made('counting()')) as PythonReference
    const [zero, one] = generator
    expect(await Promise.all([zero, one])).toEqual([0, 1])
    expect(await made('closed[:]')).toEqual([1])
    await expect(Promise.resolve(python.builtins.next(generator))).rejects.toMatchObject({
      pythonType: 'StopIteration',
    })
  })

  it('and leaves other iterators where they are', async () => {
    const iterator = (await made('iter("abcd")')) as PythonReference
    const [a, b] = iterator
    const [c] = iterator
    expect(await Promise.all([a, b, c])).toEqual(['a', 'b', 'c'])
  })

  it('under python.sync at once', () => {
    const [a, b] = python.sync.eval('({n * n} for n in range(9))')
    expect([a, b]).toEqual([new Set([0]), new Set([1])])
  })
})

describe('a pattern fails', () => {
  const failure = async (value: unknown): Promise<PythonError> => {
    const error = await Promise.resolve(value).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(PythonError)
    return error as PythonError
  }

  it('where there are too few items, for those alone', async () => {
    for (const source of ['iter([1])', 'agen_of_one()']) {
      const [a, b] = made(source)
      const [one, missing] = await Promise.all([a, failure(b)])
      expect(one).toBe(1)
      expect(missing.message).toBe('not enough values to unpack (expected at least 2, got 1)')
    }
  })

  it('with what the iterator raised, and before it did gives its items', async () => {
    const [first, second, third] = made('failing()')
    const [value, error, again] = await Promise.all([first, failure(second), failure(third)])
    expect(value).toBe('first')
    expect(error.message).toBe('no second')
    expect(again.message).toBe('no second')
  })

  it('where nothing can be iterated over', async () => {
    const [a, b] = made('5')
    const [error, again] = await Promise.all([failure(a), failure(b)])
    expect(error.message).toBe("'int' object is not iterable")
    expect(again).toBe(error)
  })

  it('with the error of what it was made of', async () => {
    const [a] = made('1 / 0')
    expect((await failure(a)).pythonType).toBe('ZeroDivisionError')
  })

  it('when it is a loop, which is told of the loop that works', () => {
    expect(() => [...made('iter("abc")')]).toThrow('for await')
  })
})
