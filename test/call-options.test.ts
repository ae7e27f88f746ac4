import { expect, it } from 'vitest'
import { ConversionError, kw, python } from '../src/index.js'

it('lists the options that there are when one is unknown', () => {
  const unknown = () => kw({ $singal: 1 })
  expect(unknown).toThrow(ConversionError)
  expect(unknown).toThrow('unknown option "$singal"')
  expect(unknown).toThrow('$signal, $timeout, $lane, $context, $capture, $fireAndForget, $bufferSize, $overflow')
  expect(() => kw({ $toString: 1 })).toThrow('unknown option "$toString"')
  expect(() => kw({ a: 1, $: 1 })).toThrow('unknown option "$"')
})

it.each([
  ['$signal', 1, 'an AbortSignal'],
  ['$signal', new AbortController(), 'an AbortSignal'],
  ['$timeout', '100', 'milliseconds'],
  ['$timeout', 0, 'milliseconds'],
  ['$timeout', -1, 'milliseconds'],
  ['$timeout', Number.NaN, 'milliseconds'],
  ['$timeout', 2 ** 31, 'milliseconds'],
  ['$timeout', null, 'milliseconds'],
  ['$lane', 3, 'a lane or its name'],
  ['$lane', '', 'a lane or its name'],
  ['$context', 'x', 'a Python context'],
  ['$capture', 1, 'a boolean'],
  ['$fireAndForget', 'yes', 'a boolean'],
  ['$bufferSize', 0, 'an integer from 1'],
  ['$bufferSize', 1.5, 'an integer from 1'],
  ['$overflow', 'drop', "'wait', 'drop-oldest' or 'error'"],
])('refuses %s of %s', (name, value, expected) => {
  const made = () => kw({ [name]: value })
  expect(made).toThrow(ConversionError)
  expect(made).toThrow(`expected ${expected}`)
  expect(made).toThrow(`for the option ${name}, got`)
})

it('takes options of the right type, and an undefined one as left out', () => {
  const { signal } = new AbortController()
  const { options } = kw({ $signal: signal, $timeout: 1.5, $overflow: 'error', $bufferSize: 3, $lane: undefined })
  expect(options).toEqual({ $signal: signal, $timeout: 1.5, $overflow: 'error', $bufferSize: 3 })
  expect(kw({ $timeout: Number.POSITIVE_INFINITY }).options).toEqual({ $timeout: Number.POSITIVE_INFINITY })
  expect(kw({ $lane: undefined }).options).toBeUndefined()
  expect(kw({ a: 1 }).options).toBeUndefined()
})

it('keeps options from Python', async () => {
  const all = await python.eval('lambda *args, **keywords: [list(args), keywords]')
  expect(await all(1, kw({ $timeout: 60_000, b: 2 }))).toEqual([[1], { b: 2 }])
  expect(await all(kw({ $timeout: 60_000 }))).toEqual([[], {}])
  const names = Object.defineProperty({ $timeout: 60_000 }, '__proto__', { value: 1, enumerable: true })
  expect(await all(kw(names)).$str).toBe("[[], {'__proto__': 1}]")
})
