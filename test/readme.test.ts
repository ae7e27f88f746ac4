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

it('reads and writes streams as it says', async () => {
  const section = readFileSync(path.join(root, 'README.md'), 'utf8').split('### Streams from JavaScript')[1] as string
  const example = section.split('```ts\n')[1]?.split('```')[0] as string
  writeFileSync(path.join(folder, 'trips.csv'), 'id,distance\n1,2.5\n')
  const file = path.join(folder, 'streams.mjs')
  writeFileSync(
    file,
    `import { createReadStream, createWriteStream, readFileSync } from 'node:fs'
    import { python, kw } from 'snakebridge'
    process.chdir(import.meta.dirname)
    ${example}
    console.log(await python.builtins.list(lines), readFileSync('copy.csv', 'utf8'))`,
  )
  const outcome = await runFile(file)
  expect(outcome).toEqual({ code: 0, signal: null, stderr: '', stdout: expect.any(String) })
  expect(outcome.stdout).toBe("[ [ 'id', 'distance' ], [ '1', '2.5' ] ] ,id,distance\n0,1,2.5\n\n")
})
