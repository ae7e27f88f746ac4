import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isReference, kw, python } from '../src/index.js'

const { sync } = python

describe('the blocking API', () => {
  it('calls, reads and writes at once', () => {
    expect(sync.import('math').sqrt(2)).toBe(Math.SQRT2)
    expect(sync.builtins.sorted([3, 1, 2], kw({ reverse: true }))).toEqual([3, 2, 1])
    const object = sync.import('types').SimpleNamespace(kw({ a: 1 }))
    object.b = [2]
    delete object.a
    expect(object.b).toEqual([2])
    expect('b' in object).toBe(true)
    expect('a' in object).toBe(false)
    expect(object.$repr).toBe('namespace(b=[2])')
    expect(inspect(object)).toBe('[Python namespace(b=[2])]')
    const silent = sync.eval("type('Silent', (), { '__repr__': lambda self: 1 / 0 })()")
    expect(inspect(silent)).toBe('[Python reference]')
    expect(`${object}`).toBe('namespace(b=[2])')
  })

  it('gives references through $keep, and iterates over them', () => {
    const list = sync.builtins.list.$keep([1, 2, 3])
    expect(isReference(list)).toBe(true)
    expect([...list]).toEqual([1, 2, 3])
    expect(list[2]).toBe(3)
    const [first, second] = list
    expect([first, second]).toEqual([1, 2])
  })

  it('gives the same reference for the same object', () => {
    expect(sync.import('math')).toBe(sync.import('math'))
  })

  it('evaluates and executes', () => {
    expect(sync.eval('x + 1', { x: 2 })).toBe(3)
    expect(sync.exec('def double(x): return 2 * x').$item('double')(4)).toBe(8)
  })

  it('takes references of the other API, pending ones too', async () => {
    const pending = python.builtins.list([1, 2, 3])
    expect(sync.builtins.len(pending)).toBe(3)
    const settled = await python.builtins.object()
    expect(sync.builtins.id(settled)).toBe(await settled.$id)
  })

  it('is written in order with operations that are not awaited', async () => {
    const list = await python.builtins.list([]).$keep
    list.append(1)
    expect(sync.builtins.len(list)).toBe(1)
  })
})
