import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type ConversionError, kw, python } from '../src/index.js'

const { current, read, read_soon, write, write_soon, overlap } = python.import('./python/context_variables.py')

it('runs what is written inside in the context, wherever that leads', async () => {
  const context = python.context()
  await context.set(current, 'mine')
  const values = await context.run(async () => {
    const first = await read()
    await delay(5)
    return [
      first,
      await read(),
      await read_soon(),
      await read_soon().$await(),
      python.sync.builtins.str(python.sync.import('./python/context_variables.py').read()),
    ]
  })
  expect(values).toEqual(['mine', 'mine', 'mine', 'mine', 'mine'])
  expect(await read()).toBe('default')
  expect(await context.get(current)).toBe('mine')
})

it('reads an attribute in the context around its place, whatever comes next', async () => {
  const context = python.context()
  await context.set(current, 'inside')
  const { teller } = python.import('./python/context_variables.py')
  const settled = await teller
  const inside = await context.run(async () => [settled.told])
  const outside = settled.told
  await read()
  expect(await Promise.all([...inside, outside])).toEqual(['inside', 'default'])
})

it('keeps what calls set, one after the other; a coroutine has a copy', async () => {
  const context = python.context()
  await context.run(async () => {
    await write('by a call')
    expect(await read()).toBe('by a call')
    expect(await write_soon('by a coroutine')).toBe('by a coroutine')
    expect(await read()).toBe('by a call')
  })
  expect(await context.get(current)).toBe('by a call')
})

it('gives a call that overlaps another one a copy', async () => {
  const context = python.context()
  await context.set(current, 'start')
  const options = kw({ $context: context })
  const [first, second] = await Promise.all([overlap('a', 0.1, options), overlap('b', 0.1, options)])
  expect([first[1], second[1]]).toEqual(['a', 'b'])
  expect(await context.get(current)).toBe('a')
})

it('is an option of one call, and null is none', async () => {
  const context = python.context()
  await context.set(current, 'option')
  expect(await read(kw({ $context: context }))).toBe('option')
  expect(python.sync.import('./python/context_variables.py').read(kw({ $context: context }))).toBe('option')
  expect(await read_soon(kw({ $context: context, $timeout: 5000 }))).toBe('option')
  await context.run(async () => {
    expect(await read(kw({ $context: null }))).toBe('default')
    const other = python.context() // a copy of this one
    await other.set(current, 'other')
    expect(await read(kw({ $context: other }))).toBe('other')
    expect(await read()).toBe('option')
  })
  expect(() => read(kw({ $context: {} }))).toThrow(
    'expected a context of python.context() for the option $context' as unknown as ConversionError['message'],
  )
})

it('keeps two asynchronous contexts apart', async () => {
  const seen = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      python.context().run(async () => {
        await write(name)
        await delay(Math.random() * 10)
        return [await read(), await read_soon()]
      }),
    ),
  )
  expect(seen).toEqual([
    ['a', 'a'],
    ['b', 'b'],
    ['c', 'c'],
  ])
})

it('has the context of the call when a coroutine is awaited later', async () => {
  const context = python.context()
  await context.set(current, 'then')
  const coroutine = context.run(() => read_soon())
  await delay(5)
  expect(await coroutine).toBe('then')
})

it('refuses what is no variable', async () => {
  await expect(python.context().set('x' as never, 1)).rejects.toThrow(
    'expected a reference to a contextvars.ContextVar',
  )
  await expect(python.context().set(read, 1)).rejects.toThrow('set')
})

/** Keeps a thread of the pool busy, so that what comes next runs on another; outside of every context. */
function occupy(): void {
  python
    .import('time')
    .sleep(0.1, kw({ $context: null }))
    .then(undefined, undefined)
}

it('enters, runs and leaves what python.with is given in one context, whatever the threads', async () => {
  const { Setting, thread_and_value } = python.import('./python/context_variables.py')
  const threads = new Set<number>()
  for (let i = 0; i < 5; i++) {
    await python.with(Setting(`setting ${i}`), async (entered: number) => {
      threads.add(entered)
      occupy()
      await delay(10)
      const [thread, value] = await thread_and_value()
      threads.add(thread)
      expect(value).toBe(`setting ${i}`)
      occupy()
      await delay(10)
    })
    expect(await read()).toBe('default')
  }
  expect(threads.size).toBeGreaterThan(1)
})

it('uses the context around python.with, and the one that its options name', async () => {
  const { Setting } = python.import('./python/context_variables.py')
  const context = python.context()
  await context.run(async () => {
    await python.with(Setting('inner'), async () => {
      expect(await read()).toBe('inner')
      await write('kept')
    })
    expect(await read()).toBe('default')
  })
  const named = python.context()
  await python.with(
    Setting('named'),
    async () => expect(await named.get(current)).toBe('named'),
    kw({ $context: named }),
  )
  expect(await named.get(current)).toBe('default')
})

it('runs all steps of a generator in one context, and what ends it', async () => {
  const { settings, left } = python.import('./python/context_variables.py')
  const threads = new Set<number>()
  for (const leave of [false, true]) {
    for (let i = 0; i < 5; i++) {
      for await (const [thread, value] of settings(`step ${i}`, 3).$stream({ bufferSize: 1 })) {
        threads.add(thread)
        expect(value).toBe(`step ${i}`)
        occupy()
        await delay(10)
        if (leave) break
      }
    }
  }
  expect(threads.size).toBeGreaterThan(1)
  expect(await left).toHaveLength(5)
  expect(await read()).toBe('default')
})
