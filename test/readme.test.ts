// Every example of the README runs, and prints what its comments say.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { blocksOf, describeExamples, type Preamble } from './examples.js'
import { root, runFile } from './process/program.js'

const folder = mkdtempSync(path.join(root, 'build', 'readme-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What an example may use without having made it. */
const preamble: Preamble = {
  writeFile: `import { writeFile } from 'node:fs/promises'`,
  Point: 'class Point { constructor(x, y) { this.x = x; this.y = y } }',
  pd: `const pd = python.import('pandas')`,
  file: `const file = 'table.csv'`,
  request: 'const request = {}',
  createReadStream: `import { createReadStream } from 'node:fs'`,
  createWriteStream: `import { createWriteStream } from 'node:fs'`,
  client: `const client = await python.import('./client.py').Client()`,
  url: `const url = 'https://localhost/'`,
  urls: `const urls = ['https://localhost/a', 'https://localhost/b']`,
  controller: 'const controller = new AbortController()',
  model: `const model = await python.import('./client.py').Model()`,
  x: 'const x = [1, 2]',
  y: 'const y = [0, 1]',
  handle: 'const handle = async () => {}',
}

const files = {
  'model.py': 'def fit(epochs):\n    yield from range(epochs)\n',
  'table.csv': 'a,b\n1,2\n3,4\n',
  'trips.csv': 'id,distance\n1,2.5\n',
  'client.py': `from contextlib import asynccontextmanager


class Page(str):
    @property
    def title(self):
        return "title"


class Client:
    async def get(self, url):
        return Page(url)

    @asynccontextmanager
    async def session(self):
        yield self


class Model:
    def fit(self, x, y):
        return self
`,
  'report.py': 'def make():\n    return "made"\n',
  'shapes.py': 'class Point:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n',
}

/** All of it, the lines of the loop too. */
const fiveMinutes = [
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
]

it('finds the examples', () => {
  const sections = blocksOf('README.md').map((block) => block.section)
  expect(sections).toEqual(expect.arrayContaining(['SnakeBridge', 'Five minutes', 'Streams', 'Conversion table']))
})

describeExamples('README.md', {
  preamble,
  files,
  also(section, { stdout }) {
    if (section === 'Five minutes') expect(stdout.trimEnd().split('\n')).toEqual(fiveMinutes)
  },
})

it('reads and writes streams as it says', async () => {
  const example = blocksOf('README.md').find((block) => block.section === 'Streams from JavaScript')?.code
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
