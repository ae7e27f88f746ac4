// Operators, items, calls, code: every word of what a program can ask of Python, against plain Python's own answers.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { isReference, kw, PythonError, PythonTypeError, python } from '../src/index.js'

const { builtins } = python
const commands = python.import('./python/commands.py')
const same = python.eval('lambda *values: values[0]')

/** What plain Python prints for each expression. */
function plainly(expressions: readonly string[]): unknown[] {
  const program = `import json\nprint(json.dumps([${expressions.join(',')}]))`
  return JSON.parse(
    execFileSync(path.join(process.env.VIRTUAL_ENV as string, 'bin/python'), ['-c', program], { encoding: 'utf8' }),
  )
}

const binary = {
  $add: '+',
  $sub: '-',
  $mul: '*',
  $div: '/',
  $floordiv: '//',
  $mod: '%',
  $pow: '**',
  $and: '&',
  $or: '|',
  $xor: '^',
  $lshift: '<<',
  $rshift: '>>',
  $lt: '<',
  $le: '<=',
  $eq: '==',
  $ne: '!=',
  $gt: '>',
  $ge: '>=',
} as const
const inPlace = [
  'iadd',
  'isub',
  'imul',
  'idiv',
  'ifloordiv',
  'imod',
  'ipow',
  'imatmul',
  'iand',
  'ior',
  'ixor',
  'ilshift',
  'irshift',
]

describe('operators', () => {
  const pairs = [
    [7, 2],
    [-7, 2],
    [7, -2],
    [0, 5],
  ] as const
  it('with two numbers give what Python gives', async () => {
    const questions = pairs.flatMap(([a, b]) =>
      Object.entries(binary)
        .filter(([name]) => b >= 0 || !name.endsWith('shift'))
        .map(([name, sign]) => ({ a, b, name, sign })),
    )
    const expected = plainly(questions.map(({ a, b, sign }) => `(${a}) ${sign} (${b})`))
    expect(await Promise.all(questions.map(({ a, b, name }) => same(a)[name](b)))).toEqual(expected)
    const { sync } = python
    const number = sync.eval('lambda value: value').$keep
    expect(questions.map(({ a, b, name }) => number(a)[name](b).$call ?? 0)).toHaveLength(questions.length)
  })

  it('with one operand, and the others', async () => {
    expect(await Promise.all([same(5).$neg(), same(-5).$pos(), same(5).$invert(), same(-5).$abs()])).toEqual([
      -5, -5, -6, 5,
    ])
    expect(await same(-7).$divmod(2)).toEqual([-4, 1])
    expect(await same(3).$pow(4, 5)).toBe(1)
    expect(await commands.Matrix().$matmul('x')).toBe('matmul x')
  })

  it('in place change the object and give it back', async () => {
    for (const name of inPlace) {
      const object = await commands.InPlace()
      expect(await object[`$${name}`](3)).toBe(object)
      expect(await object.seen).toEqual([[name, 3]])
    }
    const list = await builtins.list([1]).$keep
    await list.$iadd([2])
    expect(await list.$toArray()).toEqual([1, 2])
  })

  it('take a reference on either side, and fall back on the right one', async () => {
    expect(await same(1).$add(commands.Reflected())).toBe('radd 1')
    await expect(Promise.resolve(same(1).$add('x'))).rejects.toThrow(PythonTypeError)
  })

  it('compare what is no bool: NumPy arrays', async () => {
    const np = python.import('numpy')
    const result = await np.arange(4).$gt(1)
    expect(result.toArray()).toEqual([false, false, true, true])
    await expect(Promise.resolve(np.arange(4).$bool)).rejects.toThrow('ambiguous')
  })

  it('on the blocking API', () => {
    const three = python.sync.eval('[3]').$keep ?? 0
    expect(Array.isArray(three)).toBe(false)
    const list = python.sync.builtins.list.$keep([3, 4])
    expect(list.$add([5])).toEqual([3, 4, 5])
    expect(list.$len).toBe(2)
    expect(list.$in(4)).toBe(true)
    expect(list.$eq([3, 4])).toBe(true)
    expect(list[-1]).toBe(4)
    list[-1] = 9
    delete list[0]
    expect(list.$toArray()).toEqual([9])
  })
})

