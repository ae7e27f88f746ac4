import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

import { doctor } from '../src/doctor.js'
import { formatReport } from '../src/doctor-text.js'
import { makeVenv, plain, scratch } from './discovery/fixtures.js'

const { folder, remove } = scratch()
afterAll(remove)

const root = join(__dirname, '..')
const cli = (...words: string[]) =>
  spawnSync(process.execPath, [join(root, 'dist/cli.js'), ...words], { encoding: 'utf8' })

describe('python.doctor()', () => {
  it('reports Node, the addon, the chosen Python and a trial start', async () => {
    const report = await doctor()
    expect(report.node).toMatchObject({
      version: process.versions.node,
      platform: process.platform,
      arch: process.arch,
    })
    expect(report.addon).toMatchObject({ loads: true, file: expect.stringMatching(/\.node$/) })
    expect(report.python.chosen).toMatchObject({ source: 'VIRTUAL_ENV', version: plain.version, prefix: plain.prefix })
    expect(report.start).toMatchObject({ works: true })
    expect(report.healthy).toBe(true)
  })

  it('lists packages with the versions that plain Python sees', async () => {
    const program = 'import importlib.metadata as m; print(m.version("numpy"))'
    const numpy = execFileSync(plain.executable, ['-c', program], { encoding: 'utf8' }).trim()
    const { packages } = await doctor()
    expect(packages.find(({ name }) => name === 'numpy')?.version).toBe(numpy)
  })

  it('examines the candidates behind the chosen one too, and reports refusals instead of rejecting', async () => {
    const environ = {
      HOME: folder,
      PATH: join(plain.basePrefix, 'bin'),
      VIRTUAL_ENV: makeVenv(join(folder, 'venv')),
      CONDA_PREFIX: '/gone',
    }
    const { python } = await doctor({ cwd: folder, environ })
    expect(python.candidates.map(({ source, refused }) => [source, refused?.code])).toEqual(
      expect.arrayContaining([
        ['VIRTUAL_ENV', undefined],
        ['CONDA_PREFIX', 'not_found'],
        ['PATH', undefined],
      ]),
    )
  })

  it('is not healthy without a Python, and says what to do', async () => {
    const report = await doctor({ cwd: '/', environ: { HOME: folder, PATH: '' } })
    expect(report).toMatchObject({ healthy: false, python: { candidates: [] }, start: undefined })
    expect(formatReport(report)).toContain('Python: none can be used. Install CPython 3.11 or newer')
  })

  it('shows no variable that may hold a password', async () => {
    const { variables } = await doctor({ environ: { ...process.env, UV_INDEX_URL: 'https://user:secret@example.org' } })
    expect(JSON.stringify(variables)).not.toContain('secret')
  })
})

describe('npx snakebridge doctor', () => {
  it('prints the report and ends with 0 when all is well', () => {
    const { status, stdout } = cli('doctor')
    expect(stdout).toContain(`Python ${plain.version}`)
    expect(stdout).toContain('trial start: works')
    expect(status).toBe(0)
  })

  it('prints JSON with --json, and ends with 1 when there is a refusal', () => {
    const { status, stdout } = cli('doctor', '--json', '--env', '/gone')
    expect(JSON.parse(stdout)).toMatchObject({
      healthy: false,
      python: { candidates: [{ refused: { code: 'not_found' } }] },
    })
    expect(status).toBe(1)
  })

  it('ends with 2 for arguments that it does not know', () => {
    expect(cli('docter')).toMatchObject({ status: 2, stderr: expect.stringContaining('got docter') })
    expect(cli('doctor', '--color')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Unknown option '--color'"),
    })
  })
})
