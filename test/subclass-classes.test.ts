// JavaScript classes that extend Python's: exceptions, class methods, immutable bases.
import { beforeAll, describe, expect, it } from 'vitest'
import { PythonError, type PythonInstance, type PythonSubclass, PythonValueError, python } from '../src/index.js'

const py = python.import('./python/subclasses.py')
const blocking = python.sync.import('./python/subclasses.py')

beforeAll(async () => {
  await py
})

describe('an exception class', () => {
  class Refused extends python.subclass(python.builtins.ValueError) {
    constructor(message: string, code = 0) {
      super(message)
      this.code = code
    }
    explain() {
      return `refused: ${this.reason}`
    }
    private reason = 'too late'
  }

  it('is caught in Python by its class and its bases, with what JavaScript gave it', async () => {
    const refused = new Refused('no', 7)
    expect(await refused.code).toBe(7)
    const fail = () => {
      throw refused
    }
    expect(await py.caught_by(Refused, fail)).toEqual(['Refused', 'no', 7, 'refused: too late', refused])
    expect((await py.caught_by(python.builtins.ValueError, async () => fail()))[4]).toBe(refused)
  })

  it('is a PythonError where it arrives in JavaScript, which has the instance', async () => {
    const refused = new Refused('no')
    for (const raise of [py.raise_(refused), py.call(() => Promise.reject(refused), '__call__')]) {
      const error = await Promise.resolve(raise).catch((error) => error)
      expect(error).toBeInstanceOf(PythonValueError)
      expect(error).toMatchObject({ message: 'no', pythonType: 'javascript.Refused' })
      expect(error.$exception).toBe(refused)
      expect(await py.identity(error)).toBe(refused)
    }
  })

  it('made in Python is an instance too', async () => {
    const error = await Promise.resolve(py.raise_(Refused, 'made there')).catch((error) => error)
    expect(error).toBeInstanceOf(PythonError)
    expect(error.$exception).toBeInstanceOf(Refused)
    expect(error.$exception.explain()).toBe('refused: too late')
  })
})

describe('a class', () => {
  // biome-ignore lint/suspicious/noExplicitAny: as Python has them
  type Statics = Record<'load' | 'double', (argument: any) => any> & {
    kind: PromiseLike<string>
    __name__: PromiseLike<string>
  }
  const Base = python.subclass(py.Loadable) as PythonSubclass<PythonInstance> & Statics

  class Loaded extends Base {
    static override load(source: string) {
      return super.load(`${source}!`)
    }
  }

  it('has the class methods, static methods and attributes of Python', async () => {
    class Plain extends Base {
      hello() {
        return 'hello'
      }
    }
    const plain = await Plain.load('x')
    expect(plain).toBeInstanceOf(Plain)
    expect(plain.hello()).toBe('hello')
    expect(await plain.source).toBe('x')
    expect(await Plain.double(4)).toBe(8)
    expect(await Plain.kind).toBe('loadable')
    expect(await Plain.__name__).toBe('Plain')
    expect(await Plain).toBe(Plain)
  })

  it('overrides them, from both sides, and has Python’s own by super', async () => {
    const loaded = await Loaded.load('x')
    expect(loaded).toBeInstanceOf(Loaded)
    expect(await loaded.source).toBe('x!')
    expect(await (await py.load(Loaded, 'y')).source).toBe('y!')
  })

  it('has them in the blocking API', () => {
    class Plain extends (python.sync.subclass(blocking.Loadable) as unknown as typeof Base) {}
    const plain = Plain.load('x')
    expect(plain).toBeInstanceOf(Plain)
    expect(plain.source).toBe('x')
    expect(Plain.kind).toBe('loadable')
    expect(Plain.name).toBe('Plain')
  })

  it('of an immutable base takes its value', async () => {
    class Count extends python.subclass(python.builtins.int) {
      doubled() {
        return this.$mul(2)
      }
    }
    class Pair extends python.subclass(python.builtins.tuple) {}
    const count = new Count(5)
    expect(await count.$add(1)).toBe(6)
    expect(await count.doubled()).toBe(10)
    expect(await python.builtins.list(new Pair([1, 2]))).toEqual([1, 2])
  })

  it('raises KeyError and StopIteration where collections.abc wants them', async () => {
    class Settings extends python.subclass(py.MutableMapping) {
      values = new Map<string, number>()
      __getitem__(key: string) {
        if (!this.values.has(key)) throw python.builtins.KeyError(key)
        return this.values.get(key)
      }
      __setitem__(key: string, value: number) {
        this.values.set(key, value)
      }
      __delitem__(key: string) {
        this.values.delete(key)
      }
      __len__() {
        return this.values.size
      }
      __iter__() {
        return this.values.keys()
      }
    }
    const settings = new Settings()
    expect(await py.use_mapping(settings)).toEqual([{ b: 2 }, 5, 1, false])
    expect([...settings.values]).toEqual([['b', 2]])
  })
})

describe('an instance, where a reference is wanted', () => {
  class Managed extends python.subclass(py.Manager) {
    entered = 0
    __enter__() {
      this.entered++
      return super.__enter__()
    }
  }

  it('is a context manager, which gets what is thrown as it is', async () => {
    const managed = new Managed()
    expect(await python.with(managed, (value) => value)).toBe(managed)
    expect(managed.entered).toBe(1)
    const key = await python.builtins.KeyError('key')
    const failing = python.with(managed, () => {
      throw key
    })
    await expect(failing).rejects.toBe(key)
    expect(await managed.left).toEqual([null, key])
  })

  it('is kept by the scope that gives it, and by who takes it out of a session; its class outlives both', async () => {
    class Scoped extends python.subclass(py.Base) {}
    const kept = await python.scope(async () => ({ deep: [new Scoped(3)] }))
    expect(await kept.deep[0]?.start).toBe(3)
    const session = python.session()
    const [released, taken] = await session.run(async () => [new Scoped(4), new Scoped(5)] as const)
    session.detach(taken)
    await session.end()
    expect(() => released.start).toThrow('session')
    expect(await taken.start).toBe(5)
    expect(await new Scoped(6).start).toBe(6)
  })
})
