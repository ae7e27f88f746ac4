// Promises that Python holds, and their rejections.
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { python } from '../src/index.js'

const rejected = (error: unknown): Promise<never> => Promise.reject(error)

describe('a promise that was rejected before Python looked', () => {
  const warnings: Error[] = []
  const hear = (warning: Error) => void (warning.name === 'PythonPromiseWarning' && warnings.push(warning))
  beforeEach(() => {
    warnings.length = 0
    process.on('warning', hear)
  })
  afterEach(() => void process.off('warning', hear))

  it('raises its error where Python looks, later', async () => {
    const mine = new Error('mine')
    const holder = await python.builtins.list([rejected(mine)]).$keep
    await delay(20)
    const outcome = python.eval('held[0].result()', { held: holder })
    await expect(Promise.resolve(outcome)).rejects.toBe(mine)
    await expect(Promise.resolve(python.eval('held[0].exception()', { held: holder }))).resolves.toBeDefined()
    holder.$release()
    await delay(50)
    expect(warnings).toEqual([])
  })

  it('is a warning when Python lets it go unseen', async () => {
    await python.builtins.len([rejected(new Error('unseen'))])
    await expect.poll(() => warnings.length).toBe(1)
    expect(warnings[0]).toMatchObject({ code: 'SNAKEBRIDGE_PROMISE', detail: expect.stringContaining('unseen') })
  })

  it('is one when it is rejected after that, too', async () => {
    let reject: (error: unknown) => void = () => {}
    await python.builtins.len([new Promise((_, no) => (reject = no))])
    await delay(50)
    reject('late')
    await expect.poll(() => warnings.length).toBe(1)
  })
})
