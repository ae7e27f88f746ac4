import { beforeAll, describe, expect, it } from 'vitest'
import { kw, type PythonReference, python } from '../src/index.js'

const py = python.import('./python/subclasses.py')
const blocking = python.sync.import('./python/subclasses.py')
const rejection = (pending: PromiseLike<unknown>) =>
  Promise.resolve(pending).then(
    () => expect.unreachable(),
    (error: Error) => error,
  )

beforeAll(async () => {
  await py
})

class Greeter extends python.subclass(py.Base) {
  fields = { list: [1] }
  #secret = 'hidden'
  constructor(start = 2, options: { step?: number } = {}) {
    super(start, kw({ step: options.step ?? 5 }))
    this.label = 'set in the constructor'
  }
  greet(name: string, punctuation = '!') {
    return `js ${name}${punctuation} ${this.#secret} ${this.fields.list.length}`
  }
  async base(name: string): Promise<string> {
    return `[${await super.greet(name)}]`
  }
  get doubled(): PythonReference {
    return this.start.$mul(2)
  }
  get plain() {
    return this.fields.list
  }
  set plain(value: number[]) {
    this.fields.list = value
  }
  static version = 3
  static settings = { deep: [1, 2] }
  static make(start: number) {
    return new this(start)
  }
  throwing() {
    throw new RangeError('mine')
  }
  async later(x: number) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    return x + this.fields.list.length
  }
}

class Louder extends Greeter {
  override greet(name: string) {
    return super.greet(name.toUpperCase())
  }
  extra() {
    return 1
  }
}

class Blocking extends python.sync.subclass(blocking.Base) {
  own = 'field'
  greet(name: string): string {
    return `${super.greet(name)} ${this.own} ${this.start}`
  }
  get size(): number {
    return super.size + 1
  }
  set size(value: number) {
    super.size = value * 2
  }
}