describe('questions', () => {
  it('are answered with values of their own', async () => {
    const list = builtins.list([1, 2, 3]).$keep
    expect(await list.$len).toBe(3)
    expect(await list.$bool).toBe(true)
    expect(await list.$not()).toBe(false)
    expect(await list.$in(2)).toBe(true)
    expect(await list.$in('2')).toBe(false)
    expect(await list.$repr).toBe('[1, 2, 3]')
    expect(await list.$str).toBe('[1, 2, 3]')
    expect(await list.$callable).toBe(false)
    expect(await builtins.len.$callable).toBe(true)
    expect(await list.$dir).toContain('append')
    expect(await list.$is(list)).toBe(true)
    expect(await list.$is([1, 2, 3])).toBe(false)
    expect(await list.$isinstance(python.tuple([builtins.str, builtins.list]))).toBe(true)
    expect(await list.$type.$is(builtins.list)).toBe(true)
    expect(await same('x').$hash).toBe(await builtins.hash('x'))
    expect(await list.$id).toBe(await builtins.id(list))
    const iterator = list.$iter
    expect([await builtins.next(iterator), await builtins.next(iterator)]).toEqual([1, 2])
  })
})

describe('items', () => {
  it('by position, from the end, by slices and tuples of them', async () => {
    const list = await builtins.list(builtins.range(10)).$keep
    expect(await list[0]).toBe(0)
    expect(await list[-1]).toBe(9)
    expect(await list.$item(-2)).toBe(8)
    expect(await list.$item(python.slice(2, 5))).toEqual([2, 3, 4])
    expect(await list.$item(python.slice(null, null, -3))).toEqual([9, 6, 3, 0])
    expect(await list.$item(python.slice(-3, null))).toEqual([7, 8, 9])
    const seen = commands.Keys()
    expect(await seen.$item(1, python.slice(1, null), null)).toBe('(1, slice(1, None, None), None)')
    expect(await seen.$item(python.tuple([1]))).toBe('(1,)')
    expect(await seen.$item([1, 2])).toBe('[1, 2]')
    expect(await seen.$item('')).toBe("''")
    expect(await seen.$item(-0)).toBe('-0.0')
    expect(await seen.$item(python.builtins.Ellipsis, 0)).toBe('(Ellipsis, 0)')
    expect(() => seen.$item()).toThrow('expected a key')
  })

  it('are set and deleted the same way', async () => {
    const list = await builtins.list(builtins.range(6)).$keep
    list[0] = 'a'
    list[-1] = 'z'
    list.$setItem(python.slice(1, 3), ['b', 'c', 'd'])
    list.$deleteItem(-2)
    delete list[1]
    expect(await list.$toArray()).toEqual(['a', 'c', 'd', 3, 'z'])
    const array = await python.import('numpy').zeros([2, 3]).$keep
    array.$setItem(python.slice(null), 1, 5)
    expect((await array.$value).toArray()).toEqual([
      [0, 5, 0],
      [0, 5, 0],
    ])
  })

  it('of a dict by keys that look like numbers go through $item', async () => {
    const dict = await builtins.dict(
      new Map<unknown, unknown>([
        [0, 'int'],
        ['0', 'str'],
      ]),
    ).$keep
    expect(await dict[0]).toBe('int')
    expect(await dict.$item('0')).toBe('str')
  })
})

describe('attributes', () => {
  it('may have any name', async () => {
    const object = await commands.Anything()
    for (const name of [
      'class',
      'a b',
      'then',
      'toJSON',
      '$len',
      '0',
      '__proto__',
      'constructor',
      'é',
      'length',
      'name',
    ]) {
      await object.$set(name, name.length)
      expect(await object.$get(name)).toBe(name.length)
      expect(await builtins.getattr(object, name)).toBe(name.length)
    }
    expect(await object.constructor).toBe(11)
    expect(await object.length).toBe(6)
    await object.$delete('a b')
    expect(await builtins.hasattr(object, 'a b')).toBe(false)
  })

  it('are read in the order that they are written in', async () => {
    const object = await commands.Anything()
    object.x = 1
    const first = object.x
    object.x = 2
    const second = object.x
    delete object.x
    const gone = builtins.hasattr(object, 'x')
    expect(await Promise.all([first, second, gone])).toEqual([1, 2, false])
  })

  it('survive being read, kept and called later', async () => {
    const { append } = await builtins.list([]).$keep
    append(1)
    append(2)
    const bound = await append
    await bound(3)
    expect(await bound.__self__).toEqual([1, 2, 3])
  })
})

