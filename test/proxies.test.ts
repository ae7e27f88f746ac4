import { beforeAll, describe, expect, it } from 'vitest'
import { theChannel } from '../src/channel.js'
import { kw, python } from '../src/index.js'

const { proxy } = python
const py = python.import('./python/proxies.py')
const blocking = python.sync.import('./python/proxies.py')

class Counter {
  count = 1
  inner = { list: [1, 2, 3] }
  #secret = 7
  method() {
    return this.#secret
  }
  add(by: number) {
    this.count += by
    return this.count
  }
  get double() {
    return this.count * 2
  }
  async later() {
    await new Promise((resolve) => setTimeout(resolve, 5))
    return this.#secret
  }
  static create() {
    return new Counter()
  }
}

beforeAll(async () => {
  await py
})

describe('attributes of a proxy', () => {
  it('are read, written and deleted in the object itself', async () => {
    const counter = new Counter()
    expect(await py.read(proxy(counter), 'count')).toBe(1)
    expect(blocking.read(proxy(counter), 'double')).toBe(2)
    await py.write(proxy(counter), 'count', 5)
    expect(counter.count).toBe(5)
    await py.remove(proxy(counter), 'count')
    expect('count' in counter).toBe(false)
    expect(await py.has(proxy(counter), 'count')).toBe(false)
    expect(await py.has(proxy(counter), 'add')).toBe(true)
    expect(await py.read(proxy({ id: 3, name: undefined }), 'id')).toBe(3)
    expect(await py.read(proxy({ name: undefined }), 'name')).toBe(null)
  })

  it('that are missing raise AttributeError, with the object and the name', async () => {
    const [type, text] = await py.raised(py.read, proxy({ a: 1 }), 'b')
    expect(type).toBe('AttributeError')
    expect(text).toBe("expected an attribute of <js { a: 1 }>, got the unknown name 'b'")
    expect((await py.raised(py.remove, proxy({}), 'b'))[0]).toBe('AttributeError')
  })

  it('are what a Proxy of the program’s makes up, but for names that Python asks of every object', async () => {
    const asked: unknown[] = []
    const service = (path: string): Record<string, never> =>
      new Proxy((() => {}) as never, {
        get: (_, name) => {
          asked.push(name)
          return name === 'then' ? undefined : service(`${path}/${String(name)}`)
        },
        apply: (_, __, args) => `${path}(${args})`,
      })
    const client = new Proxy({}, { get: (_, name) => (name === 'nothing' ? undefined : service(String(name))) })
    const names = { client: python.proxy(client), array: python.import('numpy').array }
    expect(await python.eval('client.users.list(1, 2)', names)).toBe('users/list(1,2)')
    expect(await python.eval('client["users"].get()', names)).toBe('users/get()')
    expect(await python.eval('[hasattr(client, name) for name in ("users", "nothing", "__array__")]', names)).toEqual([
      true,
      false,
      false,
    ])
    expect(await python.eval('array(client).shape', names)).toEqual([])
    expect(asked.filter((name) => String(name).startsWith('__'))).toEqual([])
  })

  it('that JavaScript refuses to set raise its error', async () => {
    const [type, text] = await py.raised(py.write, proxy(Object.freeze({ a: 1 })), 'a', 2)
    expect(type).toBe('JavaScriptError')
    expect(text).toContain('TypeError: Cannot assign to read only property')
  })

  it('are listed by dir', async () => {
    expect(await py.names(proxy(new Counter()))).toEqual([
      'add',
      'constructor',
      'count',
      'double',
      'inner',
      'later',
      'method',
    ])
  })

  it('that throw raise the very error', async () => {
    const mine = new RangeError('mine')
    const thrower = {
      get x() {
        throw mine
      },
    }
    await expect(Promise.resolve(py.read(proxy(thrower), 'x'))).rejects.toBe(mine)
    expect(() => blocking.read(proxy(thrower), 'x')).toThrow(mine)
  })
})

