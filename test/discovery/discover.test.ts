import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { discover, discoverAll } from '../../src/discovery/discover.js'
import { askPlain, emptyHost, makePrefix, makeVenv, plain, scratch, writeScript } from './fixtures.js'

const { folder, remove } = scratch()
afterAll(remove)

describe('an environment', () => {
  it('is described as plain Python describes itself, without starting it', () => {
    const venv = makeVenv(join(folder, 'plain venv'))
    const expected = askPlain(join(venv, 'bin/python'))
    const { chosen } = discover({ env: venv }, emptyHost(folder))
    expect(chosen).toEqual({
      source: 'env option',
      executable: expected.executable,
      version: expected.version,
      prefix: expected.prefix,
      basePrefix: expected.basePrefix,
      libpython: expected.libpython,
      sitePackages: [expected.sitePackages],
      probed: false,
    })
  })

  it('made with --copies is not started either', () => {
    const venv = makeVenv(join(folder, 'copied'), '--copies')
    const { chosen } = discover({ env: venv }, emptyHost(folder))
    expect(chosen).toMatchObject({
      prefix: venv,
      basePrefix: plain.basePrefix,
      libpython: plain.libpython,
      probed: false,
    })
  })

  it('with --system-site-packages has the packages of its base behind its own', () => {
    const venv = makeVenv(join(folder, 'with system'), '--system-site-packages')
    const { chosen } = discover({ env: venv }, emptyHost(folder, { PYTHONNOUSERSITE: '1' }))
    expect(chosen?.sitePackages[0]).toBe(askPlain(join(venv, 'bin/python')).sitePackages)
    expect(chosen?.sitePackages).toContain(askPlain(plain.baseExecutable).sitePackages)
  })

  it('in the layout of conda is found by its prefix', () => {
    const prefix = makePrefix(join(folder, 'conda env'))
    const { chosen } = discover({}, emptyHost(folder, { CONDA_PREFIX: prefix }))
    expect(chosen).toMatchObject({ source: 'CONDA_PREFIX', prefix, basePrefix: prefix, probed: false })
    expect(chosen?.libpython).toBe(join(prefix, 'lib', basename(plain.libpython)))
  })
})

describe('the order of the sources', () => {
  const cwd = join(folder, 'project/src/deep')
  const uv = join(folder, 'uv')
  const environ = {
    VIRTUAL_ENV: join(folder, 'activated'),
    CONDA_PREFIX: join(folder, 'conda'),
    UV_PYTHON_INSTALL_DIR: uv,
    PATH: join(folder, 'on path/bin'),
  }

  beforeAll(() => {
    mkdirSync(cwd, { recursive: true })
    makeVenv(environ.VIRTUAL_ENV)
    makeVenv(join(folder, 'project/.venv'))
    makePrefix(environ.CONDA_PREFIX)
    makePrefix(join(uv, `cpython-${plain.minor}.1-linux`))
    makePrefix(join(uv, `cpython-${plain.minor}.20-linux`))
    makePrefix(join(folder, 'on path'))
  })

  it('is VIRTUAL_ENV, .venv upwards, CONDA_PREFIX, uv (newest first), PATH', () => {
    const { candidates } = discoverAll({}, emptyHost(cwd, environ))
    expect(candidates.map(({ source, prefix }) => [source, prefix])).toEqual([
      ['VIRTUAL_ENV', environ.VIRTUAL_ENV],
      ['.venv', join(folder, 'project/.venv')],
      ['CONDA_PREFIX', environ.CONDA_PREFIX],
      ['uv', join(uv, `cpython-${plain.minor}.20-linux`)],
      ['uv', join(uv, `cpython-${plain.minor}.1-linux`)],
      ['PATH', join(folder, 'on path')],
    ])
  })

  it('stops at the first usable one', () => {
    const { chosen, candidates } = discover({}, emptyHost(cwd, environ))
    expect(chosen?.source).toBe('VIRTUAL_ENV')
    expect(candidates).toHaveLength(1)
  })

  it('goes on after a refused one, which stays on the list', () => {
    const { chosen, candidates } = discover({}, emptyHost(cwd, { ...environ, VIRTUAL_ENV: join(folder, 'gone') }))
    expect(candidates.map(({ source, refused }) => [source, refused?.code])).toEqual([
      ['VIRTUAL_ENV', 'not_found'],
      ['.venv', undefined],
    ])
    expect(chosen?.source).toBe('.venv')
  })

  it('takes the version that UV_PYTHON asks for among those of uv', () => {
    const host = emptyHost(folder, { UV_PYTHON_INSTALL_DIR: uv, UV_PYTHON: `${plain.minor}.1` })
    expect(discover({}, host).chosen?.prefix).toBe(join(uv, `cpython-${plain.minor}.1-linux`))
  })

  it('ends with what an option names, usable or not', () => {
    const { chosen, candidates } = discover({ env: join(folder, 'gone') }, emptyHost(cwd, environ))
    expect(chosen).toBeUndefined()
    expect(candidates.map(({ source }) => source)).toEqual(['env option'])
  })

  it('finds nothing on a machine that has nothing', () => {
    expect(discover({}, emptyHost('/')).candidates).toEqual([])
  })
})

