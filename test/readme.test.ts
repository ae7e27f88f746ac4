// Every example of the README runs, and prints what its comments say: `console.log(…)  // output`, or `// output: remark`.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { transformSync } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { runFile } from './process/program.js'

const root = path.resolve(__dirname, '..')
const folder = mkdtempSync(path.join(root, 'build', 'readme-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What an example may use without having made it. */
const preamble: Record<string, string> = {
  kw: `import { kw } from 'snakebridge'`,
  NDArray: `import { NDArray } from 'snakebridge'`,
  python: `import { python } from 'snakebridge'`,
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

function completed(code: string): string {
  for (const [name, line] of Object.entries(preamble)) {
    const used = new RegExp(`\\b${name}\\b`).test(code)
    if (used && !new RegExp(`(const|class|import .*)\\s${name}\\b`).test(code)) return completed(`${line}\n${code}`)
  }
  return code
}

writeFileSync(path.join(folder, 'model.py'), 'def fit(epochs):\n    yield from range(epochs)\n')
writeFileSync(path.join(folder, 'table.csv'), 'a,b\n1,2\n3,4\n')
writeFileSync(path.join(folder, 'trips.csv'), 'id,distance\n1,2.5\n')
writeFileSync(
  path.join(folder, 'client.py'),
  `from contextlib import asynccontextmanager


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
)
writeFileSync(path.join(folder, 'report.py'), 'def make():\n    return "made"\n')
writeFileSync(
  path.join(folder, 'shapes.py'),
  'class Point:\n    def __init__(self, x, y):\n        self.x, self.y = x, y\n',
)

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

interface Example {
  section: string
  code: string
}

const examples: Example[] = []
const readme = readFileSync(path.join(root, 'README.md'), 'utf8')
for (const part of readme.split(/^#+ /m).slice(1))
  for (const piece of part.split('```ts\n').slice(1))
    examples.push({ section: part.slice(0, part.indexOf('\n')), code: piece.slice(0, piece.indexOf('```')) })

it('finds the examples', () => {
  expect(examples.map((example) => example.section)).toEqual(expect.arrayContaining(['SnakeBridge', 'Five minutes']))
  expect(examples.length).toBe(readme.split('```ts\n').length - 1)
})

describe.each(examples.map((example, i) => [`${i + 1}, ${example.section}`, example.code]))(
  'example %s',
  (name, code) => {
    it('runs and prints what it says', async () => {
      const file = path.join(folder, `example-${Number.parseInt(name, 10)}.mjs`)
      writeFileSync(file, transformSync(completed(code), { loader: 'ts', target: 'node20' }).code)
      const outcome = await runFile(file, { cwd: folder })
      expect(outcome).toEqual({ code: 0, signal: null, stderr: '', stdout: expect.any(String) })

      const printed = outcome.stdout.split('\n')
      for (const [, comment] of code.matchAll(/console\.log\(.*\) +\/\/ (.*)$/gm)) {
        const found = printed.findIndex((line) => comment === line || (line !== '' && comment?.startsWith(`${line}: `)))
        expect(found, `a line for the comment: ${comment}\nin ${JSON.stringify(printed)}`).not.toBe(-1)
        printed.splice(0, found + 1)
      }
      if (name.endsWith('Five minutes')) expect(outcome.stdout.trimEnd().split('\n')).toEqual(fiveMinutes)
    })
  },
)

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