describe('what a proxy hands out', () => {
  it('is a proxy for objects and functions, and a value for scalars', async () => {
    expect(await py.nested(proxy(new Counter()))).toEqual(['JsObject', true, 2, 'JsCallable', 'int'])
  })

  it('is a value where Python has a type of its own for it', async () => {
    const point = await python.import('./python/shapes.py').Point(1, 2)
    const object = {
      date: new Date(0),
      bytes: new Uint8Array([1]),
      error: new Error('x'),
      point,
      url: new URL('http://x/'),
    }
    expect(await py.kind(py.read(proxy(object), 'date'))).toBe('datetime')
    expect(await py.kind(py.read(proxy(object), 'bytes'))).toBe('memoryview')
    expect(await py.kind(py.read(proxy(object), 'error'))).toBe('JavaScriptError')
    expect(await py.kind(py.read(proxy(object), 'url'))).toBe('str')
    expect(await py.read(proxy(object), 'point')).toBe(point)
  })

  it('is the same object as long as Python holds it, and comes back as itself', async () => {
    const counter = new Counter()
    expect(await py.same(proxy(counter), proxy(counter))).toEqual([true, true, true])
    expect(await py.same(proxy(counter), proxy(new Counter()))).toEqual([false, false, false])
    expect(await py.identity(proxy(counter))).toBe(counter)
    expect(await py.identity([proxy(counter), { a: proxy(counter) }])).toEqual([counter, { a: counter }])
    expect(await py.read(proxy(counter), 'inner')).toBe(counter.inner)
    expect(await py.read(proxy(counter), 'add')).toBe(counter.add)
    expect(proxy(proxy(counter))).toBe(proxy(counter))
  })

  it('is independent of the same function passed alone', async () => {
    const fn = Object.assign(() => 1, { tag: 'x' })
    expect(await py.kind(fn)).toBe('JsFunction')
    expect(await py.read(proxy(fn), 'tag')).toBe('x')
    expect(await py.identity([fn, proxy(fn)])).toEqual([fn, fn])
  })

  it('is forgotten when Python has dropped it', async () => {
    const { jsValues } = theChannel()
    await py.drop()
    const before = jsValues.size
    for (let i = 0; i < 5; i++) await py.keep(proxy(new Counter()))
    expect(jsValues.size).toBe(before + 5)
    await py.drop()
    await expect.poll(() => jsValues.size).toBe(before)
  })
})

describe('calls of a proxy', () => {
  it('have the object as this', async () => {
    const counter = new Counter()
    expect(await py.call_method(proxy(counter), 'method')).toBe(7)
    expect(await py.detached(proxy(counter), 'add', 4)).toBe(5)
    expect(await py.same_method(proxy(counter), 'add')).toBe(true)
    expect(blocking.call_method(proxy(counter), 'add', 1)).toBe(6)
  })

  it('pass keyword arguments as a plain object, arrays and dicts by the table', async () => {
    const seen: unknown[] = []
    const object = { take: (...args: unknown[]) => void seen.push(...args) }
    await py.call_method(proxy(object), 'take', [1, { a: 2 }])
    await py.call(proxy(object.take), 1, kw({ size: 2 }))
    expect(seen).toEqual([[1, { a: 2 }], 1, { size: 2 }])
  })

  it('of classes make instances', async () => {
    const made = await py.call(proxy(Counter))
    expect(made).toBeInstanceOf(Counter)
    expect(await py.call_method(proxy(Counter), 'create')).toBeInstanceOf(Counter)
    expect(await py.call(proxy(Map))).toBeInstanceOf(Map)
    expect(await py.call(proxy(String), 5)).toBe('5')
    function Old(this: { x: number }, x: number) {
      this.x = x
    }
    expect(await py.make(proxy(Old), 3)).toEqual({ x: 3 })
    expect(await py.is_instance(proxy(made), proxy(Counter))).toBe(true)
    expect(await py.is_instance(3, proxy(Counter))).toBe(false)
  })

  it('of asynchronous methods wait on a thread, and are awaitable on the asyncio loop', async () => {
    expect(await py.call_method(proxy(new Counter()), 'later')).toBe(7)
    expect(await py.call_on_loop(proxy(new Counter()), 'later')).toEqual(['JsPromise', 7, true])
    expect(() => blocking.call_method(proxy(new Counter()), 'later')).toThrow('inside a blocking call')
  })

  it('come from any thread', async () => {
    expect(await py.in_thread(proxy(new Counter()))).toBe(4)
  })
})

