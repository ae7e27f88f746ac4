// What `await` gives is the value as program order has it: after whatever was written before the `await`.
import { describe, expect, it } from 'vitest'
import { kw, python } from '../src/index.js'

const { builtins } = python

describe('a result that was used before it is awaited', () => {
  it('has what methods, items and operators have made of it', async () => {
    const list = builtins.list([3, 1, 2])
    list.sort()
    expect(await list).toEqual([1, 2, 3])
    const dict = builtins.dict({ a: 1 })
    dict.$setItem('b', 2)
    expect(await dict).toEqual({ a: 1, b: 2 })
    const bytes = builtins.bytearray(2)
    bytes.$iadd(python.bytes(Buffer.from([7])))
    expect([...(await bytes)]).toEqual([0, 0, 7])
    const box = python.import('types').SimpleNamespace(kw({ items: [1] }))
    const items = box.items
    items.append(2)
    expect(await items).toEqual([1, 2])
  })

  it('has what a function did that got it as an argument', async () => {
    const list = builtins.list([1, 2, 3])
    python.import('random').Random(7).shuffle(list)
    list.append(4)
    const shuffled = await list
    expect(shuffled.at(-1)).toBe(4)
    expect(shuffled).toHaveLength(4)
  })

  it('is an array with the elements that were set', async () => {
    const array = python.import('numpy').arange(3, kw({ dtype: 'int8' }))
    array.$setItem(0, 9)
    expect((await array).toArray()).toEqual([9, 1, 2])
  })

  it('fails as it would have failed, in the time that it was given', async () => {
    const failing = python.eval('1 / 0')
    const used = builtins.len(failing)
    const [first, second] = await Promise.allSettled([failing, used])
    expect(first).toMatchObject({ reason: { pythonType: 'ZeroDivisionError' } })
    expect((second as PromiseRejectedResult).reason).toBe((first as PromiseRejectedResult).reason)
    const slow = python.eval('lambda: [__import__("time").sleep(0.001) for _ in range(5000)]')(kw({ $timeout: 30 }))
    builtins.len(slow).catch(() => undefined)
    await expect((async () => await slow)()).rejects.toThrow(expect.objectContaining({ name: 'TimeoutError' }))
  })

  it('is the outcome of a coroutine, once', async () => {
    const sleeping = python.import('asyncio').sleep(0.001, ['awake'])
    const type = sleeping.$type.__name__
    expect([await sleeping, await type, await sleeping]).toEqual([['awake'], 'coroutine', ['awake']])
  })
})
