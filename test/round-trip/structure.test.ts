import { expect, describe as group, it } from 'vitest'
import { kw, python, Slice } from '../../src/index.js'

const fixture = python.import('../python/round_trip.py')
const { value, identity } = fixture
const blocking = python.sync.import('../python/round_trip.py')

group('shared and cyclic structures keep their shape', () => {
  it.each([
    ['list', '(lambda x: [x, x])([1])'],
    ['packed list', '(lambda x: [x, x])([0.5, 1.5])'],
    ['empty list', '(lambda x: [x, x])([])'],
    ['tuple', '(lambda x: [x, x])((1, [2]))'],
    ['dict', "(lambda x: [x, x])({'a': 1})"],
    ['empty dict', '(lambda x: [x, x])({})'],
    ['dict with other keys', '(lambda x: [x, x])({1: 2})'],
    ['set', '(lambda x: [x, x])({1})'],
    ['frozenset', '(lambda x: [x, x])(frozenset({1}))'],
    ['namedtuple', '(lambda x: [x, x])(Point(1, 2))'],
    ['dataclass', '(lambda x: [x, x])(Pair(1))'],
    ['across kinds', '(lambda x: (x, {"k": x}))([1])'],
  ])('a %s met twice is one object', async (_kind, code) => {
    for (const [one, other] of [await value(code), blocking.value(code)]) {
      expect(typeof one).toBe('object')
      expect(other.k ?? other).toBe(one)
    }
    const same = await python.eval('(lambda v: v[0] is (v[1]["k"] if "k" in v[1] else v[1]))(v)', {
      v: await value(code),
    })
    expect(same).toBe(true)
  })

  it('many containers, some of them met again, with new ones between', async () => {
    const made = Array.from({ length: 40 }, (_, i) => ({ i: [i] }))
    const graph: unknown[] = [...made]
    for (const i of [39, 0, 20]) graph.push(made[i], { i: [made[i]] })
    const last = { i: [99] }
    graph.push(last, last, graph)
    const code = `[v[40] is v[39], v[42] is v[0], v[44] is v[20], v[41]["i"][0] is v[39], v[43]["i"][0] is v[0],
      v[45]["i"][0] is v[20], v[46] is v[47], v[48] is v, len({id(x) for x in v}), [x["i"][0] for x in v[:40]] == list(range(40))]`
    expect(await python.eval(code, { v: graph })).toEqual([...Array(8).fill(true), 45, true])
    expect(await python.eval(code, { v: graph })).toEqual([...Array(8).fill(true), 45, true])
  })

  it('keeps equal things apart', async () => {
    const [one, other] = await value('[[1], [1]]')
    expect(one).not.toBe(other)
    expect(await python.eval('v[0] is v[1]', { v: [[1], [1]] })).toBe(false)
  })

  it('a list in itself', async () => {
    for (const list of [
      await value('(lambda x: x.append(x) or x)([1])'),
      blocking.value('(lambda x: x.append(x) or x)([1])'),
    ])
      expect(list[1]).toBe(list)
    const list: unknown[] = [1]
    list.push(list)
    expect(await python.eval('v[1] is v and len(v) == 2', { v: list })).toBe(true)
    const arrived = await identity(list)
    expect(arrived[1]).toBe(arrived)
  })

  it('a dict in itself', async () => {
    const plain: Record<string, unknown> = { a: 1 }
    plain.self = { inner: [plain] }
    expect(await python.eval('v["self"]["inner"][0] is v', { v: plain })).toBe(true)
    const arrived = await identity(plain)
    expect(arrived.self.inner[0]).toBe(arrived)
    const map = new Map<unknown, unknown>([[1, 2]])
    map.set('self', [map])
    expect(await python.eval('v["self"][0] is v', { v: map })).toBe(true)
    const back = await identity(map)
    expect(back.get('self')[0]).toBe(back)
  })

  it('cycles through tuples, records and value classes of Python', async () => {
    const tuple = await value('(lambda x: x.append((x, 1)) or (x[0], 2))([])')
    expect(tuple[0][0][0]).toBe(tuple[0])
    const pair = await value('(lambda p: setattr(p, "right", [p]) or p)(Pair(1))')
    expect(pair.right[0]).toBe(pair)
    const point = await value('(lambda l: l.append(Point(l, 1)) or l)([])')
    expect(point[0].x).toBe(point)
    const slice = await value('(lambda l: l.append(slice(l)) or l)([])')
    expect(slice[0].stop).toBe(slice)
    expect(blocking.value('(lambda p: setattr(p, "right", p) or p)(Pair(1))')).toSatisfy(
      (p: { right: unknown }) => p.right === p,
    )
  })

  it('cycles through a tuple from JavaScript are refused, through the rest they hold', async () => {
    const items: unknown[] = []
    const list = [python.tuple([items])]
    items.push(list)
    expect(await python.eval('v[0][0][0] is v', { v: list })).toBe(true)
    const sliced: unknown[] = []
    sliced.push(new Slice(sliced))
    expect(await python.eval('v[0].start is v', { v: sliced })).toBe(true)
  })

  it('two arguments of a call share what they share', async () => {
    const list = [1]
    expect(
      await python.eval('(lambda a, b, *, c: a is b["x"] and a is c)').$call(list, { x: list }, kw({ c: list })),
    ).toBe(true)
    expect(await python.eval('(lambda a, b: a is b)').$call([1], [1])).toBe(false)
  })

  it('a thousand shared lists', async () => {
    const arrived = await value('(lambda x: x + x[::-1])([[i] for i in range(1000)])')
    expect(arrived).toHaveLength(2000)
    expect(arrived.every((each: unknown, i: number) => each === arrived[1999 - i])).toBe(true)
    expect(await python.eval('all(a is b for a, b in zip(v, v[::-1]))', { v: arrived })).toBe(true)
  })
})