describe('items of a proxy', () => {
  it('of a Map are its keys, as of a dict', async () => {
    const map = new Map<unknown, unknown>([
      ['a', 1],
      [2, 'b'],
    ])
    expect(await py.item(proxy(map), 'a')).toBe(1)
    expect(await py.item(proxy(map), 2)).toBe('b')
    expect(await py.raised(py.item, proxy(map), 'c')).toEqual(['KeyError', "'c'"])
    await py.set_item(proxy(map), 'c', [3])
    expect(map.get('c')).toEqual([3])
    await py.delete_item(proxy(map), 'a')
    expect([...map.keys()]).toEqual([2, 'c'])
    expect(await py.raised(py.delete_item, proxy(map), 'a')).toEqual(['KeyError', "'a'"])
    expect(await py.items(proxy(map))).toEqual([2, 'c'])
    expect(await python.builtins.dict(proxy(map)).$repr).toBe("{2: 'b', 'c': <js [ 3 ]>}")
    expect([await py.size(proxy(map)), await py.contains(proxy(map), 2), await py.contains(proxy(map), 9)]).toEqual([
      2,
      true,
      false,
    ])
  })

  it('of an array are its elements, with indices as in Python', async () => {
    const array = [10, 20, 30, 40]
    expect(await py.item(proxy(array), 0)).toBe(10)
    expect(await py.item(proxy(array), -1)).toBe(40)
    expect(await py.item(proxy(array), python.slice(1, 3))).toEqual([20, 30])
    expect(await py.item(proxy(array), python.slice(null, null, -2))).toEqual([40, 20])
    expect((await py.raised(py.item, proxy(array), 4))[0]).toBe('IndexError')
    expect((await py.raised(py.set_item, proxy(array), 4, 1))[0]).toBe('IndexError')
    expect((await py.raised(py.item, proxy(array), 'x'))[1]).toContain('expected an index or a slice')
    await py.set_item(proxy(array), -1, 50)
    await py.delete_item(proxy(array), 0)
    expect(array).toEqual([20, 30, 50])
    expect(await py.contains(proxy(array), 30)).toBe(true)
    expect(await py.items(proxy(new Float64Array([1.5, 2.5])))).toEqual([1.5, 2.5])
  })

  it('of an array are replaced and deleted by slices', async () => {
    const list = [0, 1, 2, 3, 4, 5]
    await python.exec('o[1:3] = [7]\no[:0] = [8, 9]\ndel o[-1:]\no[::2] = "abc"', { o: proxy(list) })
    expect(list).toEqual(['a', 9, 'b', 7, 'c', 4].slice(0, list.length))
    await python.exec('del o[::2]\no[1:] = range(200_000)', { o: proxy(list) })
    expect([list.length, list[0], list.at(-1)]).toEqual([200_001, 9, 199_999])
    const numbers = new Uint8Array(4)
    await python.exec('o[1:3] = [5, 6]', { o: proxy(numbers) })
    expect([...numbers]).toEqual([0, 5, 6, 0])
    await expect(python.exec('o[::2] = [1]', { o: proxy(list) })).rejects.toThrow('as many items as the slice has')
    await expect(python.exec('o[1:] = 3', { o: proxy(list) })).rejects.toThrow('something to iterate over')
  })

  it('of a plain object are its properties', async () => {
    const object: Record<string, unknown> = { a: 1, b: { c: 2 } }
    expect(await py.item(proxy(object), 'b', 'c')).toBe(2)
    expect(await py.raised(py.item, proxy(object), 'x')).toEqual(['KeyError', "'x'"])
    await py.set_item(proxy(object), 'd', 4)
    await py.delete_item(proxy(object), 'a')
    expect(await py.items(proxy(object))).toEqual(['b', 'd'])
    expect(await py.size(proxy(object))).toBe(2)
    expect(await py.contains(proxy(object), 'd')).toBe(true)
    expect((await py.as_dict(proxy(object))).d).toBe(4)
  })

  it('of other objects are there as far as JavaScript iterates over them', async () => {
    expect((await py.raised(py.items, proxy(new Counter())))[0]).toBe('TypeError')
    expect((await py.raised(py.size, proxy(new Counter())))[0]).toBe('TypeError')
    expect(await py.size(proxy(new Set([1, 2])))).toBe(2)
    expect(await py.items(proxy(new Set([1, 2])))).toEqual([1, 2])
  })

  it('say whether the object is true as Python does', async () => {
    expect(
      await Promise.all([[], {}, new Map(), [0], new Counter(), () => 1].map((each) => py.truth(proxy(each)))),
    ).toEqual([false, false, false, true, true, true])
  })
})