describe('a JavaScript class that extends a Python class', () => {
  it('makes instances of both', async () => {
    const greeter = new Greeter()
    expect(greeter).toBeInstanceOf(Greeter)
    expect(await py.is_instance(greeter, py.Base)).toBe(true)
    expect(await py.is_instance(greeter, Greeter)).toBe(true)
    expect(await py.is_instance(greeter, Louder)).toBe(false)
    expect(await py.is_subclass(Louder, Greeter)).toBe(true)
    expect(await py.type_repr(greeter)).toBe("<class 'javascript.Greeter'>")
    expect(await py.names(Louder)).toEqual(['Louder', 'Greeter', 'JsBase', 'Base', 'object'])
  })

  it('passes the arguments of super to Python', async () => {
    const greeter = new Greeter(7, { step: 9 })
    expect([await greeter.start, await greeter.step]).toEqual([7, 9])
    expect(() => new (class extends python.subclass(py.Base) {})({ a: Symbol('s') })).toThrow(
      'argument 1.a, got Symbol(s)',
    )
  })

  it('keeps declared and private fields in JavaScript, and other attributes in Python', async () => {
    const greeter = new Greeter()
    expect(await greeter.label).toBe('set in the constructor')
    expect(Object.keys(greeter)).toEqual(['fields'])
    expect(await py.variables(greeter)).toEqual(['label', 'start', 'step'])
    greeter.color = 'red'
    expect(await py.get(greeter, 'color')).toBe('red')
    await py.set_(greeter, 'color', 'blue')
    expect(await greeter.color).toBe('blue')
    await greeter.$delete('color')
    expect((await py.raised(py.get, greeter, 'color'))[0]).toBe('AttributeError')
  })

  it('overrides methods, as Python sees it', async () => {
    const greeter = new Greeter()
    expect(await greeter.call_greet('Ann')).toBe('js Ann! hidden 1')
    expect(greeter.greet('Bob')).toBe('js Bob! hidden 1')
    expect(await py.greet(greeter, 'Cid', kw({ punctuation: '?' }))).toBe('js Cid? hidden 1')
    expect(blocking.greet(greeter, 'Dan')).toBe('js Dan! hidden 1')
  })

  it('hands keyword arguments on by ...args', async () => {
    class Handing extends python.subclass(py.Base) {
      constructor(...args: unknown[]) {
        super(...args)
      }
    }
    const made = await py.create(Handing, kw({ step: 4 }))
    expect([await made.start, await made.step]).toEqual([1, 4])
  })

  it('calls the implementation of Python by super', async () => {
    expect(await new Greeter(4).base('Eve')).toBe('[base Eve 4]')
    expect(await py.call(new Greeter(4), 'base', 'Eve')).toBe('[base Eve 4]')
  })

  it('inherits in JavaScript over several levels', async () => {
    const louder = new Louder(1)
    expect(await louder.call_greet('ann')).toBe('js ANN! hidden 1')
    expect(await py.call(louder, 'extra')).toBe(1)
    expect(await louder.label).toBe('set in the constructor')
  })

  it('has accessors as properties', async () => {
    const greeter = new Greeter(4)
    expect(await py.get(greeter, 'doubled')).toBe(8)
    await py.set_(greeter, 'plain', [1, 2, 3])
    expect(greeter.fields.list).toEqual([1, 2, 3])
    expect(await py.get(greeter, 'plain')).toEqual([1, 2, 3])
    expect((await py.raised(py.set_, greeter, 'doubled', 1))[0]).toBe('AttributeError')
  })

  it('has static members', async () => {
    expect(await py.get(Greeter, 'version')).toBe(3)
    expect(await py.get(Greeter, 'settings')).toEqual({ deep: [1, 2] })
    const made = await py.call(Greeter, 'make', 6)
    expect(made).toBeInstanceOf(Greeter)
    expect(await made.start).toBe(6)
    expect(await py.call(Louder, 'version').catch(() => 'not callable')).toBe('not callable')
  })

  it('has signatures', async () => {
    expect(await py.signature(py.get(Greeter, 'greet'))).toBe("(self, name, punctuation='!')")
    expect(await py.signature(Greeter)).toBe('(start=2, options={})')
  })

  it('raises what JavaScript throws, as itself, and what Python raises', async () => {
    const greeter = new Greeter()
    const error = await rejection(py.call(greeter, 'throwing'))
    expect(error).toBeInstanceOf(RangeError)
    expect(await py.raised(py.call, greeter, 'throwing')).toEqual(['JavaScriptError', 'RangeError: mine'])
    expect((await rejection(greeter.fails())).message).toBe('from Base')
  })

  it('has asynchronous methods that a thread waits for, and the asyncio loop awaits', async () => {
    expect(await py.call(new Greeter(), 'later', 3)).toBe(4)
    expect(await py.call_async(new Greeter(), 'later', 3)).toBe(4)
  })
})

