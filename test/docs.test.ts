// Every example in docs/ and in CONTRIBUTING runs, and prints what its comments say; every link inside the documents leads somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { blocksOf, describeExamples } from './examples.js'
import { root } from './process/program.js'
import { copied, itUnless } from './skipping.js'

const pages = readdirSync(path.join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`)

const copies = process.env.SNAKEBRIDGE_COPY_BUFFERS === '1'

// What docs/arrays.md shows is that memory is shared.
if (copies) itUnless(true, copied)('the examples of docs/arrays.md', () => {})
for (const page of [...pages, '.github/CONTRIBUTING.md'])
  if (!(copies && page === 'docs/arrays.md') && blocksOf(page).some(({ language }) => language === 'ts'))
    describeExamples(page)

const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )

describe.each([...pages, 'README.md', 'native/README.md', '.github/CONTRIBUTING.md', '.github/SECURITY.md'])(
  'the links of %s',
  (page) => {
    it('lead to files and headings that are there', () => {
      const text = readFileSync(path.join(root, page), 'utf8')
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)\s]*)\)/g)) {
        const [name, anchor] = target.split('#')
        const file = name ? path.join(root, path.dirname(page), name) : path.join(root, page)
        expect(existsSync(file), `${target} in ${page}`).toBe(true)
        if (anchor) expect(anchorsOf(readFileSync(file, 'utf8')), `${target} in ${page}`).toContain(anchor)
      }
    })
  },
)