describe('iteration over a proxy', () => {
  it('makes what is made on the way one by one, and closes it when it is left', async () => {
    const log: unknown[] = []
    function* numbers() {
      try {
        for (let i = 0; ; i++) {
          log.push(i)
          yield i
        }
      } finally {
        log.push('closed')
      }
    }
    expect(await py.first(proxy(numbers()))).toBe(0)
    expect(log).toEqual([0, 'closed'])
  })

  it('reads large arrays to their end', async () => {
    const array = Array.from({ length: 1000 }, (_, index) => index)
    expect(await py.items(proxy(array))).toEqual(array)
  })

  it('waits on a thread for what is asynchronous, and not on the asyncio loop', async () => {
    const later = {
      async *[Symbol.asyncIterator]() {
        yield 1
        await new Promise((resolve) => setTimeout(resolve, 5))
        yield 2
      },
    }
    expect(await python.builtins.list(proxy(later))).toEqual([1, 2])
    const onLoop = async () => await py.listed_on_loop(proxy(later))
    await expect(onLoop).rejects.toThrow('expected an object that JavaScript iterates over')
  })

  it('is asynchronous too', async () => {
    let closed = false
    async function* letters() {
      try {
        yield 'a'
        yield 'b'
      } finally {
        closed = true
      }
    }
    expect(await py.async_items(proxy(letters()))).toEqual(['a', 'b'])
    closed = false
    expect(await py.async_first(proxy(letters()))).toBe('a')
    expect(closed).toBe(true)
    expect(await py.async_items(proxy([1, 2]))).toEqual([1, 2])
  })
})

describe('a with statement over a proxy', () => {
  const resource = (name: string | symbol) => ({
    state: 'open',
    [name](this: { state: string }) {
      this.state = 'closed'
    },
  })

  it('calls Symbol.dispose, Symbol.asyncDispose or close', async () => {
    expect(await py.with_statement(proxy(resource('close')))).toEqual([true, 'open', 'closed'])
    const disposable = resource(Symbol.dispose)
    await expect(Promise.resolve(py.with_failing(proxy(disposable)))).rejects.toThrow('inside')
    expect(disposable.state).toBe('closed')
    const asynchronous = resource(Symbol.asyncDispose)
    expect(await py.with_statement(proxy(asynchronous))).toEqual([true, 'open', 'closed'])
    const awaited = {
      ...resource('close'),
      async [Symbol.asyncDispose](this: { state: string }) {
        await null
        this.state = 'awaited'
      },
    }
    expect(await py.async_with(proxy(awaited))).toBe(true)
    expect(awaited.state).toBe('awaited')
  })

  it('refuses what cannot be closed', async () => {
    expect(await py.raised(py.with_statement, proxy({ a: 1 }))).toEqual([
      'TypeError',
      'expected an object with Symbol.dispose, Symbol.asyncDispose or close(), got <js { a: 1 }>',
    ])
  })
})

