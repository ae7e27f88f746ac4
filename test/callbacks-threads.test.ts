// Which thread runs what a JavaScript function does in Python while a thread of Python waits for it.
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { kw, python } from '../src/index.js'

const hosting = python.import('./python/hosting.py')
const { thread, value, call, call_with } = hosting

/** Keeps threads of the pool awake, so that another one than the caller's would take what comes. */
async function occupy(): Promise<void> {
  await Promise.all([hosting.sleep(0.02), hosting.sleep(0.02), hosting.sleep(0.02)])
}

describe('what a callback awaits', () => {
  it('runs on the thread that waits for it', async () => {
    await occupy()
    for (let i = 0; i < 20; i++) {
      const [caller, threads] = await call(async () => {
        const first = await thread()
        await delay(i % 5)
        return [first, await thread(), ...(await Promise.all([thread(), thread()]))]
      })
      expect(threads).toEqual([caller, caller, caller, caller])
    }
  })

  it('does so for a function that returns the reference, or a promise', async () => {
    await occupy()
    const [caller, first] = await call(() => thread())
    expect(first).toBe(caller)
    const [other, second] = await call(() => thread().then((id: number) => id))
    expect(second).toBe(other)
  })

  it('does so on a thread of Python’s own', async () => {
    const [caller, threads] = await hosting.call_on_new_thread(async () => [await thread(), await thread()])
    expect(threads).toEqual([caller, caller])
    expect(await thread()).not.toBe(caller)
  })

  it('finds what its caller keeps for its thread', async () => {
    await occupy()
    expect(await call_with('mine', async () => [await value(), await value()])).toEqual(['mine', 'mine'])
    expect(await call_with('outer', () => call_with('inner', async () => value()))).toBe('inner')
    expect(await value()).toBe(null)
  })

  it('may take the lock that its caller holds', async () => {
    await occupy()
    expect(await hosting.call_locked(async () => [await hosting.is_free(), await hosting.is_free()])).toEqual([
      true,
      true,
    ])
  })

  it('may use the database that its caller opened', async () => {
    await occupy()
    const insert = async (database: typeof hosting) => {
      await database.execute('insert into t values (1)')
      await delay(2)
      await database.execute('insert into t values (2)')
    }
    expect(await hosting.call_with_database(insert)).toBe(2)
  })

  it('has the context variables of its caller', async () => {
    const variables = python.import('./python/context_variables.py')
    await variables.write('outside')
    const inside = variables.call_while_set('inside', async () => [await variables.read(), await variables.read()])
    expect(await inside).toEqual(['inside', 'inside'])
    expect(await variables.read()).toBe('outside')
  })

  it('has a frame of its own below it', async () => {
    const frames = await hosting.call_with('x', async () => hosting.frames_above())
    expect(frames.slice(0, 2)).toEqual(['__main__.<module>', 'hosting.call_with'])
  })

  it('is called four levels deep, each on the same thread', async () => {
    await occupy()
    const descend = async (depth: number): Promise<unknown> =>
      depth === 0 ? [await thread()] : hosting.descend(descend, depth - 1)
    const threads = (await hosting.descend(descend, 4)) as number[]
    expect(threads).toHaveLength(6)
    expect(new Set(threads).size).toBe(1)
  })

  it('may call back a hundred levels deep', async () => {
    const descend = async (depth: number): Promise<unknown> =>
      depth === 0 ? [await thread()] : hosting.descend(descend, depth - 1)
    expect(await hosting.descend(descend, 100)).toHaveLength(102)
  })

  it('stays there when it uses what takes long', async () => {
    await occupy()
    const [caller, threads] = await call(async () => {
      const first = await hosting.thread_after(hosting.sleep(0.03))
      const list = python.builtins.list()
      list.append(hosting.sleep(0.03))
      return [first, await list.append(1).then(() => thread()), await list.pop(0)]
    })
    expect(threads).toEqual([caller, caller, caller])
  })

  it('runs on the lane that it names', async () => {
    const lane = python.lane('named')
    const onLane = await lane.import('./python/hosting.py').thread()
    const [caller, [named, own]] = await call(async () => [
      await thread(kw({ $lane: 'named' })),
      await lane.import('./python/hosting.py').thread(),
    ])
    expect([named, own]).toEqual([onLane, onLane])
    expect(caller).not.toBe(onLane)
    lane.close()
  })
})

