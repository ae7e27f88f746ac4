// Runs the TypeScript examples of a document and compares what they print with what their comments say:
// `console.log(…)  // output`, or `// output: remark`. A block that begins with a file's name in a comment (`# model.py`,
// `// worker.mjs`) is that file, for all examples of the document.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { transformSync } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { type Outcome, root, runFile } from './process/program.js'

interface Block {
  section: string
  language: string
  code: string
  /** The name of the file that it is, where it begins with one. */
  file?: string
}

/** Names that an example may use without having made them, and the line that makes each. */
export type Preamble = Record<string, string>

export const commonPreamble: Preamble = {
  kw: `import { kw } from 'snakebridge'`,
  NDArray: `import { NDArray } from 'snakebridge'`,
  python: `import { python } from 'snakebridge'`,
}

export function blocksOf(document: string): Block[] {
  const blocks: Block[] = []
  let section = ''
  const text = readFileSync(path.join(root, document), 'utf8')
  // A block is matched whole: what looks like a heading in it is a comment of Python's.
  for (const [, heading, language = '', code = ''] of text.matchAll(/^#+ ([^\n]*)$|^```(\w+)\n(.*?)^```$/gms)) {
    if (heading !== undefined) {
      section = heading
      continue
    }
    const file = /^(?:#|\/\/) ([\w-]+\.\w+)\n/.exec(code)?.[1]
    blocks.push({ section, language, code, ...(file === undefined ? {} : { file }) })
  }
  return blocks
}

function completed(code: string, preamble: Preamble): string {
  for (const [name, line] of Object.entries(preamble)) {
    const used = new RegExp(`\\b${name}\\b`).test(code)
    const made = new RegExp(`(const|class|function|import .*)\\s${name}\\b|import \\{[^}]*\\b${name}\\b[^}]*\\}`)
    if (used && !made.test(code)) return completed(`${line}\n${code}`, preamble)
  }
  return code
}

const toJavaScript = (code: string) => transformSync(code, { loader: 'ts', target: 'node20' }).code

export interface DocumentOptions {
  preamble?: Preamble
  /** Files that examples use and the document does not show. */
  files?: Record<string, string>
  /** More about the example of a section. */
  also?: (section: string, outcome: Outcome) => void
}

/** One test for each example of the document. */
export function describeExamples(document: string, options: DocumentOptions = {}): void {
  const folder = mkdtempSync(path.join(root, 'build', 'examples-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const blocks = blocksOf(document)
  for (const [name, text] of Object.entries(options.files ?? {})) writeFileSync(path.join(folder, name), text)
  for (const { file, language, code } of blocks)
    if (file !== undefined) writeFileSync(path.join(folder, file), language === 'ts' ? toJavaScript(code) : code)

  const examples = blocks.filter(({ language, file }) => language === 'ts' && file === undefined)
  describe.each(examples.map(({ section, code }, i) => [`${i + 1}, ${section}`, section, code] as const))(
    `${document}, example %s`,
    (name, section, code) => {
      it('runs and prints what it says', async () => {
        const file = path.join(folder, `example-${Number.parseInt(name, 10)}.mjs`)
        writeFileSync(file, toJavaScript(completed(code, { ...options.preamble, ...commonPreamble })))
        const outcome = await runFile(file, { cwd: folder })
        expect(outcome).toEqual({ code: 0, signal: null, stderr: '', stdout: expect.any(String) })
        expectPrinted(code, outcome.stdout)
        options.also?.(section, outcome)
      })
    },
  )
}

function expectPrinted(code: string, stdout: string): void {
  const printed = stdout.split('\n')
  for (const [, comment] of code.matchAll(/console\.log\(.*\) +\/\/ (.*)$/gm)) {
    const found = printed.findIndex((line) => comment === line || (line !== '' && comment?.startsWith(`${line}: `)))
    expect(found, `a line for the comment: ${comment}\nin ${JSON.stringify(printed)}`).not.toBe(-1)
    printed.splice(0, found + 1)
  }
}
