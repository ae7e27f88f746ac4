// Sessions and scopes: what is made in one is released with it.
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { ConversionError, isReference, kw, type PythonError, python, type Session, SessionError } from '../src/index.js'

const file = './python/sessions.py'
const { Counted, count, pair, same, stream } = python.import(file)

/** Until that many of the fixture's objects are alive. */
async function alive(expected: number, collect?: () => void): Promise<void> {
  let found = -1
  for (const end = Date.now() + 10_000; Date.now() < end; await delay(2)) {
    collect?.()
    found = await count()
    if (found === expected) return
  }
  expect.fail(`expected ${expected} objects, got ${found}`)
}

function errorOf(work: () => unknown): SessionError {
  try {
    work()
  } catch (error) {
    return error as SessionError
  }
  return expect.fail('expected an error')
}

it('releases together what was made in it, settled or not, awaited or blocking, at its end', async () => {
  const session = python.session()
  const counted = session.import(file).Counted
  const settled = await counted('settled')
  const pending = counted('pending')
  const child = settled.child()
  await session.run(async () => {
    const blocking = python.sync.import(file).Counted('blocking')
    expect(blocking.name).toBe('blocking')
  })
  expect(await pending.name).toBe('pending')
  expect(await child.name).toBe('settled.child')
  await alive(4)
  await session.end()
  await alive(0)
})

it('ends with its block: using', async () => {
  let kept: unknown
  {
    using session = python.session()
    kept = await session.import(file).Counted('using')
    await alive(1)
  }
  await alive(0)
  expect(isReference(kept)).toBe(true)
})

it('ends with its block, and waits for what is in flight: await using', async () => {
  {
    await using session = python.session()
    const { Counted: Inside } = session.import(file)
    void Inside('x').slowly(0.2)
    await delay(50)
  }
  await alive(0)
})

it('says that a reference of an ended session cannot be used, and what to do', async () => {
  const session = python.session({ name: 'upload' })
  const settled = await session.import(file).Counted('settled')
  const pending = session.import(file).Counted('pending')
  await pending.name
  const blocking = session.run(() => python.sync.import(file).Counted('blocking'))
  await session.end()
  for (const use of [
    () => settled.name,
    () => settled.child(),
    () => settled.$len,
    () => {
      settled.x = 1
    },
    () => same(settled),
    () => same([{ deep: settled }]),
    () => same(1, kw({ x: settled })),
    () => pending.child(),
    () => same(pending),
    () => blocking.name,
    () => python.sync.builtins.len(blocking),
    () => settled.$on('pool'),
    () => session.import('math'),
    () => session.run(() => 1),
    () => session.detach(settled),
  ]) {
    const error = errorOf(use)
    expect(error).toBeInstanceOf(SessionError)
    expect(error).toMatchObject({ code: 'ERR_SNAKEBRIDGE_SESSION', reason: 'ended', session: 'the session "upload"' })
    expect(error.message).toMatch(
      /^expected a session that is open, got .+ of the session "upload", which has ended: end it later, or take out .+detach/,
    )
  }
  await expect(Promise.resolve(pending)).rejects.toThrow(SessionError)
  expect(session.ended).toBe(true)
  await session.end()
  session[Symbol.dispose]()
})

it('refuses references of another session, as target, argument and keyword', async () => {
  const one = python.session({ name: 'one' })
  const other = python.session({ name: 'other' })
  const mine = await one.import(file).Counted('one')
  const theirs = await other.import(file).Counted('other')
  for (const use of [
    () => mine.$eq(theirs),
    () => one.builtins.print([theirs]),
    () => one.builtins.dict(kw({ x: theirs })),
    () => one.run(() => theirs.child()),
    () => one.run(() => same(theirs)),
    () => one.run(() => python.sync.builtins.id(theirs)),
  ]) {
    const error = errorOf(use)
    expect(error).toBeInstanceOf(SessionError)
    expect(error.reason).toBe('foreign')
    expect(error.session).toBe('the session "other"')
    expect(error.message).toContain('expected references of the session "one", got')
    expect(error.message).toContain('take it out of that first (session.detach(reference))')
  }
  expect(await mine.$eq(other.detach(theirs))).toBe(false)
  await Promise.all([one.end(), other.end()])
  expect(await theirs.name).toBe('other')
  theirs.$release()
  await alive(0)
})

