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
