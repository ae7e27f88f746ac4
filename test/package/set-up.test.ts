// The scripts that make a clone ready and count what CI ran.
import { execFile, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = path.resolve(__dirname, '../..')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'snakebridge-set-up-'))
  cpSync(path.join(root, 'scripts'), path.join(folder, 'scripts'), { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const node = (args: string[], env = process.env) =>
  spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' })

describe('the Python of the build', () => {
  const standIn = (file: string, answer: object) => {
    writeFileSync(file, `#!/bin/sh\necho '${JSON.stringify({ implementation: 'cpython', ...answer })}'\n`)
    chmodSync(file, 0o755)
  }

  it('is the first on the PATH that has what is needed', () => {
    const bin = path.join(folder, 'bin')
    mkdirSync(bin)
    standIn(path.join(bin, 'python3'), { version: [3, 10, 13], include: '/old', headers: true })
    standIn(path.join(bin, 'python3.13'), { version: [3, 13, 0], include: '/bare', headers: false })
    standIn(path.join(bin, 'python3.12'), { version: [3, 12, 1], include: '/good', headers: true })
    const { stdout } = node(['scripts/native-build-inputs.mjs', 'python-include'], { PATH: bin })
    expect(stdout).toBe('/good\n')
  })

  it('is reported with every candidate and its reason when there is none', () => {
    const bin = path.join(folder, 'bin')
    mkdirSync(bin)
    standIn(path.join(bin, 'python3'), { version: [3, 10, 13], include: '/old', headers: true })
    const script = path.join(folder, 'scripts/find-python.mjs')
    writeFileSync(script, readFileSync(script, 'utf8').replace('/usr/bin/python3', '/nowhere/python3'))
    const { status, stderr } = node(['scripts/native-build-inputs.mjs', 'python-include'], { PATH: bin })
    expect(status).toBe(1)
    expect(stderr).toContain('python3: is 3.10.13, older than 3.11')
    expect(stderr).toContain('/nowhere/python3: not found')
  })
})

describe('a set-up', () => {
  const file = (name: string) => path.join(folder, name)
  const script = (work: string) => writeFileSync(file('scripts/build-typescript.mjs'), work)
  const builds = `import { mkdirSync, writeFileSync } from 'node:fs'
    console.log('compiling')
    mkdirSync('dist', { recursive: true })
    writeFileSync('dist/index.mjs', '')`
  const setUp = () => node(['scripts/setup.mjs', 'typescript'])
  const report = /^\[1\/1\] TypeScript …\n\[1\/1\] TypeScript: done in \d+ s\n$/

  beforeEach(() => {
    mkdirSync(file('src'))
    writeFileSync(file('src/index.ts'), '')
    script(builds)
  })

  it('names its steps, and skips what is done until an input changes or the output is gone', () => {
    expect(setUp()).toMatchObject({ status: 0, stdout: expect.stringMatching(report) })
    expect(setUp()).toMatchObject({ status: 0, stdout: '' })
    for (const change of [
      () => writeFileSync(file('src/index.ts'), 'export {}'),
      () => writeFileSync(file('src/added.ts'), ''),
      () => rmSync(file('dist'), { recursive: true }),
    ]) {
      change()
      expect(setUp()).toMatchObject({ status: 0, stdout: expect.stringMatching(report) })
      expect(setUp()).toMatchObject({ status: 0, stdout: '' })
    }
  })

  it('shows that a long step lives, and what it does', () => {
    const progress = file('scripts/progress.mjs')
    writeFileSync(progress, readFileSync(progress, 'utf8').replace('15_000', '20'))
    script(`${builds}\nawait new Promise((done) => setTimeout(done, 500))`)
    expect(setUp().stdout).toMatch(/^\[1\/1\] TypeScript: \d+ s {2}compiling$/m)
  })

  it('shows the output of a step that fails, and does it again the next time', () => {
    script(`console.log('no such type'); process.exit(3)`)
    const failed = setUp()
    expect(failed.status).toBe(1)
    expect(failed.stderr).toContain('no such type')
    expect(failed.stderr).toContain('This failed (exit code 3): node scripts/build-typescript.mjs')
    script(builds)
    expect(setUp()).toMatchObject({ status: 0, stdout: expect.stringMatching(report) })
  })
})

describe('a set-up that another process is doing', () => {
  const program = `import { withLock } from './scripts/lock.mjs'
    await withLock('lock', () => console.log('worked'))`

  it('is waited for', () => {
    writeFileSync(path.join(folder, 'lock'), String(process.pid))
    const options = { cwd: folder, encoding: 'utf8', timeout: 2000 } as const
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options)
    expect(signal).toBe('SIGTERM')
    expect(stdout).toContain('Waiting for another set-up')
    expect(stdout).not.toContain('worked')
  })

  it('is taken over when that process is gone', () => {
    writeFileSync(path.join(folder, 'lock'), String(spawnSync('true').pid))
    expect(node(['--input-type=module', '-e', program]).stdout).toBe('worked\n')
  })
})

describe('the counts of CI', () => {
  const count = (report: object | undefined, exitCode: string) => {
    const file = path.join(folder, 'report.json')
    if (report) writeFileSync(file, JSON.stringify(report))
    return node(['scripts/count-tests.mjs', file, exitCode]).stdout.trim()
  }
  const file = (status: string, tests: number) => ({ status, assertionResults: Array(tests).fill({}) })

  it('are those of the report', () => {
    const testResults = [file('passed', 3), file('failed', 2)]
    expect(count({ numPassedTests: 4, numFailedTests: 1, testResults }, '1')).toBe('4 1')
  })

  it('take a file that does not load for a failure', () => {
    const testResults = [file('passed', 4), file('failed', 0)]
    expect(count({ numPassedTests: 4, numFailedTests: 0, testResults }, '1')).toBe('4 1')
  })

  it('take a run that failed without a failed test, or left no report, for a failure', () => {
    expect(count(undefined, '134')).toBe('0 1')
    expect(count({ numPassedTests: 4, numFailedTests: 0, testResults: [file('passed', 4)] }, '134')).toBe('4 1')
  })
})

describe('a run of CI', () => {
  const failing = ['build:asan', 'prebuild', 'test:stress:asan', 'demo:stream']

  /** In which every program says `no luck` and fails if its arguments are one of `failing`, and every suite has three tests. */
  const runOf = async (failing: string[]) => {
    const bin = path.join(folder, 'bin')
    mkdirSync(bin)
    for (const name of ['npm', 'npx', 'node']) {
      const fails = failing.map((script) => `*" ${script} "*) echo no luck; exit 1 ;;`).join('\n')
      const text = `#!/bin/sh\ncase " $* " in\n${fails}\n*count-tests*) echo 3 0 ;;\nesac\n`
      writeFileSync(path.join(bin, name), text, { mode: 0o755 })
    }
    cpSync(path.join(root, '.ci'), path.join(folder, '.ci'), { recursive: true })
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
    const { stdout, code } = await promisify(execFile)(path.join(folder, '.ci/run'), { env }).catch((error) => error)
    return { code, lines: stdout.trimEnd().split('\n') as string[] }
  }

  it('counts the tests of five suites and every other step, and names each with its seconds', async () => {
    const { code, lines } = await runOf([])
    expect(code).toBeUndefined()
    expect(lines.at(-1)).toBe('31 passed, 0 failed')
    expect(lines.filter((line) => /^── .* \(\d+ s\)$/.test(line))).toHaveLength(21)
  })

  it('fails where a step fails, also beside the suites or the storms, and shows what it printed', async () => {
    const { code, lines } = await runOf(failing)
    expect(code).toBe(1)
    expect(lines.at(-1)).toBe('27 passed, 4 failed')
    for (const title of ['build with ASAN and UBSAN', 'prebuild', 'storm under ASAN and UBSAN', 'demo:stream'])
      expect(lines.join('\n')).toContain(`FAILED: ${title}\nno luck`)
  })
})
