import { expect, it } from 'vitest'
import { PythonStartError, python } from '../src/index.js'

it('rejects what was written meanwhile when a start fails, and a later start works', async () => {
  const start = python.start({ executable: '/no/such/python' })
  const result = python.import('math').sqrt(4)
  await expect(start).rejects.toBeInstanceOf(PythonStartError)
  const error = await Promise.resolve(result).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(PythonStartError)
  expect((error as PythonStartError).candidates).toHaveLength(1)
  await expect(Promise.resolve(python.builtins.abs(result))).rejects.toBe(error)

  const info = await python.start()
  expect(await python.import('math').sqrt(4)).toBe(2)
  expect(await python.start()).toEqual(info)
  expect(python.info()).toEqual(info)
})

it('refuses another Python than the one that runs', async () => {
  await expect(python.start({ executable: '/no/such/python' })).rejects.toThrow('one Python in a process')
  expect(() => python.startSync({ executable: '/no/such/python' })).toThrow('one Python in a process')
})