describe('a proxy', () => {
  it('has the text that JavaScript gives', async () => {
    expect(await py.texts(proxy({ a: [1] }))).toEqual(['<js { a: [ 1 ] }>', '{ a: [ 1 ] }'])
    expect(await py.texts(proxy({ toString: () => 'me' }))).toEqual(['<js { toString: [Function: toString] }>', 'me'])
  })

  it('has its value by snakebridge.js_objects.value', async () => {
    expect(await py.kind(py.value_of(proxy({ a: 1 })))).toBe('dict')
    expect((await py.raised(py.value_of, proxy(new Counter())))[1]).toContain('class Counter')
  })

  it('cannot be pickled or copied', async () => {
    for (const use of [py.pickled, py.copied])
      expect((await py.raised(use, proxy({ a: 1 })))[1]).toContain('cannot pickle or copy <js { a: 1 }>')
  })

  it('is made of objects only, and the advice for instances that were passed alone', () => {
    for (const value of [1, 'x', null, undefined, Symbol('x')])
      expect(() => proxy(value as never)).toThrow('expected an object')
    expect(() => proxy(python.builtins.len)).toThrow('got a Python reference')
    expect(() => py.identity({ a: new Counter() })).toThrow(
      /argument 1\.a, got an instance of class Counter; pass python\.proxy/,
    )
  })
})

describe('a promise in Python', () => {
  const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 5, value))

  it('is awaited on the loop, as often as one likes', async () => {
    expect(await py.awaited(later([1, 2]))).toEqual([1, 2])
    expect(await py.awaited_twice(later('x'))).toEqual(['x', 'x', 'x'])
    expect(await py.cancelled_wait(later('still'))).toBe('still')
  })

  it('is the result for a thread that waits, within a time limit', async () => {
    expect(await py.result(later(3))).toBe(3)
    expect(await py.raised(py.result, new Promise(() => {}), 0.01)).toEqual([
      'TimeoutError',
      'expected a promise that settles within 0.01 seconds, got one that is pending',
    ])
    expect(await py.when_done(later('done'))).toEqual([true, true, 'done'])
  })

  it('that is rejected raises the very error', async () => {
    const mine = new RangeError('mine')
    const failing = () => later(0).then(() => Promise.reject(mine))
    await expect(Promise.resolve(py.awaited(failing()))).rejects.toBe(mine)
    await expect(Promise.resolve(py.result(failing()))).rejects.toBe(mine)
    expect(await py.exception(failing())).toContain('RangeError')
    expect(await py.exception(later(1))).toBe('None')
  })

  it('that resolves to what cannot cross raises', async () => {
    await expect(Promise.resolve(py.awaited(later(Symbol('s'))))).rejects.toThrow('Symbol(s)')
    await expect(Promise.resolve(py.result(later(Symbol('s'))))).rejects.toThrow('Symbol(s)')
  })

  it('comes back as itself, and from a proxy hands out by reference', async () => {
    const promise = later(1)
    const [same] = await py.identity([promise])
    expect(same).toBe(promise)
    expect(await py.awaited_kind(proxy({ p: later({ a: 1 }) }), 'p')).toBe('JsObject')
  })

  it('cannot be waited for where it would stop what it needs', async () => {
    await expect(Promise.resolve(py.result_on_loop(later(1)))).rejects.toThrow('await the promise')
    expect(() => blocking.result(later(1))).toThrow("another thread than JavaScript's own")
    expect(() => blocking.run_loop(later(1))).toThrow("another thread than JavaScript's own")
  })
})