describe('calls', () => {
  it('with every shape of arguments', async () => {
    const all = commands.everything
    expect(await all()).toEqual([[], {}])
    expect(await all(1, 'two', [3])).toEqual([[1, 'two', [3]], {}])
    expect(await all(kw({}))).toEqual([[], {}])
    expect(await all(kw({ class: 1, 'a b': 2, '': 3, é: 4, __proto__x: 5, self: 6, undefined: undefined }))).toEqual([
      [],
      { class: 1, 'a b': 2, '': 3, é: 4, __proto__x: 5, self: 6, undefined: null },
    ])
    expect(await all({ a: 1 })).toEqual([[{ a: 1 }], {}])
    expect(await all(...Array.from({ length: 300 }, (_, i) => i))).toEqual([
      Array.from({ length: 300 }, (_, i) => i),
      {},
    ])
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`k${i}`, i]))
    expect(await all(kw(many))).toEqual([[], many])
    expect(await all.$call(1, kw({ b: 2 }))).toEqual([[1], { b: 2 }])
    expect(await new all(1)).toEqual([[1], {}])
    await expect(Promise.resolve(builtins.len(kw({ obj: [] })))).rejects.toThrow('keyword')
    await expect(Promise.resolve(commands.one(1, kw({ a: 1 })))).rejects.toThrow('multiple values')
  })

  it('with what is not there yet, anywhere inside the arguments', async () => {
    const x = same(1)
    const y = x.$add(1)
    expect(await commands.everything([x, { y }], kw({ z: new Map([[y, x]]) }))).toEqual([
      [[1, { y: 2 }]],
      { z: new Map([[2, 1]]) },
    ])
  })

  it('refuse kw anywhere but at the end, and options that are not there', () => {
    expect(() => commands.everything([kw({})])).toThrow('last argument')
    expect(() => kw({ $nonsense: 1 })).toThrow('unknown option')
    expect(() => kw([1] as never)).toThrow('expected a plain object of names')
  })
})