it('has references of its own: what another session or none has of the same object stays', async () => {
  const outside = await python.import(file)
  const session = python.session()
  const inside = await session.import(file)
  expect(inside).not.toBe(outside)
  expect(await inside.$is(outside)).toBe(true)
  expect(await session.import(file)).toBe(inside)
  await session.end()
  expect(await outside.count()).toBe(0)
})

it('follows the asynchronous context', async () => {
  const session = python.session()
  const later = new Promise<void>((resolve) => setTimeout(resolve, 20))
  const made: unknown[] = []
  async function deep(): Promise<void> {
    await later
    made.push(await Counted('from outside, called inside'))
    setImmediate(() => made.push(Counted('pending')))
    await new Promise((resolve) => process.nextTick(resolve))
    for await (const item of python.builtins.range(2)) made.push(item)
  }
  const [, outside] = await Promise.all([session.run(deep), later.then(() => Counted('outside'))])
  await delay(20)
  expect(made.length).toBe(4)
  await alive(3)
  await session.end()
  await alive(1)
  expect(await outside.name).toBe('outside')
  outside.$release()
  await alive(0)
})

it('keeps sessions apart that run at once', async () => {
  const sessions = Array.from({ length: 20 }, (_, i) => python.session({ name: `${i}` }))
  const owned = await Promise.all(
    sessions.map((session, i) =>
      session.run(async () => {
        const mine = await Counted(`${i}`)
        await delay(i % 3)
        return [mine, await mine.child()]
      }),
    ),
  )
  await alive(40)
  for (const [i, session] of sessions.entries()) {
    expect(session.stats().references).toBeGreaterThanOrEqual(2)
    await session.end()
    for (const reference of owned[i] ?? []) expect(errorOf(() => reference.name).session).toBe(`the session "${i}"`)
  }
  await alive(0)
})

it('leaves code that goes on after its end outside of any session', async () => {
  const session = python.session()
  let late: Promise<unknown> | undefined
  await session.run(async () => {
    late = delay(50).then(() => Counted('late'))
  })
  await session.end()
  const other = python.session()
  await other.run(async () => {
    await delay(80)
  })
  const reference = (await late) as { name: unknown; $release(): void }
  expect(await reference.name).toBe('late')
  await other.end()
  expect(await reference.name).toBe('late')
  reference.$release()
  await alive(0)
})

it('gives those who await a call in flight at its end its value; references in it are released', async () => {
  const session = python.session()
  const { pair: inside, Counted: Inside } = session.import(file)
  const value = Promise.resolve(inside(0.2)) as Promise<unknown[]>
  const reference = Promise.resolve(Inside('x').slowly(0.2)) as Promise<{ name: unknown }>
  await delay(50)
  const ended = session.end()
  expect(session.stats().inFlight).toBeGreaterThan(0)
  const [number, counted] = await value
  expect(number).toBe(1)
  expect(errorOf(() => (counted as { name: unknown }).name).reason).toBe('ended')
  const late = await reference
  expect(errorOf(() => late.name).reason).toBe('ended')
  await ended
  expect(session.stats()).toMatchObject({ references: 0, inFlight: 0, ended: true })
  await alive(0)
})

it('runs to its end what nobody awaited, and releases what that made', async () => {
  const list = await python.builtins.list([]).$keep
  const session = python.session()
  session.run(() => {
    list.append(python.import('time').sleep(0.1))
  })
  await session.end()
  expect(await list.$toArray()).toEqual([null])
})

it('passes errors out of it, and on to Python, after its end', async () => {
  const log = await python.builtins.list([]).$keep
  const manager = await python.eval(
    `type('M', (), {'__enter__': lambda s: None, '__exit__': lambda s, t, e, b: log.append(str(e))})()`,
    { log },
  )
  expect(await messageOf(python.scope(async () => Counted('it').fail()))).toBe('ValueError: it failed')
  expect(await messageOf(python.with(manager, () => python.scope(() => Counted('there').fail())))).toBe(
    'ValueError: there failed',
  )
  expect(await log.$toArray()).toEqual(['there failed'])
  await alive(0, gc) // an exception keeps the frames that it came through
})

async function messageOf(promise: PromiseLike<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return `${(error as PythonError).pythonType}: ${(error as Error).message}`
  }
  return expect.fail('expected an error')
}

it('owns the items of streams that are read in it, and closes at its end what was not read to the end', async () => {
  const log = await python.builtins.list([]).$keep
  const session = python.session()
  const items: { name: unknown }[] = []
  const left = await session.run(async () => {
    const reading = stream(log)[Symbol.asyncIterator]()
    for (let i = 0; i < 3; i++) items.push((await reading.next()).value)
    return reading
  })
  expect(await items[2]?.name).toBe('2')
  await session.end()
  expect(errorOf(() => items[0]?.name).reason).toBe('ended')
  await alive(0)
  expect(await log.$toArray()).toEqual(['closed'])
  await expect(
    (async () => {
      for (;;) if ((await left.next()).done === true) return
    })(),
  ).rejects.toThrow(SessionError)
})

