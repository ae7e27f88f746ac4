import { expect, describe as group, it } from 'vitest'
import { ConversionError, isReference, kw, NDArray, python } from '../../src/index.js'

const { value, identity, arguments: described } = python.import('../python/round_trip.py')
const blocking = python.sync.import('../python/round_trip.py')

group('keyword arguments', () => {
  it('take any name a dict of Python takes', async () => {
    const names = { 'a b': 1, '': 2, é: 3, '\ud800': 4, class: 5, 10: 6, constructor: 7, ['x'.repeat(300)]: 8 }
    const arrived = await value('lambda **k: k')(kw(names))
    expect(arrived).toEqual(names)
    expect(await value('lambda **k: k')(kw(JSON.parse('{"__proto__": 1}')))).toEqual(JSON.parse('{"__proto__": 1}'))
    expect(await described(kw({}))).toBe('list [tuple [], dict {}]')
    expect(await described(kw({ a: undefined, b: null }))).toBe("list [tuple [], dict {str 'a': None, str 'b': None}]")
  })

  it.each([[null], [undefined], [5], ['a'], [[1]], [new Map([['a', 1]])], [new Set()], [new (class {})()], [() => 1]])(
    'are a plain object, not %s',
    (values) => {
      expect(() => kw(values as never)).toThrow(ConversionError)
    },
  )

  it('are apart from a dict', async () => {
    expect(await described({ a: 1 })).toBe("list [tuple [dict {str 'a': int 1}], dict {}]")
    expect(await described({ a: 1 }, kw({ a: 2 }))).toBe("list [tuple [dict {str 'a': int 1}], dict {str 'a': int 2}]")
    await expect(value('lambda a: a')(1, kw({ a: 2 })).then()).rejects.toThrow(/multiple values for argument 'a'/)
  })

  it('survive values that are larger than the command buffer', async () => {
    const large = Array.from({ length: 100_000 }, (_, i) => i + 0.5)
    const text = 'é'.repeat(300_000)
    const call = value('lambda *a, **k: [len(a), len(k["x"]), k["y"], len(k["z"])]')
    expect(await call('x'.repeat(70_000), kw({ x: large, y: 1, z: text }))).toEqual([1, 100_000, 1, 300_000])
    expect(blocking.value('lambda *a, **k: [len(a), len(k["x"]), k["y"]]')(kw({ x: large, y: 1 }))).toEqual([
      0, 100_000, 1,
    ])
  })
})

group('markers', () => {
  it.each<[string, () => unknown]>([
    ['float of text', () => python.float('3' as never)],
    ['float of a bigint that no float holds', () => python.float(2n ** 53n + 1n)],
    ['int of a fraction', () => python.int(0.5)],
    ['int of NaN', () => python.int(Number.NaN)],
    ['bytes of text', () => python.bytes('abc' as never)],
    ['tuple of a number', () => python.tuple(5 as never)],
    ['set of null', () => python.set(null as never)],
    ['dict of null', () => python.dict(null as never)],
    ['dict of text', () => python.dict('ab' as never)],
    ['dict of triples', () => python.dict([[1, 2, 3]] as never)],
    ['complex of text', () => python.complex('1' as never)],
  ])('refuse %s', (_title, make) => {
    expect(make).toThrow(ConversionError)
  })

  it('take their values when they are made', async () => {
    const items = [1]
    const tuple = python.tuple(items)
    items.push(2)
    expect(await identity(tuple)).toEqual([1])
  })
})

group('arguments', () => {
  it('are read when the call is written', async () => {
    const items = [1]
    const object = { a: items }
    const result = identity([items, object])
    items.push(2)
    object.a = []
    expect(await result).toEqual([[1], { a: [1] }])
  })

  it('are a thousand in number, and in one list', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => i)
    expect(await value('lambda *a: len(a)')(...many)).toBe(1000)
    expect(await value('lambda *a: sum(a)')(...many)).toBe(499_500)
  })

  it('cross in results of every size around that of the shared buffer', async () => {
    for (let size = 65_536 - 48; size <= 65_536 + 16; size += 8) {
      const bytes = Buffer.alloc(size, 7)
      expect((await value(`bytes([7]) * ${size}`)).equals(bytes)).toBe(true)
      expect(blocking.value(`bytes([7]) * ${size}`).equals(bytes)).toBe(true)
      expect(await python.eval('bytes(v) == bytes([7]) * n', { v: bytes, n: size })).toBe(true)
      const text = 'x'.repeat(size)
      expect(await identity(text)).toBe(text)
      expect(blocking.identity(text)).toBe(text)
    }
  })
})

group('what the table leaves as it is', () => {
  it('a dataclass without one of its fields', async () => {
    await expect(value('Incomplete()').then()).resolves.toEqual({ left: 1, right: null })
    await expect(value('(lambda p: delattr(p, "left") or p)(Pair(1))').then()).rejects.toThrow(/left/)
    expect(isReference(await value('(lambda p: delattr(p, "left") or p)(Pair(1))').$keep)).toBe(true)
  })

  it('text and bytes that Python changes are copies', async () => {
    const array = value('bytearray(b"abc")')
    const copy = await array
    await array.append(100)
    expect(copy).toEqual(Buffer.from('abc'))
    copy[0] = 0
    expect(await array.decode()).toBe('abcd')
  })

  it('a read-only buffer is a copy that says so', async () => {
    const view = await value('memoryview(b"ab")')
    expect(view).toBeInstanceOf(NDArray)
    expect([view.readonly, view.toArray()]).toEqual([true, [97, 98]])
  })

  it('a list that Python changes while it is converted is an error', async () => {
    const module = await python.exec(
      'class Clearing:\n    items = []\n    def all(self):\n        type(self).items = [self, 1, 2, [3]]\n        return type(self).items\n',
    )
    const Clearing = module.$item('Clearing')
    await python.registerType(await Clearing, { export: 'lambda c: type(c).items.clear()', toJs: () => 'x' })
    await expect(Clearing().$keep.all().then()).rejects.toThrow(/the list changed while it was being converted/)
    expect(() => python.sync.eval('f()', { f: Clearing().$keep.all })).toThrow(/changed while/)
  })
})
