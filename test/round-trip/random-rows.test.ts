// Random values of every row of the conversion table, nested, shared and cyclic, against what plain Python's repr and json say of the
// same values. SNAKEBRIDGE_RANDOM_VALUES=100000 for a long run.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import { python } from '../../src/index.js'
import { executable } from './plain-python.js'

const atOnce = 1000
const slow = process.env.SNAKEBRIDGE_SANITIZER !== undefined
const rounds = Math.ceil(Number(process.env.SNAKEBRIDGE_RANDOM_VALUES ?? (slow ? 1000 : 2000)) / atOnce)
const seeds = Array.from({ length: rounds }, (_, index) => index + 1)
const script = path.join(__dirname, '../python/random_rows.py')
const { sync } = python
const here = sync.import('../python/random_rows.py')
const elsewhere = python.import('../python/random_rows.py')

const plainPython = (what: 'rows' | 'json', seed: number): unknown[] =>
  JSON.parse(execFileSync(executable, [script, what, `${seed}`, `${atOnce}`], { encoding: 'utf8', maxBuffer: 2 ** 30 }))

/** The first that differ, with their places: a thousand values are too many to be shown. */
function expectEqual(came: unknown[], expected: unknown[], seed: number): void {
  expect(came.length).toBe(expected.length)
  const different = came.flatMap((each, i) => (Object.is(each, expected[i]) ? [] : [i]))
  const first = different[0]
  if (first !== undefined) expect(came[first], `value ${first} of seed ${seed}`).toBe(expected[first])
}

it.each(seeds)('values of seed %i come back as plain Python shows them', async (seed) => {
  const expected = plainPython('rows', seed)
  const arrived: unknown[] = await elsewhere.rows(seed, atOnce)
  expectEqual(await elsewhere.all_shown(arrived), expected, seed)
  expectEqual(here.all_shown(here.rows(seed, atOnce)), expected, seed)
})

it.each(seeds)('values of seed %i that JSON knows are what JSON.parse makes of plain Python’s text', async (seed) => {
  const expected = plainPython('json', seed)
  const arrived: unknown[] = await elsewhere.json_values(seed, atOnce)
  const blocking: unknown[] = here.json_values(seed, atOnce)
  for (const came of [arrived, blocking]) {
    const different = came.findIndex((each, i) => !isDeepStrictEqual(each, expected[i]))
    if (different >= 0) expect(came[different], `value ${different} of seed ${seed}`).toStrictEqual(expected[different])
    expect(came.length).toBe(expected.length)
  }
})
