// Errors as a program meets them. What plain Python prints comes from plain Python, run beside.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  isReference,
  MissingModuleError,
  PythonAttributeError,
  PythonCancelledError,
  PythonError,
  PythonExceptionGroup,
  PythonFileNotFoundError,
  PythonKeyboardInterrupt,
  PythonKeyError,
  PythonMemoryError,
  PythonOSError,
  PythonRecursionError,
  PythonSystemExit,
  PythonTimeoutError,
  PythonTypeError,
  PythonValueError,
  PythonZeroDivisionError,
  python,
} from '../src/index.js'

const { builtins } = python
const live = python.import('./python/live_errors.py')
const raised = python.import('./python/raised_errors.py')

/** What the awaited value rejects with. */
// biome-ignore lint/suspicious/noExplicitAny: fields of whichever subclass comes
async function errorOf(value: any): Promise<any> {
  try {
    await value
  } catch (error) {
    return error
  }
  return expect.fail('expected an error, got a value')
}

function raise(error: unknown): never {
  throw error
}

/** The function name and line (from 1) of this file that the stack names first. */
function placeOf(error: Error): number {
  const first = /^ {4}at .*$/m.exec(error.stack ?? '')?.[0] ?? ''
  return Number(/errors-live\.test\.ts:(\d+)/.exec(first)?.[1])
}

/** The line of the caller. */
function here(): number {
  const holder: { stack: string } = { stack: '' }
  Error.captureStackTrace(holder, here)
  return Number(/errors-live\.test\.ts:(\d+)/.exec(holder.stack)?.[1])
}