it('keeps the result of a scope, alone or in arrays, plain objects, Maps and Sets', async () => {
  let lost: { name: unknown } | undefined
  const alone = await python.scope(async () => {
    lost = await Counted('lost')
    return Counted('alone')
  })
  expect(await alone.name).toBe('alone')
  expect(errorOf(() => lost?.name).reason).toBe('ended')
  const shared = await python.scope(async (session) => {
    const made = await session.import(file).Counted('made')
    const cyclic: unknown[] = [made]
    cyclic.push(cyclic, { deep: new Map([[1, new Set([await made.child()])]]) })
    return cyclic
  })
  const [made, , { deep }] = shared as [{ name: unknown }, unknown, { deep: Map<number, Set<{ name: unknown }>> }]
  expect(await made.name).toBe('made')
  const [child] = deep.get(1) as Set<{ name: unknown; $release(): void }>
  expect(await child?.name).toBe('made.child')
  await alive(3)
  for (const reference of [alone, made, child]) (reference as { $release(): void }).$release()
  await alive(0)
})

it('ends a scope that throws', async () => {
  await expect(
    python.scope(async () => {
      await Counted('thrown away')
      throw new RangeError('ours')
    }),
  ).rejects.toThrow(RangeError)
  await alive(0)
})

it('lets sessions within it use what it holds; what they keep becomes its own', async () => {
  let inner: { name: unknown } | undefined
  await python.scope(async (outer) => {
    const model = await Counted('model')
    const result = await python.scope(async () => {
      inner = await model.child()
      expect(await same(model).name).toBe('model')
      return model.child()
    })
    expect(errorOf(() => inner?.name).reason).toBe('ended')
    expect(await result.name).toBe('model.child')
    expect(outer.stats().references).toBeGreaterThanOrEqual(2)
    const list = await python.builtins.list([]).$keep
    using session = python.session()
    const mine = await session.import(file).Counted('inner')
    list.append(mine)
    expect(await mine.$eq(model)).toBe(false)
    expect(await session.run(() => model.name)).toBe('model')
  })
  await alive(0)
})

it('takes out pending references and calls in flight', async () => {
  const session = python.session()
  const { Counted: Inside } = session.import(file)
  const inFlight = session.detach(Inside('x').slowly(0.1))
  const unawaited = session.detach(Inside('unawaited'))
  const settled = await Inside('settled')
  expect(session.detach(settled)).toBe(settled)
  expect(session.detach(settled)).toBe(settled)
  await session.end()
  const late = await inFlight
  expect(await late.name).toBe('x slowly')
  expect(await unawaited.name).toBe('unawaited')
  expect(await settled.name).toBe('settled')
  for (const reference of [late, inFlight, unawaited, settled]) reference.$release()
  await alive(0)
  expect(() => session.detach(7)).toThrow('expected a Python reference for session.detach, got 7')
})

it('works on lanes: what a lane makes in it is released with it', async () => {
  const session = python.session()
  const there = await session.lane('own').import(file).Counted('there')
  const ident = await python.lane('own').import('threading').get_ident()
  expect(await session.run(() => python.import('threading').get_ident(kw({ $lane: 'own' })))).toBe(ident)
  const moved = await session.import(file).Counted('moved', kw({ $lane: 'own' }))
  const here = await moved.$on('pool')
  await alive(2)
  await session.end()
  for (const reference of [there, moved, here]) expect(errorOf(() => reference.name).reason).toBe('ended')
  await alive(0)
})

it('ends after its time without use, which a call in flight and a body that runs are not', async () => {
  const session = python.session({ ttl: 150, name: 'short' })
  const { sleep } = session.import('time')
  await sleep(0.4)
  expect(session.ended).toBe(false)
  await session.run(() => delay(300))
  expect(session.ended).toBe(false)
  for (let i = 0; i < 4; i++) {
    await delay(60)
    await session.import(file).count()
  }
  expect(session.ended).toBe(false)
  for (const end = Date.now() + 10_000; !session.ended && Date.now() < end; ) await delay(20)
  const error = errorOf(() => session.import('math'))
  expect(error.reason).toBe('expired')
  expect(error.message).toContain('of the session "short", which was not used for as long as its ttl allows')
})

