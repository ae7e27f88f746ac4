// Every linter and type checker: `node scripts/lint.mjs [--write] [name…]`. --write lets those that can repair do so.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
process.chdir(root)
const write = process.argv.includes('--write')
const named = process.argv.slice(2).filter((argument) => argument !== '--write')

const bin = (name) => path.join('node_modules', '.bin', name)
const venv = (name) => path.join('.venv', 'bin', name)
const cpp = ['native', 'test/fuzz', 'test/faults'].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((file) => /\.(cc|h|c)$/.test(file))
    .map((file) => path.join(folder, file)),
)

const checks = {
  biome: [bin('biome'), 'check', ...(write ? ['--write'] : []), '--error-on-warnings'],
  'clang-format': [venv('clang-format'), ...(write ? ['-i'] : ['--dry-run', '--Werror']), ...cpp],
  ruff: [venv('ruff'), 'check', ...(write ? ['--fix'] : [])],
  'ruff-format': [venv('ruff'), 'format', ...(write ? [] : ['--check'])],
  tsc: [bin('tsc'), '--noEmit'],
  pyright: [bin('pyright')],
  // Every exported name has its sentence, and every name in a sentence exists.
  typedoc: [bin('typedoc'), '--emit', 'none'],
}
const types = ['tsc', 'pyright', 'typedoc']
const groups = { types, lint: Object.keys(checks).filter((name) => !types.includes(name)) }

const setup = spawnSync(process.execPath, ['scripts/setup.mjs', 'lint'], { stdio: 'inherit' })
if (setup.status !== 0) process.exit(1)

const names = (named.length > 0 ? named : ['lint']).flatMap((name) => groups[name] ?? [name])
const failed = names.filter((name) => {
  const [file, ...args] = checks[name]
  if (!existsSync(file)) throw new Error(`${name} is not installed: expected ${file}`)
  const { status } = spawnSync(file, args, { stdio: 'inherit' })
  console.log(`${name}: ${status === 0 ? 'passed' : 'FAILED'}`)
  return status !== 0
})
process.exit(failed.length > 0 ? 1 : 0)