const plain = path.join(process.env.VIRTUAL_ENV as string, 'bin/python')
const output = execFileSync(plain, ['test/python/described_errors.py'], {
  cwd: path.join(__dirname, '..'),
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
const { described } = JSON.parse(output) as { described: Record<string, { printed: string }> }
const printed = Object.entries(described).map(([name, { printed }]) => [name, printed] as const)

/** How deep a recursion goes depends on what is on the stack already. */
const steady = (text: string) => text.replace(/repeated \d+ more/, 'repeated many more')

describe('the traceback is what plain Python prints', () => {
  it.each(printed)('awaited: %s', async (name, text) => {
    expect(steady((await errorOf(raised[name]())).traceback)).toBe(steady(text))
  })

  it.each(printed)('blocking: %s', (name, text) => {
    const error = caught(() => python.sync.import('./python/raised_errors.py')[name]())
    expect(steady(error.traceback)).toBe(steady(text))
  })
})

function caught(work: () => unknown): PythonError {
  try {
    work()
  } catch (error) {
    return error as PythonError
  }
  return expect.fail('expected an error')
}

describe('the class of an error', () => {
  it.each([
    ['ValueError', PythonValueError],
    ['KeyError', PythonKeyError],
    ['FileNotFoundError', PythonFileNotFoundError],
    ['TimeoutError', PythonTimeoutError],
    ['MemoryError', PythonMemoryError],
    ['RecursionError', PythonRecursionError],
    ['KeyboardInterrupt', PythonKeyboardInterrupt],
    ['SystemExit', PythonSystemExit],
  ])('%s', async (name, errorClass) => {
    const error = await errorOf(live.raise_type(builtins[name]))
    expect(error).toBeInstanceOf(errorClass)
    expect(error).toBeInstanceOf(PythonError)
    expect(error).toBeInstanceOf(Error)
    expect(error.pythonType).toBe(name)
  })

  it('of a user is that of its bases, each of them', async () => {
    const error = await errorOf(live.raise_type(live.SlowService, 'too late'))
    expect(error.pythonType).toBe('live_errors.SlowService')
    expect(error).toBeInstanceOf(PythonTimeoutError)
    expect(error).toBeInstanceOf(PythonOSError)
    expect(error).toBeInstanceOf(PythonValueError)
    expect(error).not.toBeInstanceOf(PythonKeyError)
  })

  it('nested in another class has its qualified name', async () => {
    expect((await errorOf(live.raise_type(live.Outer.Inner, 1))).pythonType).toBe('live_errors.Outer.Inner')
  })

  it('is a timeout for subprocess, asyncio and sockets alike', async () => {
    expect(await errorOf(live.timeout_of_a_process())).toBeInstanceOf(PythonTimeoutError)
    expect(await errorOf(live.timeout_of_asyncio())).toBeInstanceOf(PythonTimeoutError)
    expect(await errorOf(live.raise_type(python.import('socket').timeout))).toBeInstanceOf(PythonTimeoutError)
    expect(await errorOf(live.cancelled())).toBeInstanceOf(PythonCancelledError)
  })

  it('of a missing module has the command that installs it', async () => {
    const error = await errorOf(python.import('no_such_package_abc.inside'))
    expect(error).toBeInstanceOf(MissingModuleError)
    expect(error.module).toBe('no_such_package_abc')
    expect(error.install).toContain('install')
    expect(error.install).toContain('no-such-package-abc')
    expect(error.stack).toContain(error.install)
  })
})

describe('message, notes, links, members', () => {
  it('the message is str() of the exception', async () => {
    expect((await errorOf(builtins.dict().$item('k'))).message).toBe("'k'")
    expect((await errorOf(builtins.open('/nonexistent'))).message).toBe(
      "[Errno 2] No such file or directory: '/nonexistent'",
    )
    expect((await errorOf(live.raise_type(builtins.ValueError))).message).toBe('')
    expect((await errorOf(live.raise_type(builtins.ValueError, 'a\0b', 1))).message).toBe("('a\\x00b', 1)")
    expect((await errorOf(live.raise_type(builtins.ValueError, '\ud800 😀'))).message).toBe('\ud800 😀')
  })

  it('a __str__ that raises is said so', async () => {
    expect((await errorOf(live.raise_type(raised.BadStr))).message).toBe('<exception str() failed>')
  })

  it('fields of OSError and SystemExit are there', async () => {
    expect(await errorOf(builtins.open('/nonexistent'))).toMatchObject({ errno: 2, filename: '/nonexistent' })
    expect((await errorOf(python.import('sys').exit(7))).code).toBe(7)
    expect((await errorOf(python.import('sys').exit())).code).toBe(null)
    expect((await errorOf(python.exec('raise SystemExit("bye")'))).code).toBe('bye')
  })

  it('cause and context are errors of their own classes', async () => {
    const error = await errorOf(raised.caused())
    expect(error.cause).toBeInstanceOf(PythonValueError)
    expect(error.cause.message).toBe("could not convert string to float: 'q'")
    const during = await errorOf(raised.during())
    expect(during.cause).toBeUndefined()
    expect(during.context).toBeInstanceOf(PythonValueError)
  })

  it('groups have their members, nested', async () => {
    const error = await errorOf(raised.nested_group())
    expect(error).toBeInstanceOf(PythonExceptionGroup)
    expect(error.exceptions).toHaveLength(2)
    expect(error.exceptions[0]).toBeInstanceOf(PythonExceptionGroup)
    expect(error.exceptions[0].exceptions.map((one: Error) => one.message)).toEqual([
      "could not convert string to float: 'g0'",
      "could not convert string to float: 'g1'",
      "could not convert string to float: 'g2'",
    ])
    expect(error.exceptions[1]).toBeInstanceOf(PythonTypeError)
  })
})

describe('an error may come from anywhere', () => {
  it('from C, from a property, a setter, a hash, a truth value, a length, a comparison', async () => {
    const bad = await live.BadProperty()
    expect(await errorOf(builtins.int('x'))).toBeInstanceOf(PythonValueError)
    expect((await errorOf(bad.value)).message).toBe('no value here')
    expect(await errorOf(bad.$set('name', 1))).toMatchObject({ pythonType: 'AttributeError', attribute: 'name' })
    expect(await errorOf(bad.$hash)).toBeInstanceOf(PythonTypeError)
    expect((await errorOf(bad.$bool)).message).toBe('neither true nor false')
    expect(await errorOf(bad.$len)).toBeInstanceOf(PythonValueError)
    expect((await errorOf(bad.$eq(1))).message).toBe('not comparable')
    expect((await errorOf(bad.$repr)).message).toBe('no repr')
    expect(inspect(bad)).toBe('[Python live_errors.BadProperty]')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(inspect(bad)).toBe('[Python live_errors.BadProperty]')
  })

  it('from converting: the value stays usable in Python', async () => {
    const ambiguous = live.two_nans()
    expect((await errorOf(ambiguous)).message).toContain('two NaNs')
    expect(await ambiguous.$len).toBe(2)
    expect((await errorOf(builtins.dict(new Map([[[1], 2]])))).message).toContain('cannot be a dict key')
  })

  it('and none ends the process', async () => {
    for (const error of [
      await errorOf(python.import('sys').exit(3)),
      await errorOf(builtins.exit()),
      await errorOf(live.raise_type(builtins.KeyboardInterrupt)),
      await errorOf(live.memory()),
      await errorOf(raised.recursion()),
      await errorOf(live.raise_type(builtins.GeneratorExit)),
      await errorOf(live.raise_type(builtins.StopIteration, 1)),
    ])
      expect(error).toBeInstanceOf(PythonError)
    expect(() => python.sync.import('sys').exit(3)).toThrow(PythonSystemExit)
    expect(await builtins.len([1])).toBe(1)
  })
})

describe('the stack names the line of JavaScript', () => {
  it('for every operation of a turn', async () => {
    const attribute = builtins.nothing_of_this_name
    const lineOfAttribute = here() - 1
    const call = live.raise_type(builtins.ValueError)
    const lineOfCall = here() - 1
    const item = builtins.dict().$item('key')
    const lineOfItem = here() - 1
    const quotient = builtins.int(1).$div(0)
    const lineOfQuotient = here() - 1
    const errors = await Promise.all([attribute, call, item, quotient].map(errorOf))
    expect(errors.map(placeOf)).toEqual([lineOfAttribute, lineOfCall, lineOfItem, lineOfQuotient])
  })

  it('of the operation that failed, not of what depends on it', async () => {
    const failing = builtins.int('x')
    const line = here() - 1
    const error = await errorOf(builtins.abs(failing))
    expect(placeOf(error)).toBe(line)
  })

  it('of the call, where the function was taken out of its module before', async () => {
    const { int } = builtins
    const error = await errorOf(int('x'))
    expect(placeOf(error)).toBe(here() - 1)
    const again = await errorOf(int('y'))
    expect(placeOf(again)).toBe(here() - 1)
  })

  it('also for an attribute that is used later, in another turn', async () => {
    const int = await builtins.int
    const error = await errorOf(int('x'))
    expect(placeOf(error)).toBe(here() - 1)
  })

  it('of the nearest recorded one, saying so, after very many in one turn', async () => {
    const errors = await Promise.all(Array.from({ length: 100 }, () => errorOf(live.raise_type(builtins.KeyError))))
    expect(errors[99].stack).toContain('    at an operation of the same turn, written after:\n    at ')
    expect(errors[99].stack).toContain('errors-live.test.ts')
  })

  it('of the await, in a loop that is too busy for every operation to be recorded', async () => {
    const { abs } = builtins
    let lost = 0
    for (let i = 0; i < 20_000; i++) await abs(i)
    for (let i = 0; i < 50; i++) {
      try {
        await abs('x')
      } catch (error) {
        if (placeOf(error as Error) !== here() - 2) lost++
      }
      for (let k = 0; k < 200; k++) await abs(k)
    }
    expect(lost).toBe(0)
  })

  it('without lines of the bridge, and with the traceback after it', async () => {
    const error = await errorOf(raised.simple())
    expect(error.stack).not.toContain(`${path.join(__dirname, '../src')}/`)
    expect(error.stack.trimEnd().endsWith(error.traceback.trimEnd())).toBe(true)
    expect(error.stack.startsWith("PythonValueError: could not convert string to float: 'abc'\n    at ")).toBe(true)
  })

  it('of the blocking call', () => {
    const error = caught(() => python.sync.builtins.int('x'))
    expect(placeOf(error)).toBe(here() - 1)
    const other = caught(() => python.sync.import('math').nothing)
    expect(other).toBeInstanceOf(PythonAttributeError)
    expect(placeOf(other)).toBe(here() - 2)
  })

  it('of a statement', async () => {
    const object = await builtins.object()
    const heard = new Promise<PythonError>((resolve) => {
      const others = process.listeners('unhandledRejection')
      process.removeAllListeners('unhandledRejection')
      process.once('unhandledRejection', (error) => {
        for (const other of others) process.on('unhandledRejection', other)
        resolve(error as PythonError)
      })
    })
    builtins.len([])
    object.attribute = 1
    const line = here() - 1
    expect(placeOf(await heard)).toBe(line)
  })
})

describe('an error keeps its identity', () => {
  it('back in Python it is the exception that it was', async () => {
    const error = await errorOf(live.raise_type(live.SlowService, 'late'))
    expect(await live.caught(error)).toEqual(['SlowService', 'late', true, true])
    expect(await errorOf(live.raise_this(error))).toBe(error)
    const wrapped = await errorOf(live.raise_from(error))
    expect(wrapped.cause).toBeInstanceOf(PythonTimeoutError)
    expect(wrapped.cause.message).toBe('late')
    expect(await wrapped.$exception.__cause__.$is(error.$exception)).toBe(true)
  })

  it('a JavaScript error comes back as the same object', async () => {
    const mine = new RangeError('mine')
    expect(await errorOf(live.raise_this(mine))).toBe(mine)
    expect(caught(() => python.sync.import('./python/live_errors.py').raise_this(mine))).toBe(mine)
    const wrapped = await errorOf(live.raise_from(mine))
    expect(wrapped.cause).toBe(mine)
    expect((await errorOf(live.raise_while_handling(mine))).context).toBe(mine)
    expect(await live.caught(mine)).toEqual(['JavaScriptError', 'RangeError: mine', true, true])
  })

  it('a JavaScript error comes back as the same object, whatever a program has made of it', async () => {
    const broken = (key: string, descriptor: PropertyDescriptor) =>
      Object.defineProperty(new RangeError('mine'), key, descriptor)
    const fails = {
      get() {
        throw new Error('a getter')
      },
    }
    const errors = [
      broken('message', fails),
      broken('stack', fails),
      broken('cause', fails),
      broken('name', { value: Symbol('name') }),
      broken('message', { value: { toString: fails.get } }),
      broken('message', { value: undefined }),
      broken('stack', { value: 5 }),
      Object.freeze(new RangeError('mine')),
    ]
    for (const mine of errors) {
      expect(await errorOf(live.raise_this(mine))).toBe(mine)
      expect(await errorOf(live.wrapping(() => raise(mine))).then((error) => error.cause)).toBe(mine)
      expect(caught(() => python.sync.eval('f()', { f: () => raise(mine) }))).toBe(mine)
    }
  })

  it('the causes of a JavaScript error are its causes in Python', async () => {
    const inner = new TypeError('inner')
    const outer = new Error('outer', { cause: new RangeError('middle', { cause: inner }) })
    expect(await live.causes(outer)).toEqual(['Error: outer', 'RangeError: middle', 'TypeError: inner'])
    expect(await python.eval('e.__cause__.__cause__', { e: outer })).toBe(inner)
    const python_ = await errorOf(live.raise_from(inner))
    expect(await live.causes(new Error('outer', { cause: python_ }))).toEqual([
      'Error: outer',
      'wrapped',
      'TypeError: inner',
    ])
    expect(await live.causes(new Error('outer', { cause: 'text' }))).toEqual(['Error: outer'])
    const cyclic = new Error('a')
    cyclic.cause = new Error('b', { cause: cyclic })
    expect(await live.causes(cyclic)).toEqual(['Error: a', 'Error: b'])
    const thrown = await errorOf(live.wrapping(() => raise(outer)))
    expect(thrown.cause).toBe(outer)
    expect(thrown.traceback).toMatch(
      /TypeError: inner\n\nThe above exception was the direct cause[\s\S]*RangeError: middle\n[\s\S]*Error: outer\n/,
    )
  })

  it('a cause that Python has given a JavaScript error stays', async () => {
    const mine = new Error('mine')
    const kept = await python.eval('[e, setattr(e, "__cause__", KeyError(1))][0:1]', { e: mine }).$keep
    mine.cause = new Error('later')
    expect(await live.causes(mine)).toEqual(['Error: mine', '1'])
    kept.$release()
  })

  it('a JavaScript error comes back as the same object where Python finds no memory to describe it', async () => {
    const mine = new RangeError('mine')
    await live.find_no_memory_to_describe(true)
    const come = await errorOf(live.raise_this(mine))
    await live.find_no_memory_to_describe(false)
    expect(come).toBe(mine)
  })

  it('a JavaScript error that is a value comes back as the same object, and is one exception in Python', async () => {
    class Mine extends RangeError {}
    const mine = new Mine('mine')
    const same = python.eval('lambda x: x')
    const sync = python.sync.eval('lambda x: x')
    expect([await same(mine), sync(mine)]).toEqual([mine, mine])
    expect(await same(mine)).toBe(mine)
    expect(sync(mine)).toBe(mine)
    const [first, { deep }] = await same([mine, { deep: [mine] }])
    expect([first === mine, deep[0] === mine]).toEqual([true, true])
    expect(await errorOf(python.eval('(_ for _ in ()).throw(e)', { e: mine }))).toBe(mine)

    const kept = await python.eval('[e]', { e: mine }).$keep
    expect(await kept.$item(0)).toBe(mine)
    expect(await python.eval('kept[0] is e', { kept, e: mine })).toBe(true)
    mine.message = 'later'
    expect(await python.eval('str(e)', { e: mine })).toBe('RangeError: later')
    expect(await kept.$item(0).$keep.message).toBe('later')

    const length = 'sum(1 for _ in __import__("traceback").walk_tb(e.__traceback__))'
    const again = await python.exec(
      'def twice(f):\n  kept = []\n  for _ in range(9):\n    try: f()\n    except Exception as e: kept.append(e)\n  return kept[0]',
    )
    const fail = () => {
      throw mine
    }
    expect(await python.eval(length, { e: again.$item('twice')(fail).$keep })).toBe(1)
    const thrown = await python.exec('def catch(f):\n  try: f()\n  except Exception as e: return e')
    expect(
      await thrown.$item('catch')(() => {
        throw mine
      }),
    ).toBe(mine)
    expect(
      isReference(
        await thrown.$item('catch')(() => {
          throw 5
        }),
      ),
    ).toBe(true)
  })

  it('one exception is one error, on every lane', async () => {
    const failing = builtins.int('x')
    const lane = python.lane('errors')
    const [first, second] = await Promise.all([errorOf(failing), errorOf(lane.import('builtins').abs(failing))])
    expect(second).toBe(first)
    expect(caught(() => python.sync.builtins.abs(failing))).toBe(first)
    lane.close()
  })

  it('each of many MemoryErrors is an error of its own, and lets go of what its frames held', async () => {
    // A function of its own: what is awaited may stay in a register of the function that awaits it.
    const runOut = async () => {
      const errors = new Set<PythonError>()
      for (let i = 0; i < 40; i++) errors.add(await errorOf(live.memory_while_holding()))
      return Array.from(errors, ({ frames }) => frames.length)
    }
    expect(await runOut()).toEqual(Array(40).fill(1))
    await expect
      .poll(
        async () => {
          global.gc?.()
          await builtins.len([])
          return await live.held()
        },
        { timeout: 20_000 },
      )
      .toBe(0)
  })

  it('$exception is the exception itself', async () => {
    const error = await errorOf(live.raise_type(builtins.ValueError, 1, 'two'))
    expect(await error.$exception.args).toEqual([1, 'two'])
    expect(await error.$exception.$isinstance(builtins.ValueError)).toBe(true)
    await error.$exception.add_note('seen')
    expect(await error.$exception.__notes__).toEqual(['seen'])
  })

  it('it is printed once, with its traceback', async () => {
    const error = await errorOf(raised.caused())
    expect(inspect(error)).toBe(error.stack)
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ pythonType: 'RuntimeError', message: 'outer' })
    expect(Object.keys(error)).toEqual([])
  })
})

it('fails dependents of a division with the same object', async () => {
  const broken = builtins.divmod(1, 0)
  const [quotient] = broken
  const errors = await Promise.all([broken, quotient, broken[1], builtins.abs(quotient), quotient.real].map(errorOf))
  expect(errors[0]).toBeInstanceOf(PythonZeroDivisionError)
  expect(new Set(errors).size).toBe(1)
})