describe('code', () => {
  it('is evaluated with the names it is given', async () => {
    expect(await python.eval('a + b', { a: 1, b: 2 })).toBe(3)
    expect(await python.eval(' \n[x for x in items if x > limit] \n', { items: [1, 2, 3], limit: 1 })).toEqual([2, 3])
    const names = await python.exec('def twice(x: int): return two * x\nresult = twice(4)', { two: 2 })
    expect(isReference(names)).toBe(true)
    expect(await names.$item('result')).toBe(8)
    expect(await names.$item('twice')(5)).toBe(10)
    expect(await builtins.sorted(names)).toEqual(['result', 'twice', 'two'])
    expect(await python.eval('result + 1', names)).toBe(9)
    await python.exec('result = 0', names)
    expect(await names.$item('result')).toBe(0)
  })

  it('is run as in a module: what it defines finds its builtins and its module', async () => {
    const names = await python.exec(`
from __future__ import annotations
import datetime, pickle, sys, typing
from dataclasses import dataclass, make_dataclass

@dataclass
class Point:
    x: int
    count: typing.ClassVar[int] = 0
    other: Point | None = None

Made = make_dataclass('Made', [('a', 'int')])

def year():
    return datetime.datetime.strptime('2024', '%Y').year   # C code that imports with this function's builtins

def copy(function):
    return pickle.loads(pickle.dumps(function)) is function

def total():
    global calls
    calls += 1
    return len(range(calls))

calls = 0
`)
    const $ = (name: string) => names.$item(name)
    expect(await $('year')()).toBe(2024)
    expect(await python.eval('__import__("datetime").datetime.strptime("2024", "%Y").year')).toBe(2024)
    expect(await python.eval('lambda: __import__("datetime").datetime.strptime("2024", "%Y").year')()).toBe(2024)
    expect(await $('Point')(1)).toEqual({ x: 1, other: null })
    expect(await $('Made')(1)).toEqual({ a: 1 })
    expect(await $('typing').get_type_hints($('Point')).$len).toBe(3)
    expect(await $('copy')($('total'))).toBe(true)
    expect(await $('copy')($('Point'))).toBe(true)
    expect([await $('total')(), await $('total')(), await $('calls')]).toEqual([1, 2, 2])
    expect(await $('Point').__module__).toBe(await $('total').__module__)
  })

  it('gives the names it made, which are like a dict, and follow them', async () => {
    const names = await python.exec('a = 1\ndef more():\n  global b\n  b = 2')
    await names.$item('more')()
    expect(await builtins.sorted(names)).toEqual(['a', 'b', 'more'])
    expect([await names.$len, await names.$in('b'), await names.get('c', 3)]).toEqual([3, true, 3])
    await names.$deleteItem('more')
    expect(await names.$value).toEqual({ a: 1, b: 2 })
    expect(await names.$repr).toBe("{'a': 1, 'b': 2}")
    expect(await builtins.dict(names)).toEqual({ a: 1, b: 2 })
    expect(await python.exec('c = a + b', names)).toBe(names)
    expect(await python.eval('c', names)).toBe(3)
    expect(python.sync.eval('c', names)).toBe(3)
    expect(await builtins.eval('a + c', names.globals.$keep)).toBe(4)

    const mine = await builtins.dict({ a: 1 }).$keep
    expect(await python.exec('b = a', mine)).toBe(mine)
    expect(await mine.$item('b')).toBe(1)
  })

  it('may be indented as a whole, as in a template literal', async () => {
    const names = await python.exec(`
      def twice(x):
          text = '''
          kept'''
          return [x * 2, text]

      five = 5
    `)
    expect(await names.twice(names.five)).toEqual([10, '\n    kept'])
    const place = await python
      .exec(`
      x = 1
      x = 1 / 0
    `)
      .then(undefined, (error: PythonError) => error.frames.at(-1)?.line)
    expect(place).toBe(3)
    await expect(Promise.resolve(python.exec('  x = 1\n y = 2'))).rejects.toThrow(
      'unexpected indent (<python.exec>, line 1)',
    )
    await expect(Promise.resolve(python.exec('x = 1\n  y = 2'))).rejects.toThrow(
      'unexpected indent (<python.exec>, line 2)',
    )
    const kept = await python.exec("s = '''\n    as it is'''")
    expect(await kept.s).toBe('\n    as it is')
  })

  it('has the names for attributes, too, where a dict has no method called so', async () => {
    const names = await python.exec('def run(x):\n  return x + step\nstep = 1\ndef get(): pass\n__version__ = "1.2"')
    expect(await names.run(1)).toBe(2)
    names.step = 10
    names.added = [3]
    expect(await Promise.all([names.run(1), python.eval('step + added[0]', names), names.__version__])).toEqual([
      11,
      13,
      '1.2',
    ])
    expect(await names.get('step')).toBe(10)
    delete names.step
    expect(await names.$in('step')).toBe(false)
    await expect(Promise.resolve(names.other)).rejects.toThrow("the code of python.exec made no name 'other'")
    expect(await builtins.hasattr(names, 'other')).toBe(false)
    await expect(Promise.resolve(names.$delete('other'))).rejects.toMatchObject({ pythonType: 'AttributeError' })
    const { run } = python.sync.exec('def run(): return 5')
    expect(run()).toBe(5)
  })

  it('leaves nothing behind', async () => {
    const modules = 'sum(name.startswith("snakebridge_exec") for name in __import__("sys").modules)'
    const before = await python.eval(modules)
    const names = await python.exec('class A: pass\ndef f(): pass')
    expect(await python.eval(modules)).toBe((before as number) + 1)
    names.$release()
    await python.import('gc').collect()
    expect(await python.eval(modules)).toBeLessThanOrEqual(before as number)
  })

  it('is compiled as the user wrote it', async () => {
    const names = await python.exec('def f(x: int): pass')
    expect(await names.$item('f').__annotations__.$item('x').$is(builtins.int)).toBe(true)
  })

  it('fails with what is wrong in it', async () => {
    await expect(Promise.resolve(python.eval('1 +'))).rejects.toMatchObject({ pythonType: 'SyntaxError', text: '1 +' })
    await expect(Promise.resolve(python.eval('missing'))).rejects.toThrow("name 'missing' is not defined")
    await expect(Promise.resolve(python.eval('a', [] as never))).rejects.toThrow('expected a dict of names')
    expect(() => python.eval(5 as never)).toThrow('expected Python source as a string')
    expect(() => python.sync.exec(null as never)).toThrow('expected Python source as a string')
  })
})

