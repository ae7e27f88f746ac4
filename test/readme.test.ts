// The README's first example does what its comments say.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { runFile } from './process/program.js'

const root = path.resolve(__dirname, '..')
const folder = mkdtempSync(path.join(root, 'build', 'readme-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('shows in five minutes what it says it shows', async () => {
  const section = readFileSync(path.join(root, 'README.md'), 'utf8').split('## Five minutes')[1] as string
  const example = section.split('```ts\n')[1]?.split('```')[0] as string
  writeFileSync(
    path.join(folder, 'model.py'),
    'def fit(epochs):\n    for epoch in range(epochs):\n        yield epoch\n',
  )
  writeFileSync(path.join(folder, 'example.mjs'), example)
  const outcome = await runFile(path.join(folder, 'example.mjs'))
  expect(outcome).toEqual({ code: 0, signal: null, stderr: '', stdout: expect.any(String) })
  expect(outcome.stdout.trimEnd().split('\n')).toEqual([
    '1.4142135623730951',
    '15511210043330985984000000n',
    '[ 1000000 ] float64 1',
    '42',
    'Float64Array(3) [ 1, 2, 3 ]',
    '0',
    '1',
    '2',
    'TypeError must be real number, not str',
    '1.4142135623730951',
  ])
})