describe('an instance', () => {
  it('goes to Python as its object and comes back as itself, by every way', async () => {
    const greeter = new Greeter()
    expect(await py.identity(greeter)).toBe(greeter)
    expect(blocking.identity(greeter)).toBe(greeter)
    expect(await py.listed(greeter)).toEqual([greeter, { again: greeter }])
    expect((await py.listed(greeter))[0]).toBe(greeter)
    expect(await python.lane('subclass').import('builtins').list([greeter])).toEqual([greeter])
    const seen: unknown[] = []
    await python.builtins.sorted([greeter], kw({ key: (x: unknown) => seen.push(x) }))
    expect(seen[0]).toBe(greeter)
    python.lane('subclass').close()
  })

  it('has what references have under $', async () => {
    const greeter = new Greeter(3)
    expect(await greeter.$get('start')).toBe(3)
    expect(await greeter.$isinstance(py.Base)).toBe(true)
    expect(await greeter.$repr).toContain('javascript.Greeter object')
    expect(await (Greeter.$class as PythonReference).__name__).toBe('Greeter')
  })

  it('is no thenable, and is printed as an object of its class', async () => {
    const greeter = new Greeter()
    expect(await greeter).toBe(greeter)
    expect(await Promise.all([greeter])).toEqual([greeter])
    expect((await import('node:util')).inspect(greeter)).toBe('Greeter { fields: { list: [ 1 ] } }')
    expect(JSON.stringify(greeter)).toBe('{"fields":{"list":[1]}}')
  })

  it('that Python makes runs the constructor in JavaScript', async () => {
    const made = await py.create(Greeter, 8, kw({ options: { step: 2 } }))
    expect(made).toBeInstanceOf(Greeter)
    expect(made.greet('x')).toBe('js x! hidden 1')
    expect([await made.start, await made.step, await made.label]).toEqual([8, 2, 'set in the constructor'])
    expect(await py.created_twice(Louder, 1)).toBe(true)
    const here = blocking.create(Blocking, 2)
    expect(here.greet('x')).toBe('base x 2 field 2')
    expect(await py.get(py.create(Blocking, 3), 'start')).toBe(3)
  })

  it('whose constructor throws is an error where it was made', async () => {
    class Failing extends python.subclass(py.Base) {
      constructor() {
        super()
        throw new RangeError('in the constructor')
      }
    }
    expect(() => new Failing()).toThrow('in the constructor')
    expect((await rejection(py.create(Failing))).message).toBe('in the constructor')
  })

  it('cannot be pickled or copied, unless it says how', async () => {
    expect((await py.raised(py.pickled, new Greeter()))[1]).toContain('half of it lives in JavaScript')
    expect((await py.raised(py.copied, new Greeter()))[1]).toContain("cannot pickle or copy 'Greeter' object")
    class Portable extends python.subclass(py.Base) {
      __reduce__() {
        return python.tuple([python.builtins.list, python.tuple([])])
      }
    }
    expect(await py.copied(new Portable())).toEqual([])
  })

  it('may be subclassed in Python', async () => {
    const Child = await py.PythonChild.of(Greeter)
    const child = await Child(9)
    expect(child).toBeInstanceOf(Greeter)
    expect(await child.extra).toBe('python')
    expect(await py.greet(child, 'x')).toBe('child js x! hidden 1')
    expect(await child.start).toBe(9)
  })
})

describe('the blocking flavour', () => {
  it('gives values at once', () => {
    const object = new Blocking(5, kw({ step: 2 }))
    expect(object.step).toBe(2)
    expect(object.greet('x')).toBe('base x 5 field 5')
    expect(object.call_greet('y')).toBe('base y 5 field 5')
    object.note = [1]
    expect(object.note).toEqual([1])
    expect(object.size).toBe(51)
    object.size = 4
    expect(object.start).toBe(8)
    expect(blocking.get(object, 'size')).toBe(81)
    expect(() => object.missing).toThrow("has no attribute 'missing'")
  })

  it('is called from a Python thread', async () => {
    const object = new Blocking(5)
    expect(await py.greet(object, 'z')).toBe('base z 5 field 5')
  })

  it('gets blocking references in its overrides, whoever calls them', async () => {
    const seen: unknown[] = []
    class Reader extends python.sync.subclass(blocking.Base) {
      constructor(given: { made: number } = blocking.Base) {
        super()
        seen.push(given.made >= 0)
      }
      greet(given: { made: number }): number {
        seen.push(this.start, given.made >= 0)
        return given.made
      }
      get size(): number {
        return this.start + 1
      }
      set size(value: { made: number }) {
        seen.push(value.made >= 0)
      }
      static take(given: { made: number }) {
        seen.push(given.made >= 0)
      }
      async later(given: { made: number }) {
        seen.push(this.start, given.made >= 0)
      }
    }
    const object = new Reader()
    seen.length = 0
    await py.greet(object, py.Base)
    await py.call_async(object, 'later', py.Base)
    await python.lane('overrides').import('./python/subclasses.py').greet(object, py.Base)
    await py.set_(object, 'size', py.Base)
    await py.call(Reader, 'take', py.Base)
    await py.create(Reader, py.Base)
    expect(seen).toEqual([1, true, 1, true, 1, true, true, true, true])
    expect(await py.get(object, 'size')).toBe(2)
  })

  it('calls overrides while Python initialises', () => {
    class Early extends python.sync.subclass(blocking.Calling) {
      reset(when: string): string {
        return `js ${when} ${super.reset('late')}`
      }
    }
    expect(new Early().seen).toBe('js early python late')
  })
})