it('releases the least recently used reference when it holds too many', async () => {
  const session = python.session({ maxReferences: 5 })
  const inside = await session.import(file)
  const [first, second, third] = [await inside.Counted('1'), await inside.Counted('2'), await inside.Counted('3')]
  expect(await first.name).toBe('1') // now the second is the oldest
  const more: { name: unknown }[] = []
  for (let i = 0; i < 2; i++) more.push(await inside.Counted(`more ${i}`))
  const error = errorOf(() => second.name)
  expect(error).toMatchObject({ reason: 'evicted' })
  expect(error.message).toMatch(
    /the least recently used one when there were more than 5 \(maxReferences\): raise the bound/,
  )
  expect(await first.name).toBe('1')
  expect(await more[1]?.name).toBe('more 1')
  expect(session.stats()).toMatchObject({ references: 5, peak: 5 })
  expect(session.stats().evicted).toBeGreaterThanOrEqual(1)
  void third
  await session.end()
  await alive(0)
})

it('holds no more than its bound over thousands of results', async () => {
  const session = python.session({ maxReferences: 100 })
  const inside = await session.import(file)
  for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 100 }, () => inside.Counted()))
  await alive(99)
  expect(session.stats().evicted).toBe(1901)
  await session.end()
  await alive(0)
})

it('keeps a method that was called first and used as a value later', async () => {
  const session = python.session()
  const builtins = session.import('builtins')
  const { gcd } = session.import('math')
  expect(await gcd(4, 6)).toBe(2)
  expect(await builtins.callable(gcd)).toBe(true)
  for (let round = 0; round < 5; round++) {
    gc?.()
    await delay(10)
    for (let i = 0; i < 3000; i++) await builtins.len([]) // enough for the dead to be looked for
  }
  expect(await builtins.callable(gcd)).toBe(true)
  await session.end()
})

it('does not hold what was collected or released already', async () => {
  const session = python.session()
  const inside = await session.import(file)
  for (let i = 0; i < 1000; i++) await inside.Counted()
  for (const end = Date.now() + 10_000; session.stats().references > 500 && Date.now() < end; await delay(5)) gc?.()
  expect(session.stats().references).toBeLessThan(500)
  const released = await inside.Counted()
  const { references } = session.stats()
  released.$release()
  expect(session.stats().references).toBe(references - 1)
  await session.end()
  await alive(0)
})

it('tells how it is', async () => {
  const session = python.session({ name: 'told' })
  const inside = await session.import(file)
  const slow = Promise.resolve(inside.Counted('x').slowly(0.1))
  await delay(30)
  const busy = session.stats()
  expect(busy).toMatchObject({ name: 'the session "told"', idle: 0, ended: false, evicted: 0 })
  expect(busy.inFlight).toBeGreaterThan(0)
  await slow
  await delay(30)
  const idle = session.stats()
  expect(idle.inFlight).toBe(0)
  expect(idle.idle).toBeGreaterThan(10)
  expect(idle.age).toBeGreaterThanOrEqual(idle.idle)
  expect(idle.references).toBeGreaterThanOrEqual(2)
  await session.end()
})

it('refuses what is no option and no function', () => {
  expect(() => python.session({ ttl: 0 })).toThrow('expected an integer from 1 to 2147483647 for ttl, got 0')
  expect(() => python.session({ maxReferences: 1.5 })).toThrow('for maxReferences, got 1.5')
  expect(() => python.session({ name: '' })).toThrow('expected a name for python.session, got ""')
  expect(() => python.session().run(7 as never)).toThrow(ConversionError)
  return expect(python.scope('x' as never)).rejects.toThrow('expected a function for python.scope, got "x"')
})

it('leaves the AsyncLocalStorage of the program alone', async () => {
  const storage = new AsyncLocalStorage<string>()
  const seen = await storage.run('mine', () =>
    python.scope(async () => {
      await count()
      return storage.getStore()
    }),
  )
  expect(seen).toBe('mine')
})

it('works in every flavour from one session object: eval, exec, builtins', async () => {
  const session: Session = python.session()
  expect(await session.eval('1 + 1')).toBe(2)
  const names = session.exec('x = 5')
  expect(await names.$item('x')).toBe(5)
  expect(await session.builtins.len([1])).toBe(1)
  const [one, second] = await session.run(() => pair())
  expect(one).toBe(1)
  expect(await (second as { name: unknown }).name).toBe('second')
  await session.end()
  await alive(0)
})