describe('iteration', () => {
  it('gives every item of everything that can be iterated', async () => {
    for (const [source, items] of [
      [builtins.range(5), [0, 1, 2, 3, 4]],
      [same('añ😀'), ['a', 'ñ', '😀']],
      [same([[1], [2]]), [[1], [2]]],
      [same({ a: 1, b: 2 }), ['a', 'b']],
      [builtins.map(builtins.str, [1, 2]), ['1', '2']],
      [commands.Sequence(3), [0, 10, 20]],
      [same([]), []],
    ] as const) {
      expect(await source.$toArray?.()).toEqual(items)
    }
    const seen: unknown[] = []
    for await (const item of commands.Sequence(3)) seen.push(item)
    expect(seen).toEqual([0, 10, 20])
    await expect(Promise.resolve(same(5).$toArray())).rejects.toThrow("'int' object is not iterable")
    await expect(
      (async () => {
        for await (const _ of same(5)) expect.fail()
      })(),
    ).rejects.toThrow('not iterable')
  })

  it('does not make the first item wait for slow ones behind it', async () => {
    const start = performance.now()
    for await (const item of commands.slow_items(10, 0.1)) {
      expect(item).toBe(0)
      break
    }
    expect(performance.now() - start).toBeLessThan(900)
  })

  it('runs finally when the loop is left by break, return or throw', async () => {
    for (const leave of ['break', 'return', 'throw']) {
      const log = await builtins.list([]).$keep
      await (async () => {
        for await (const item of commands.logging(log, 100)) {
          if (item !== 2) continue
          if (leave === 'break') break
          if (leave === 'return') return
          throw new Error('mine')
        }
      })().catch((error: Error) => expect(error.message).toBe('mine'))
      expect(await log.$toArray()).toEqual(['closed'])
    }
  })

  it('passes on an error of the generator’s finally', async () => {
    const loop = async () => {
      for await (const _ of commands.failing_finally()) break
    }
    await expect(loop()).rejects.toThrow('in finally')
  })

  it('lets two loops go over one list at once', async () => {
    const list = await builtins.list([1, 2]).$keep
    const pairs: unknown[] = []
    for await (const a of list) for await (const b of list) pairs.push([a, b])
    expect(pairs).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ])
  })

  it('gives chunks of the size asked for', async () => {
    const sizes: number[] = []
    for await (const chunk of builtins.range(1000).$chunks(300)) sizes.push(chunk.length)
    expect(sizes).toEqual([300, 300, 300, 100])
    for (const size of [0, -1, 1.5, 'x']) expect(() => builtins.range(3).$chunks(size as number)).toThrow('$chunks')
  })

  it('destructures what is not there yet, and what fails fails there', async () => {
    const [quotient, remainder] = builtins.divmod(17, 5)
    expect(await Promise.all([quotient, remainder])).toEqual([3, 2])
    const { real, imag } = python.eval('3+4j')
    expect(await Promise.all([real, imag])).toEqual([3, 4])
    const [only, missing] = same([1])
    expect(await only).toBe(1)
    await expect(Promise.resolve(missing)).rejects.toThrow('list index out of range')
    const [head, ...rest] = await same([1, 2, 3])
    expect([head, rest]).toEqual([1, [2, 3]])
    const list = python.sync.builtins.list.$keep([1, 2])
    const [a, b, c] = list
    expect([a, b, c]).toEqual([1, 2, undefined])
    expect(() => Math.max(...(builtins.range(3) as unknown as number[]))).toThrow(TypeError)
  })
})

it('keeps going after errors of every kind', async () => {
  const results = await Promise.allSettled([builtins.len([]), builtins.len(5), builtins.nothing, builtins.len([1])])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled'])
  expect((results[1] as PromiseRejectedResult).reason).toBeInstanceOf(PythonError)
})
