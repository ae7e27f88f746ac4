// Programs that a bundler has packed: with the documented line, without it, and away from the installed package.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { build, type Format } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import webpack from 'webpack'
import { clean, folder, runFile } from '../process/program.js'

const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'snakebridge-bundle-'))
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }))

const works = `import { python } from 'snakebridge'\npython.import('math').sqrt(9).then(console.log)\n`
const worksCommonJs = works.replace(/import (.*) from ('.*')/, 'const $1 = require($2)')

function source(name: string, text: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, text)
  return file
}

async function esbuild(entry: string, outfile: string, options: { format: Format; external?: string[] }) {
  // Without this repository's tsconfig, whose paths lead to the sources.
  const common = { bundle: true, platform: 'node', logLevel: 'error', tsconfigRaw: '{}' } as const
  await build({ entryPoints: [entry], outfile, ...common, ...options })
  return outfile
}

async function packWithWebpack(entry: string, outfile: string, options: webpack.Configuration = {}) {
  const { dir, base } = path.parse(outfile)
  const output = { path: dir, filename: base }
  const optimization = { minimize: false }
  const compiler = webpack({
    mode: 'production',
    target: 'node20',
    entry,
    output,
    optimization,
    // On Nodes that run TypeScript webpack follows the paths of tsconfig.json, which lead to the sources.
    resolve: { tsconfig: false },
    ...options,
  }) as webpack.Compiler
  const stats = await new Promise<webpack.Stats>((resolve, reject) => {
    compiler.run((error, done) => (done === undefined ? reject(error) : resolve(done)))
  })
  expect(stats.toJson({ all: false, errors: true }).errors).toEqual([])
  return outfile
}

const external = ['snakebridge']
const externals = { snakebridge: 'commonjs snakebridge' }

describe('with the documented line a bundle calls Python', () => {
  const entry = source('works.mjs', works)
  const commonJs = source('works.cjs', worksCommonJs)

  it.each(['esm', 'cjs'] as const)('packed by esbuild as %s', async (format) => {
    const file = path.join(folder, `esbuild-${format}.${format === 'esm' ? 'mjs' : 'cjs'}`)
    expect(await runFile(await esbuild(entry, file, { format, external }))).toEqual(clean('3\n'))
  })

  it('packed by webpack, from both kinds of module', async () => {
    const one = await packWithWebpack(entry, path.join(folder, 'webpack-import.cjs'), { externals })
    const other = await packWithWebpack(commonJs, path.join(folder, 'webpack-require.cjs'), { externals })
    expect(await runFile(one)).toEqual(clean('3\n'))
    expect(await runFile(other)).toEqual(clean('3\n'))
  })
})

describe('without it', () => {
  const entry = source('forgotten.mjs', works)
  const commonJs = source('forgotten.cjs', worksCommonJs)

  it.each(['esm', 'cjs'] as const)('an import packed by esbuild as %s finds the installed package', async (format) => {
    const file = path.join(folder, `forgotten-${format}.${format === 'esm' ? 'mjs' : 'cjs'}`)
    expect(await runFile(await esbuild(entry, file, { format }))).toEqual(clean('3\n'))
  })

  it('an import packed by webpack finds the installed package', async () => {
    expect(await runFile(await packWithWebpack(entry, path.join(folder, 'forgotten-webpack.cjs')))).toEqual(
      clean('3\n'),
    )
  })

  it.each(['esm', 'cjs'] as const)('an import packed as %s says where the package is missing', async (format) => {
    const file = path.join(elsewhere, `moved.${format === 'esm' ? 'mjs' : 'cjs'}`)
    const { code, stderr } = await runFile(await esbuild(entry, file, { format }))
    expect(code).toBe(1)
    expect(stderr).toMatch(/expected snakebridge to be installed beside the bundle .*moved.*found none: npm install/)
  })

  it.each([
    ['esbuild', (file: string) => esbuild(commonJs, file, { format: 'cjs' })],
    ['webpack', (file: string) => packWithWebpack(commonJs, file)],
  ])('a require packed by %s says what to do', async (name, pack) => {
    const file = await pack(path.join(folder, 'packed', `${name}.cjs`))
    writeFileSync(path.join(folder, 'packed', 'bridge.js'), "console.log('a file of the program')")
    const { code, stdout, stderr } = await runFile(file)
    expect(stdout).toBe('')
    expect(code).toBe(1)
    expect(stderr).toContain('a bundler has taken its code in and left its binary and Python files behind')
    expect(stderr).toContain("external: ['snakebridge'] (esbuild)")
  })
})