describe('bases of the standard library and others', () => {
  it('an abstract base class wants its methods', async () => {
    class Half extends python.subclass(py.Abstract) {
      area() {
        return 2
      }
    }
    class Square extends Half {
      get name() {
        return 'square'
      }
    }
    expect((await rejection(new Half().describe())).message).toMatch(/Can't instantiate abstract class Half/)
    expect(await new Square().describe()).toBe('square: 2')
  })

  it('threading.Thread runs a JavaScript method', async () => {
    class Worker extends python.subclass(py.Thread) {
      result = 0
      run() {
        this.result = 42
      }
    }
    const worker = new Worker(kw({ name: 'js' }))
    expect(await py.run_thread(worker)).toBe(false)
    expect(worker.result).toBe(42)
    expect(await worker.name).toBe('js')
  })

  it('json.JSONEncoder asks for defaults', async () => {
    class Encoder extends python.subclass(python.import('json').JSONEncoder) {
      default(value: unknown) {
        return isSet(value) ? [...(value as Set<unknown>)] : super.default(value)
      }
    }
    const isSet = (value: unknown) => value instanceof Set
    expect(await py.dump({ a: new Set([1]) }, Encoder)).toBe('{"a": [1]}')
    expect((await rejection(py.dump({ a: py.Base() }, Encoder))).message).toContain('not JSON serializable')
  })

  it('collections.abc.Mapping takes dunder methods', async () => {
    class Config extends python.subclass(py.Mapping) {
      values = new Map([
        ['a', 1],
        ['b', 2],
      ])
      __getitem__(key: string) {
        if (!this.values.has(key)) return python.sync.exec(`raise KeyError(${JSON.stringify(key)})`)
        return this.values.get(key)
      }
      __len__() {
        return this.values.size
      }
      __iter__() {
        return python.builtins.iter([...this.values.keys()])
      }
    }
    expect(await py.as_mapping(new Config())).toEqual([2, ['a', 'b'], 1, 5, true, { a: 1, b: 2 }])
  })

  it('logging.Handler emits', async () => {
    const lines: string[] = []
    class Collect extends python.subclass(python.import('logging').Handler) {
      async emit(record: PythonReference) {
        lines.push(await record.getMessage())
      }
    }
    await py.log_with(new Collect(), 'one', 'two')
    expect(lines).toEqual(['one', 'two'])
  })

  it('html.parser.HTMLParser calls its handlers', async () => {
    class Links extends python.subclass(py.HTMLParser) {
      found: string[] = []
      handle_starttag(tag: string, attributes: [string, string][]) {
        if (tag === 'a') this.found.push(new Map(attributes).get('href') ?? '')
      }
    }
    const links = new Links()
    await py.feed(links, '<p><a href="/x">x</a><a href="/y">y</a></p>')
    expect(links.found).toEqual(['/x', '/y'])
  })

  it('unittest.TestCase finds tests', async () => {
    class Cases extends python.subclass(python.import('unittest').TestCase) {
      test_passes() {
        return this.assertEqual(1, 1)
      }
      async test_fails() {
        await this.assertEqual(1, 2)
      }
      test_throws() {
        throw new Error('an error')
      }
    }
    expect(await py.run_tests(Cases)).toEqual([3, 1, 1])
  })

  it('scikit-learn clones and fits an estimator', async () => {
    const base = python.import('sklearn.base')
    class Scale extends python.subclass(base.TransformerMixin, base.BaseEstimator) {
      constructor(factor = 2, copy = true) {
        super()
        this.factor = factor
        this.copy = copy
      }
      fit(_x: unknown, _y = null) {
        return this
      }
      transform(x: unknown) {
        return python.import('numpy').multiply(x, this.factor)
      }
    }
    const scale = new Scale(3)
    expect(await scale.get_params()).toEqual({ factor: 3, copy: true })
    const clone = await base.clone(scale)
    expect(clone).toBeInstanceOf(Scale)
    expect(clone).not.toBe(scale)
    expect(await clone.factor).toBe(3)
    await scale.set_params(kw({ factor: 4 }))
    expect((await scale.fit_transform([[1.5, 2.5]])).toArray()).toEqual([[6, 10]])
    expect(await python.builtins.repr(new Scale())).toBe('Scale()')
    const pipeline = python
      .import('sklearn.pipeline')
      .make_pipeline(new Scale(10), python.import('sklearn.preprocessing').StandardScaler())
    expect((await pipeline.fit_transform([[1], [3]])).toArray()).toEqual([[-1], [1]])
  })

  it('with a metaclass get the keywords of the class', async () => {
    class Tagged extends python.subclass(py.Meta, kw({ tag: 'x' })) {}
    expect(await py.get(Tagged.$class, '__mro__').$item(1).tag).toBe('x')
  })

  it('several at once', async () => {
    class Both extends python.subclass(py.Abstract, py.Base) {
      get name() {
        return 'both'
      }
      area() {
        return this.start
      }
    }
    expect(await new Both(4).describe()).toBe('both: 4')
  })
})

describe('lifetime', () => {
  const collect = async () => {
    for (let i = 0; i < 5; i++) {
      ;(globalThis as { gc?: () => void }).gc?.()
      await new Promise((resolve) => setTimeout(resolve, 120))
    }
  }

  it('keeps the JavaScript half while Python holds the object, and lets both go with the last', async () => {
    await (async () => {
      const kept = new Greeter()
      kept.fields.list.push(2)
      await py.keep(kept)
      await py.note(kept)
      await py.note(new Greeter())
      for (let i = 0; i < 20; i++) await py.note(new Greeter())
    })()
    await collect()
    expect(await py.count_alive()).toBe(1)
    expect(await py.greet_kept()).toBe('js again! hidden 2')
    await collect()
    expect(await py.greet_kept()).toBe('js again! hidden 2')
    await py.drop()
    await collect()
    expect(await py.count_alive()).toBe(0)
  }, 30_000)

  it('keeps the Python half while JavaScript holds the object', async () => {
    const greeter = new Greeter(11)
    await py.note(greeter)
    await collect()
    expect(await greeter.start).toBe(11)
    expect(await greeter.call_greet('x')).toBe('js x! hidden 1')
    await py.keep(greeter)
    await collect()
    await py.drop()
  }, 30_000)

  it('ends with $release', async () => {
    const greeter = new Greeter()
    await greeter.start
    greeter.$release()
    expect(() => greeter.start).toThrow('after its release')
    expect(() => py.identity(greeter)).toThrow('after its release')
  })
})

describe('python.subclass refuses', () => {
  it('what is no class, or of the other API', async () => {
    expect(() => python.subclass()).toThrow('expected a reference to a Python class for python.subclass, got none')
    expect(() => python.subclass(class {})).toThrow('expected a reference to a Python class')
    expect(() => python.subclass(blocking.Base)).toThrow('python.sync.subclass')
    expect(() => python.sync.subclass(py.Base)).toThrow('python.subclass')
    class Wrong extends python.subclass(py.greet) {}
    expect((await rejection(py.identity(new Wrong()))).message).toContain('expected a Python class for python.subclass')
    class Final extends python.subclass(python.builtins.bool) {}
    expect((await rejection(py.identity(new Final()))).message).toContain("'bool' is not an acceptable base type")
  })
})
