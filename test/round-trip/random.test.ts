import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'
import { python } from '../../src/index.js'
import { describe } from './describe.js'
import { executable } from './plain-python.js'

const seeds = [1, 2, 3, 4]
const count = 500
const script = path.join(__dirname, '../python/random_values.py')
const awaited = python.import('../python/random_values.py')
const blocking = python.sync.import('../python/random_values.py')

it.each(seeds)('graphs of seed %i arrive as plain Python describes them, and go back as they were', async (seed) => {
  const expected = JSON.parse(
    execFileSync(executable, [script, `${seed}`, `${count}`], { encoding: 'utf8', maxBuffer: 2 ** 28 }),
  )
  const arrived: unknown[] = await awaited.graphs(seed, count)
  const atOnce: unknown[] = blocking.graphs(seed, count)
  expect(arrived.map((each) => describe(each))).toEqual(expected)
  expect(atOnce.map((each) => describe(each))).toEqual(expected)
  expect(await awaited.all_same(seed, arrived)).toEqual([])
  expect(blocking.all_same(seed, atOnce)).toEqual([])
})

it('each graph of a seed crosses alone as it does with the others', async () => {
  const graphs: unknown[] = await awaited.graphs(5, 300)
  const alone = await Promise.all(graphs.map((each) => awaited.identity(each)))
  expect(alone.map((each) => describe(each))).toEqual(graphs.map((each) => describe(each)))
})
