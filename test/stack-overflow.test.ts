// JavaScript's stack ends in the middle of anything: the program gets a RangeError, and everything works afterwards.
import { expect, it } from 'vitest'
import { kw, python } from '../src/index.js'

const { call, identity } = python.sync.exec(
  'def call(f, *args, **kwargs): return f(*args, **kwargs)\ndef identity(x): return x',
)
const getA = python.sync.eval('lambda o: o.a')
const keywords = kw({ x: 1 })
const proxied = python.proxy({ a: 1 })
const later = await python.eval('call', { call })
const first = python.lane('first stack')
const second = python.lane('second stack')

/** Tries `use` at the very end of the stack, and again at each of the frames above; the errors that it threw. */
function atTheEnd(use: () => unknown): Set<unknown> {
  const errors = new Set<unknown>()
  const attempt = () => {
    try {
      use()
    } catch (error) {
      errors.add(error)
    }
  }
  attempt() // compiled now: at the end of the stack no function can be
  expect(errors.size).toBe(0)
  let attempts = 0
  const dig = (): void => {
    try {
      dig()
    } catch {}
    if (attempts++ < 400) attempt()
  }
  dig()
  return errors
}

const outcomes: Promise<unknown>[] = []
const write = (promise: PromiseLike<unknown>) => {
  outcomes.push(promise.then(undefined, () => undefined) as Promise<unknown>)
}

it.each<[string, () => unknown]>([
  ['a blocking call with a number', () => identity(1)],
  ['a blocking call with a container', () => identity({ a: [1, 'x', { b: 2 }] })],
  ['a blocking call with a function', () => call((x: unknown) => ({ x }), [1, 2])],
  ['a blocking call with keyword arguments', () => call(identity, keywords)],
  ['a function that a blocking call runs', () => call(() => atTheEnd(() => identity([1])).size)],
  ['a proxied object', () => call(getA, proxied)],
  ['an awaited call', () => write(later((x: number) => x, 1))],
  [
    'an awaited call in front of a blocking one',
    () => {
      write(later(identity, 1))
      identity(3)
    },
  ],
  [
    'awaited calls of two lanes in turn',
    () => {
      write(first.builtins.len([1]))
      write(second.builtins.len([1]))
    },
  ],
])('leaves nothing half done in %s', async (_name, use) => {
  const errors = atTheEnd(use)
  expect(errors.size).toBeGreaterThan(0)
  for (const error of errors) expect((error as Error).name).toBe('RangeError')
  expect(identity(7)).toBe(7)
  expect(call((x: number) => x * 2, 4)).toBe(8)
  expect(await later((x: number) => x * 2, 4)).toBe(8)
  expect(await Promise.all(outcomes.splice(0))).toBeDefined()
})

it('ends functions that call each other through both languages without an end by a RangeError', () => {
  const endless = (): unknown => call(endless)
  expect(endless).toThrow(RangeError)
  expect(identity('after')).toBe('after')
})