describe('an interpreter', () => {
  const prefix = join(folder, 'installed')
  beforeAll(() => makePrefix(prefix))

  it('is found by name on the PATH', () => {
    const { chosen } = discover({ executable: 'python' }, emptyHost(folder, { PATH: `/nowhere:${prefix}/bin` }))
    expect(chosen?.executable).toBe(join(prefix, 'bin/python'))
  })

  it('is found by a path relative to the working directory', () => {
    expect(discover({ executable: './installed/bin/python' }, emptyHost(folder)).chosen?.prefix).toBe(prefix)
  })

  it('behind a wrapper script is asked, and its own path is used', () => {
    const wrapper = writeScript(join(folder, 'wrapper'), `echo a banner; exec "${plain.baseExecutable}" "$@"`)
    const { chosen } = discover({ executable: wrapper }, emptyHost(folder))
    expect(chosen).toMatchObject({
      executable: plain.baseExecutable,
      libpython: plain.libpython,
      version: plain.version,
      probed: true,
    })
  })

  it('of a venv behind a wrapper script brings the venv', () => {
    const venv = makeVenv(join(folder, 'wrapped venv'))
    const wrapper = writeScript(join(folder, 'venv wrapper'), `exec "${venv}/bin/python" "$@"`)
    const host = emptyHost(folder, { LC_ALL: 'C' })
    expect(discover({ executable: wrapper }, host).chosen).toMatchObject({
      prefix: venv,
      basePrefix: plain.basePrefix,
    })
  })

  it('is listed once, however many names it has', () => {
    const bin = join(folder, 'links')
    mkdirSync(bin)
    for (const name of ['python', 'python3']) symlinkSync(join(prefix, 'bin/python'), join(bin, name))
    const { candidates } = discoverAll({}, emptyHost(folder, { PATH: `${bin}:${prefix}/bin` }))
    expect(candidates.map(({ executable }) => executable)).toEqual([join(bin, 'python3')])
  })

  it('of a debug build is found beside its library, and not the other build', () => {
    const root = join(folder, 'both builds')
    for (const file of ['bin/python3.12', 'bin/python3.12d', 'lib/libpython3.12d.so.1.0', 'lib/python3.12/os.py']) {
      mkdirSync(join(root, dirname(file)), { recursive: true })
      writeFileSync(join(root, file), '')
    }
    const { candidates } = discover({ libpython: join(root, 'lib/libpython3.12d.so.1.0') }, emptyHost(folder))
    expect(candidates.map(({ executable }) => executable)).toEqual([join(root, 'bin/python3.12d')])
  })

  it('is found beside the library that was named', () => {
    const libpython = join(prefix, 'lib', basename(plain.libpython))
    const { chosen } = discover({ libpython }, emptyHost(folder))
    expect(chosen).toMatchObject({
      source: 'libpython option',
      executable: join(prefix, 'bin', basename(plain.baseExecutable)),
      libpython,
    })
  })
})

describe('a pyenv shim', () => {
  const root = join(folder, 'pyenv')
  const shim = join(root, 'shims/python3')
  const version = join(root, 'version')
  const installed = `${plain.minor}.30`

  beforeAll(() => {
    writeScript(shim, 'echo the shim was started >&2; exit 99')
    makePrefix(join(root, 'versions', `${plain.minor}.4`), 'python3')
    makePrefix(join(root, 'versions', installed), 'python3')
  })
  beforeEach(() => rmSync(version, { force: true }))

  it('leads to the globally selected version', () => {
    writeFileSync(version, `${installed}\n`)
    expect(discover({ executable: shim }, emptyHost(folder)).candidates[0]?.executable).toBe(
      join(root, 'versions', installed, 'bin/python3'),
    )
  })

  it('leads to the newest version of a minor one that .python-version names', () => {
    writeFileSync(version, `${plain.minor}.4\n`)
    const cwd = join(folder, 'pyenv project')
    mkdirSync(join(cwd, 'inner'), { recursive: true })
    writeFileSync(join(cwd, '.python-version'), `${plain.minor}\n`)
    expect(discover({ executable: shim }, emptyHost(join(cwd, 'inner'))).candidates[0]?.executable).toContain(installed)
  })

  it('is asked itself where no version is selected', () => {
    expect(discover({ executable: shim }, emptyHost(folder)).candidates[0]).toMatchObject({
      executable: shim,
      refused: { code: 'not_python', reason: expect.stringContaining('the shim was started') },
    })
  })
})