group('depth is bounded by memory', () => {
  const kinds = ['list', 'tuple', 'dict', 'map', 'frozenset', 'dataclass', 'mixed']

  it.each(kinds)('%s, 100,000 deep, from Python and back', async (kind) => {
    const levels = kind === 'mixed' ? 300_000 : 100_000
    for (const arrived of [await fixture.nested(kind, 100_000), blocking.nested(kind, 100_000)]) {
      expect(depthOf(arrived)).toBe(levels)
      expect(kind === 'frozenset' || (await fixture.depth(arrived))).toBe(kind === 'frozenset' || levels)
      if (kind !== 'frozenset') expect(blocking.depth(arrived)).toBe(levels)
    }
  })

  it('slices and registered values, 10,000 deep', async () => {
    let slice: unknown = 'core'
    for (let i = 0; i < 10_000; i++) slice = new Slice(null, slice)
    expect(await fixture.depth(slice)).toBe(10_000)
    let arrived = await fixture.nested('slice', 10_000)
    let depth = 0
    for (; arrived instanceof Slice; arrived = arrived.stop) depth++
    expect(depth).toBe(10_000)
  })

  it('tuples of JavaScript, 10,000 deep', async () => {
    let tuple: unknown = 'core'
    for (let i = 0; i < 10_000; i++) tuple = python.tuple([tuple])
    expect(await fixture.depth(tuple)).toBe(10_000)
  })

  it('names a wrong value at the bottom', async () => {
    let list: unknown = Symbol('deep')
    for (let i = 0; i < 10_000; i++) list = [list]
    expect(() => identity(list)).toThrow(/\[0\]\[0\]\[0\].*Symbol\(deep\)/s)
  })
})

/** Containers on the way to the core. */
// biome-ignore lint/suspicious/noExplicitAny: it walks through values of every kind
function depthOf(value: any): number {
  let count = 0
  for (let at = value; at !== 'core'; count++) {
    if (Array.isArray(at)) at = at[0]
    else if (at instanceof Map) at = at.get(1)
    else if (at instanceof Set) at = at.values().next().value
    else at = 'a' in at ? at.a : at.left
  }
  return count
}
