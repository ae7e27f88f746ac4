// Methods that Python code calls on lists, dicts and sets, on arrays, Maps, Sets and plain objects by reference.
import { describe, expect, it } from 'vitest'
import { python } from '../src/index.js'

const { proxy } = python

/** What the expressions give, with the object as `o`. */
async function each(object: object, ...expressions: readonly string[]): Promise<unknown> {
  return await python.eval(`[${expressions.join(', ')}]`, { o: proxy(object) })
}

describe('an object by reference has the methods of its counterpart in Python', () => {
  it('an array those of a list', async () => {
    const list: unknown[] = ['a', 'b']
    const answers = await each(
      list,
      'o.append("c")',
      'o.extend(["d", "b"])',
      'o.insert(0, "z")',
      'o.insert(-1, "y")',
      'o.index("c")',
      'o.count("b")',
      'o.remove("a")',
      'o.copy()',
    )
    expect(answers).toEqual([null, null, null, null, 3, 2, null, ['z', 'b', 'c', 'd', 'y', 'b']])
    expect(list).toEqual(['z', 'b', 'c', 'd', 'y', 'b'])
    await each(list, 'o.clear()', 'o.extend(range(100_000))', 'o.extend(o)')
    expect([list.length, list[199_999]]).toEqual([200_000, 99_999])
    await expect(each([], 'o.remove(1)')).rejects.toThrow(expect.objectContaining({ pythonType: 'ValueError' }))
  })

  it('an array keeps what JavaScript has of the same name', async () => {
    expect(await each([10, 9, 1], 'list(o.sort())', 'o.pop()', 'list(o.keys())')).toEqual([[1, 10, 9], 9, [0, 1]])
  })

  it('a Map those of a dict', async () => {
    const map = new Map<unknown, unknown>([
      ['a', 1],
      [2, 'two'],
    ])
    expect(
      await each(
        map,
        'o.get("a", 5)',
        'o.get("z", 5)',
        'o.get("z")',
        'list(o.items())',
        'o.pop("a")',
        'o.pop("a", None)',
        'o.setdefault("s", 3)',
        'o.update({"u": 4})',
        'o.copy()',
      ),
    ).toEqual([
      1,
      5,
      null,
      [
        ['a', 1],
        [2, 'two'],
      ],
      1,
      null,
      3,
      null,
      new Map<unknown, unknown>([
        [2, 'two'],
        ['s', 3],
        ['u', 4],
      ]),
    ])
    expect([...map.keys()]).toEqual([2, 's', 'u'])
    await expect(each(map, 'o.pop("z")')).rejects.toThrow(expect.objectContaining({ pythonType: 'KeyError' }))
  })

  it('a Set those of a set', async () => {
    const set = new Set([1, 2])
    expect(await each(set, 'o.update([3, 4], {5})', 'o.discard(1)', 'o.discard(9)', 'o.remove(2)', 'o.copy()')).toEqual(
      [null, null, null, null, new Set([3, 4, 5])],
    )
    await expect(each(set, 'o.remove(9)')).rejects.toThrow(expect.objectContaining({ pythonType: 'KeyError' }))
  })

  it('a plain object is a mapping for dict() and **', async () => {
    expect(await each({ a: 1, b: 2 }, 'dict(o)', 'dict(**o)', 'hasattr(o, "items")')).toEqual([
      { a: 1, b: 2 },
      { a: 1, b: 2 },
      false,
    ])
    expect(await each({ keys: 'mine' }, 'o.keys')).toEqual(['mine'])
  })

  it('others have only their own', async () => {
    class Record {}
    await expect(each(new Record(), 'o.keys')).rejects.toThrow("got the unknown name 'keys'")
    await expect(each([], 'o.missing')).rejects.toThrow("got the unknown name 'missing'")
  })
})
