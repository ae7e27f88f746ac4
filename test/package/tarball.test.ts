// The packed package, installed in an empty folder as on a machine that has Node and nothing to compile with.
// SNAKEBRIDGE_TARBALL names the tarball to test (CI packs what `npm run prebuild` made); without it the local
// build is packed as the prebuilt binary.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = path.resolve(__dirname, '../..')
const venv = process.env.VIRTUAL_ENV as string
const npm = process.env.npm_execpath ?? '/usr/bin/npm'
let folder: string
let app: string
let env: NodeJS.ProcessEnv
let tarballs: string[]

// Never blocking: the runner wants to hear of a test that takes long.
async function run(file: string, args: string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<string> {
  return (await promisify(execFile)(file, args, { encoding: 'utf8', ...options })).stdout
}

async function pack(what: string): Promise<string> {
  const options = ['--ignore-scripts', '--silent', '--pack-destination', folder]
  const packed = await run(process.execPath, [npm, 'pack', ...options], { cwd: what })
  const name = packed.trim().split('\n').at(-1)
  return path.join(folder, name as string)
}

async function packLocalBuild(): Promise<string> {
  const staged = path.join(folder, 'staged')
  const prebuilds = path.join(staged, 'prebuilds', `${process.platform}-${process.arch}`)
  mkdirSync(prebuilds, { recursive: true })
  for (const entry of ['package.json', 'dist', 'native', 'python', 'scripts', 'binding.gyp', 'LICENSE']) {
    cpSync(path.join(root, entry), path.join(staged, entry), { recursive: true })
  }
  cpSync(path.join(root, 'build/Release/snakebridge.node'), path.join(prebuilds, 'snakebridge.node'))
  return pack(staged)
}

async function install(where: string, ...options: string[]): Promise<void> {
  mkdirSync(where)
  writeFileSync(path.join(where, 'package.json'), '{ "name": "app", "private": true }')
  const quiet = ['--offline', '--no-audit', '--no-fund']
  await run(process.execPath, [npm, 'install', ...quiet, ...options, ...tarballs], { cwd: where, env })
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'snakebridge-package-'))
  const bin = path.join(folder, 'bin')
  app = path.join(folder, 'an empty folder')
  mkdirSync(bin)
  symlinkSync(process.execPath, path.join(bin, 'node'))
  symlinkSync('/bin/sh', path.join(bin, 'sh'))
  env = { PATH: bin, HOME: folder, VIRTUAL_ENV: venv }

  // The dependencies come along as tarballs, so that the install needs no network.
  const dependencies: string[] = []
  for (const name of ['node-addon-api', 'node-gyp-build']) {
    dependencies.push(await pack(path.join(root, 'node_modules', name)))
  }
  tarballs = [process.env.SNAKEBRIDGE_TARBALL ?? (await packLocalBuild()), ...dependencies]
  await install(app)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the installed package', () => {
  const node = async (file: string, program: string) => {
    writeFileSync(path.join(app, file), program)
    return (await run(process.execPath, [file], { cwd: app, env })).trim()
  }

  it('was installed where there is nothing to compile with, and compiled nothing', async () => {
    await expect(
      run('sh', ['-c', 'command -v cc || command -v g++ || command -v make'], { cwd: app, env }),
    ).rejects.toThrow()
    expect(readdirSync(path.join(app, 'node_modules/snakebridge'))).not.toContain('build')
  })

  it('calls Python from an ES module', async () => {
    const program = "import { python } from 'snakebridge'; console.log(await python.import('builtins').int('ff', 16))"
    expect(await node('app.mjs', program)).toBe('255')
  })

  it('calls Python from a CommonJS module', async () => {
    const program = "const { python } = require('snakebridge'); python.import('math').sqrt(2).then(console.log)"
    expect(await node('app.cjs', program)).toBe(String(Math.SQRT2))
  })

  it('is one instance for both kinds of module', async () => {
    const program = `import { createRequire } from 'node:module'
      import { python } from 'snakebridge'
      console.log(createRequire(import.meta.url)('snakebridge').python === python)`
    expect(await node('both.mjs', program)).toBe('true')
  })

  it('shows its classes by the names they are exported by', async () => {
    const program = `const classes = Object.entries(require('snakebridge')).filter(([, value]) => typeof value === 'function')
      console.log(classes.length > 30, classes.filter(([name, { name: shown }]) => name !== shown))`
    expect(await node('names.cjs', program)).toBe('true []')
  })

  it('has a command line', async () => {
    const command = path.join(app, 'node_modules/.bin/snakebridge')
    expect(await run(command, ['doctor'], { cwd: app, env })).toContain(venv)
  })

  it('gives its types to both kinds of module', async () => {
    const program = `import { kw, python, type NDArray } from 'snakebridge'
      export const math = python.import('math')
      export const options = kw({ axis: 0 })
      export type Scores = NDArray`
    writeFileSync(path.join(app, 'types.mts'), program)
    writeFileSync(path.join(app, 'types.cts'), program)
    const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
    const types = ['--typeRoots', path.join(root, 'node_modules/@types'), '--types', 'node']
    const language = ['--module', 'node16', '--target', 'es2022', '--lib', 'es2023,esnext.disposable']
    await run(process.execPath, [tsc, '--strict', '--noEmit', ...language, ...types, 'types.mts', 'types.cts'], {
      cwd: app,
    })
  })
})

describe('installed with install scripts disabled', () => {
  const program = "require('snakebridge').python.import('math').sqrt(2).then(console.log)"
  const calls = (where: string) => run(process.execPath, ['-e', program], { cwd: where, env })
  const prebuilds = (where: string) => path.join(where, 'node_modules/snakebridge/prebuilds')
  const target = `${process.platform}-${process.arch}`
  let bare: string

  beforeAll(async () => {
    bare = path.join(folder, 'scripts disabled')
    await install(bare, '--ignore-scripts')
  })

  it('calls Python where a prebuilt binary fits', async () => {
    expect(await calls(bare)).toBe(`${Math.SQRT2}\n`)
  })

  it('says which binary is expected, which are there and how to build one where none fits', async () => {
    renameSync(path.join(prebuilds(bare), target), path.join(prebuilds(bare), 'beos-mips'))
    const message = `expected a binary of snakebridge for ${target} (glibc), found beos-mips/`
    await expect(calls(bare)).rejects.toThrow(message)
    await expect(calls(bare)).rejects.toThrow('npm rebuild snakebridge')
  })

  it('says what the system’s loader said of a binary that does not load', async () => {
    mkdirSync(path.join(prebuilds(bare), target))
    writeFileSync(path.join(prebuilds(bare), target, 'snakebridge.node'), 'no binary')
    await expect(calls(bare)).rejects.toThrow(/binary of snakebridge for .* does not load: .*snakebridge.node/)
  })
})
