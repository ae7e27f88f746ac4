// The runner of the guests sees what it is there to see: failures, crashes and hangs that plain Python does not have.
import path from 'node:path'
import { expect, it } from 'vitest'
import { venv } from '../process/program'
import { count, differences, explainByList, explainByRepetition, explainByThread } from './compare.mjs'
import { runSuite } from './guest-process.mjs'
import { choose } from './suites.mjs'

const suite = { name: 'fates', library: 'CPython', unittest: ['guest_suite'], limit: 240, stall: 15 }
const options = {
  python: path.join(venv, 'bin/python'),
  args: suite.unittest,
  env: { PYTHONPATH: path.join(__dirname, '../python') },
}
const short = (test: string) => test.replace('guest_suite.Fates.test_', '')

// The same whatever our own memory is checked for, or where buffers lie.
const elsewhere = process.env.SNAKEBRIDGE_SANITIZER ?? process.env.SNAKEBRIDGE_COPY_BUFFERS

it.skipIf(elsewhere)('compares test by test, whatever becomes of the process', { timeout: 300_000 }, async () => {
  const plain = await runSuite(suite, 'plain', options)
  expect(count(plain.results)).toEqual({ passed: 6, failed: 2, skipped: 1 })
  expect(plain.results.get('(exit)')).toBeUndefined()

  const thread = await runSuite(suite, 'plain thread', options)
  expect(differences(plain.results, thread.results).map(({ test }) => short(test))).toEqual(['g_needs_the_main_thread'])

  const inside = await runSuite(suite, 'pool', options)
  expect(count(inside.results)).toEqual({ passed: 2, failed: 6, skipped: 1 })
  expect(inside.results.get('guest_suite.Fates.test_i_comes_last')).toEqual({ outcome: 'passed' })
  const found = explainByThread(differences(plain.results, inside.results), thread.results)
  expect(found.map(({ test, bridge, why }) => [short(test), bridge, why?.split(' ', 2).join(' ')])).toEqual([
    ['c_fails_inside', 'failed', undefined],
    ['e_crashes_inside', 'failed', undefined],
    ['f_hangs_inside', 'failed', undefined],
    ['g_needs_the_main_thread', 'failed', 'the same'],
  ])
  expect(found.map(({ detail }) => detail?.trim().split('\n').at(-1))).toEqual([
    'AssertionError: True is not false',
    'crashed (SIGKILL)',
    'hung: no result for 15 s',
    'ValueError: signal only works in main thread of the main interpreter',
  ])
})

const results = (...rows: [string, string][]) => new Map(rows.map(([test, outcome]) => [test, { outcome }]))

it('counts what did not run, and how the process ended', () => {
  const plain = results(['a', 'passed'], ['b', 'skipped'], ['c', 'failed'])
  const inside = results(['a', 'passed'], ['c', 'passed'], ['(exit)', 'failed'])
  expect(differences(plain, inside).map(({ test, plain, bridge }) => `${test}: ${plain}, ${bridge}`)).toEqual([
    'b: skipped, not run',
    'c: failed, passed',
    '(exit): passed, failed',
  ])
})

it('takes reasons from the list where suite, place and outcome are meant', () => {
  const known = [
    { suite: /^fates$/, test: /^a$/, why: 'known' },
    { suite: /^fates$/, test: /^b$/, where: 'lane', why: 'elsewhere' },
    { suite: /^fates$/, test: /^c$/, bridge: 'skipped', why: 'another outcome' },
  ]
  const plain = results(['a', 'passed'], ['b', 'passed'], ['c', 'passed'])
  const inside = results(['a', 'failed'], ['b', 'failed'], ['c', 'failed'])
  const whys = (where: string) => explainByList(differences(plain, inside), known, 'fates', where).map(({ why }) => why)
  expect(whys('pool')).toEqual(['known', undefined, undefined])
  expect(whys('lane')).toEqual(['known', 'elsewhere', undefined])
})

it('calls a test unsteady only when a second run agrees', () => {
  const plain = results(['a', 'passed'], ['b', 'passed'])
  const inside = results(['a', 'failed'], ['b', 'failed'])
  const found = explainByRepetition(differences(plain, inside), undefined, results(['a', 'passed'], ['b', 'failed']))
  expect(found.map(({ why }) => why)).toEqual(['not every time: both passed when it was run again', undefined])
})

it('names the suites that there are', () => {
  expect(() => choose(['nump', 'numby'], false)).toThrow(/got numby\. There are numpy\/linalg, /)
  expect(choose(['cpython/j'], false).map(({ name }) => name)).toEqual(['cpython/json'])
})
