// docs/benchmarks.md is what a committed run has measured.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { document, newestWholeRun } from '../bench/report.mjs'
import { root } from './process/program.js'

const newest = JSON.parse(readFileSync(newestWholeRun(), 'utf8'))

it('has every figure from the newest run in bench/results', () => {
  const page = readFileSync(path.join(root, 'docs/benchmarks.md'), 'utf8').replace(/<picture>.*?<\/picture>\n+/gs, '')
  expect(page.trim()).toBe(document(newest, []).trim())
})

it('is about one commit, one machine, and contenders that all ran there', () => {
  expect(newest).toMatchObject({
    commit: expect.stringMatching(/^[0-9a-f]{7,}$/),
    machine: { cores: expect.any(Number) },
  })
  const measured = newest.runs.filter((run: { metrics?: object }) => run.metrics !== undefined)
  const contenders = new Set(measured.map((run: { contender: string }) => run.contender))
  expect([...contenders]).toEqual(
    expect.arrayContaining([
      'snakebridge',
      'floor',
      'plain-python',
      'grpc-tcp',
      'grpc-unix',
      'json-lines',
      'node-calls-python',
    ]),
  )
  for (const { metrics } of measured)
    for (const metric of Object.values(metrics as Record<string, object>))
      expect(metric).toMatchObject({
        median: expect.any(Number),
        samples: expect.any(Number),
        unit: expect.any(String),
      })
})