describe('a callback of which one operation waits for another', () => {
  it('gets another thread for the second: of one turn', async () => {
    const [caller, [item, putter]] = await call(() => Promise.all([hosting.get(), hosting.put('x')]))
    expect(item).toBe('x')
    expect(putter).not.toBe(caller)
  })

  it('gets another thread for the second: of a later turn', async () => {
    const both = async () => {
      const item = Promise.resolve(hosting.get())
      await delay(20)
      const putter = await hosting.put('later')
      return [await item, putter]
    }
    const [caller, [item, putter]] = await call(both)
    expect(item).toBe('later')
    expect(putter).not.toBe(caller)
    const [other, [again]] = await hosting.call_on_new_thread(both)
    expect([typeof other, again]).toEqual(['number', 'later'])
  })

  it('does not hold up what is independent of it', async () => {
    const quick = async () => {
      const slow = Promise.resolve(hosting.sleep(0.3))
      await delay(10)
      const began = performance.now()
      await Promise.all([thread(), thread()])
      const took = performance.now() - began
      await slow
      return took
    }
    expect((await call(quick))[1]).toBeLessThan(250)
  })

  it('keeps apart what two callbacks do at once', async () => {
    const within = (name: string) =>
      call_with(name, async () => {
        const seen = []
        for (let i = 0; i < 20; i++) {
          await delay(Math.random() * 3)
          seen.push(await value())
        }
        return new Set(seen)
      })
    const names = ['a', 'b', 'c', 'd']
    expect(await Promise.all(names.map(within))).toEqual(names.map((name) => new Set([name])))
  })
})

describe('a callback of a dedicated lane', () => {
  it('may await operations of that lane, which run on it', async () => {
    const lane = python.lane('inside')
    const there = lane.import('./python/hosting.py')
    for (let i = 0; i < 20; i++) {
      const [caller, threads] = await there.call(async () => [
        await there.thread(),
        await thread(),
        await thread(kw({ $lane: 'inside' })),
        ...(await Promise.all([there.thread(), thread()])),
      ])
      expect(threads).toEqual([caller, caller, caller, caller, caller])
    }
    lane.close()
  })

  it('may use what it is given, and leave operations behind, in order', async () => {
    const lane = python.lane('ordered')
    const there = lane.import('./python/hosting.py')
    expect(
      await there.call_with_database(async (database: typeof there) => {
        await database.execute('insert into t values (1)')
        database.execute('insert into t values (2)')
        await delay(5)
      }),
    ).toBe(2)
    const list = await lane.builtins.list().$keep
    const appended = there.call(async () => {
      await list.append(1)
      list.append(2)
    })
    list.append(3)
    await appended
    expect([...(await list.copy())].sort()).toEqual([1, 2, 3])
    lane.close()
  })
})

describe('a method in JavaScript that overrides one of Python', () => {
  it('finds what the calling method keeps for its thread', async () => {
    await occupy()
    class Derived extends python.subclass(hosting.Base) {
      async step() {
        await delay(1)
        return [await (this as unknown as { value(): unknown }).value(), await value()]
      }
    }
    const made = new Derived() as unknown as { run(): PromiseLike<unknown> }
    for (let i = 0; i < 10; i++) expect(await made.run()).toEqual(['inside', 'inside'])
  })

  it('does so where it returns what Python will give', async () => {
    await occupy()
    class Derived extends python.subclass(hosting.Base) {
      step() {
        return (this as unknown as { value(): unknown }).value()
      }
    }
    const made = new Derived() as unknown as { run(): PromiseLike<unknown> }
    for (let i = 0; i < 10; i++) expect(await made.run()).toBe('inside')
  })
})

describe('cancelling', () => {
  it('ends what a callback awaits, and leaves its caller alone', async () => {
    const [caller, [name, after]] = await call(async () => {
      let name = ''
      try {
        await hosting.nap(20, kw({ $timeout: 30 }))
      } catch (error) {
        name = (error as Error).name
      }
      return [name, await thread()]
    })
    expect([name, after]).toEqual(['TimeoutError', caller])
  })

  it('ends the caller while its thread is in what the callback awaits', async () => {
    const controller = new AbortController()
    const heard: unknown[] = []
    const nap = async () => {
      try {
        return await hosting.nap(20)
      } catch (error) {
        heard.push((error as Error).name)
        throw error
      }
    }
    const outer = Promise.resolve(call(nap, kw({ $signal: controller.signal })))
    await delay(50)
    controller.abort()
    await expect(outer).rejects.toMatchObject({ name: 'AbortError' })
    await expect.poll(() => heard).toEqual(['AbortError'])
    expect(await call(async () => 1)).toEqual([expect.any(Number), 1])
  })

  it('ends the caller while it waits between two of them', async () => {
    const controller = new AbortController()
    const outer = Promise.resolve(
      call(
        async () => {
          await thread()
          await delay(200)
          return await thread()
        },
        kw({ $signal: controller.signal }),
      ),
    )
    await delay(50)
    controller.abort()
    await expect(outer).rejects.toMatchObject({ name: 'AbortError' })
  })
})

it('keeps the parts of one expression together, however long they take', async () => {
  await occupy()
  const [caller, threads] = await call(async () => {
    const later = hosting.sleep(0.05)
    return await python.builtins.list(python.tuple([later, thread(), hosting.sleep(0.03), thread()]))
  })
  expect(threads).toEqual([caller, caller, caller, caller])
})

it('gets another thread for what an operation waits for that is awaited later', async () => {
  const both = async () => {
    const item = hosting.get()
    const putter = await hosting.put('y')
    return [await item, putter]
  }
  expect((await call(both))[1][0]).toBe('y')
}, 30_000)
