// When Python's objects are let go.
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { isReference, type PythonReference, python, ReleasedReferenceError } from '../src/index.js'

const { builtins } = python
const shapes = python.import('./python/shapes.py')
const weakref = python.import('weakref')

/** In a function of its own: what is awaited may stay in a register of the function that awaits it. */
async function isDead(watch: PythonReference): Promise<boolean> {
  return (await watch()) === null
}

/** Resolves when the weak reference is dead, collecting JavaScript's garbage meanwhile. */
async function death(watch: PythonReference): Promise<void> {
  for (let round = 0; round < 100; round++) {
    global.gc?.()
    await delay(10)
    if (await isDead(watch)) return
  }
  expect.fail('the object is still alive')
}

describe('$release', () => {
  it('of a result that is still being computed does not touch what comes after it', async () => {
    const slow = python.eval('(__import__("time").sleep(0.2), {"slow"})[1]')
    await delay(20)
    slow.$release()
    const later: PythonReference[] = []
    for (let index = 0; index < 20; index++) {
      later.push(builtins.list([index]).$add([0]))
      await builtins.len([])
      await delay(2)
    }
    await delay(250)
    expect(await Promise.all(later)).toEqual(later.map((_, index) => [index, 0]))
  })

  it('of a pending result lets its object go when it is there', async () => {
    const before = (await settledStats()).temps
    for (let index = 0; index < 50; index++) builtins.object().$release()
    await builtins.len([])
    expect((await settledStats()).temps).toBeLessThanOrEqual(before + 1)
  })

  it('refuses every later use, by name', async () => {
    const list = await builtins.list([1]).$keep
    list.$release()
    for (const use of [
      () => list.append,
      () => list[0],
      () => list.$len,
      () => list(),
      () => builtins.len(list),
      () => builtins.len([{ a: list }]),
      () => {
        list.x = 1
      },
      () => delete list.x,
      () => list.$toArray(),
      () => python.sync.builtins.len(list),
    ])
      expect(use).toThrow(ReleasedReferenceError)
    expect(() => list.append).toThrow('.list()')
    await expect(
      (async () => {
        for await (const _ of list) expect.fail()
      })(),
    ).rejects.toThrow(ReleasedReferenceError)
    const pending = builtins.list([1])
    pending.$release()
    await expect(Promise.resolve(pending)).rejects.toThrow(ReleasedReferenceError)
    expect(() => pending.append).toThrow(ReleasedReferenceError)
    expect(isReference(list)).toBe(true)
    expect(await builtins.len([])).toBe(0)
  })

  it('on the blocking API', () => {
    const list = python.sync.builtins.list.$keep([1])
    list.$release()
    expect(() => list.append).toThrow(ReleasedReferenceError)
    expect(() => [...list]).toThrow(ReleasedReferenceError)
  })

  it('does not end an object that another reference still has', async () => {
    const list = await builtins.list([1]).$keep
    const other = python.sync.import('builtins').id(list)
    const holder = await builtins.list([list]).$keep
    list.$release()
    const again = await holder.$item(0).$keep
    expect(await again.$id).toBe(other)
    expect(await again.$toArray()).toEqual([1])
  })

  it('is what using does, also asynchronously', async () => {
    const make = async () => {
      const made = await shapes.Point(1, 2)
      return [made, await weakref.ref(made)] as const
    }
    const [first, watchFirst] = await make()
    first[Symbol.dispose]()
    await death(watchFirst)
    const [second, watchSecond] = await make()
    await second[Symbol.asyncDispose]()
    await death(watchSecond)
    expect(() => second.x).toThrow(ReleasedReferenceError)
  })
})

describe('garbage collection', () => {
  it('lets go of settled references, pending ones, containers and attributes', async () => {
    const watch = await (async () => {
      const point = await shapes.Point(1, 2)
      const pending = shapes.Point(3, 4)
      const list = builtins.list([point, pending])
      await list
      const inside = await pending
      point.other = inside
      return [await weakref.ref(point), await weakref.ref(inside)] as const
    })()
    for (const one of watch) await death(one)
  })

  it('does not find a cycle through both languages; releasing either side frees both', async () => {
    const cycle = async () => {
      const holder = await shapes.Point(1, 2)
      const callback = () => holder
      holder.other = callback
      await holder.other
      return { holder: new WeakRef(holder), callback: new WeakRef(callback), watch: await weakref.ref(holder) }
    }
    const isLeft = ({ callback }: { callback: WeakRef<() => unknown> }) => callback.deref() !== undefined
    const [released, cut] = [await cycle(), await cycle()]
    for (let round = 0; round < 10; round++) {
      global.gc?.()
      await python.import('gc').collect()
      await delay(10)
    }
    for (const one of [released, cut]) expect([await isDead(one.watch), isLeft(one)]).toEqual([false, true])

    ;(() => released.holder.deref()?.$release())() // JavaScript's side
    await python.eval('setattr(watch(), "other", None)', { watch: cut.watch }) // Python's
    for (const one of [released, cut]) {
      await death(one.watch)
      const collect = () => global.gc?.() ?? isLeft(one)
      await expect.poll(collect, { interval: 20, timeout: 10_000 }).toBe(false)
    }
  })

  it('lets go of thousands of results nobody looked at', async () => {
    const { references, temps } = await settledStats()
    for (let round = 0; round < 5; round++) {
      for (let index = 0; index < 400; index++) builtins.object()
      await builtins.len([])
    }
    await Promise.all(Array.from({ length: 400 }, () => builtins.object()))
    for (let round = 0; round < 100; round++) {
      global.gc?.()
      await delay(10)
      const now = python.stats()
      if (now.temps <= temps + 20 && now.references <= references + 20) return
    }
    expect.fail(`left behind: ${JSON.stringify(python.stats())}`)
  })

  it('does not let go of what only a pending operation needs', async () => {
    const late = (() => {
      const [first] = builtins.list([builtins.list([7]).$keep]).$keep
      return python.eval('lambda seconds, value: (__import__("time").sleep(seconds), value)[1]')(0.1, first)
    })()
    global.gc?.()
    await delay(20)
    global.gc?.()
    expect(await late).toEqual([7])
  })

  it('lets go of failures and their tracebacks', async () => {
    const make = async () => {
      const point = await shapes.Point(1, 2)
      const watch = await weakref.ref(point)
      await builtins.int(point).catch(() => {})
      await shapes.raising(point).catch(() => {})
      return watch
    }
    await death(await make())
  })
})

async function settledStats() {
  for (let round = 0; round < 5; round++) {
    global.gc?.()
    await delay(10)
    await builtins.len([])
  }
  return python.stats()
}
