// The layouts of platforms that the suite does not run on: fake trees whose files have the right names and headers.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

import { parseBinaryHeader, readBinaryHeader } from '../../src/discovery/binary-header.js'
import type { Host } from '../../src/discovery/candidate.js'
import { discover } from '../../src/discovery/discover.js'
import { itUnless } from '../skipping.js'
import { emptyHost, plain, scratch } from './fixtures.js'

const { folder, remove } = scratch()
afterAll(remove)

function fill(root: string, files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content, { mode: 0o755 })
  }
}

function peFile(machine: number): Buffer {
  const bytes = Buffer.alloc(512)
  bytes.write('MZ')
  bytes.writeUInt32LE(128, 0x3c)
  bytes.write('PE', 128)
  bytes.writeUInt16LE(machine, 132)
  return bytes
}

function machFile(cpuType: number): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.writeUInt32LE(0xfeedfacf, 0)
  bytes.writeUInt32LE(cpuType, 4)
  return bytes
}

describe('Windows', () => {
  const host: Host = { ...emptyHost(folder), platform: 'win32', arch: 'x64' }
  const program = peFile(0x8664)

  it('has its library beside python.exe', () => {
    const root = join(folder, 'Python312')
    fill(root, {
      'python.exe': program,
      'python312.dll': program,
      'python3.dll': program,
      'Lib/encodings/__init__.py': '',
    })
    fill(root, { 'include/patchlevel.h': '#define PY_VERSION "3.12.4"\n' })
    expect(discover({ env: root }, host).chosen).toMatchObject({
      executable: join(root, 'python.exe'),
      version: '3.12.4',
      prefix: root,
      libpython: join(root, 'python312.dll'),
      probed: false,
    })
  })

  it('has venvs whose Scripts/python.exe is a redirector', () => {
    const root = join(folder, 'Python313')
    const venv = join(folder, 'windows venv')
    fill(root, { 'python.exe': program, 'python313.dll': program, 'Lib/encodings/__init__.py': '' })
    fill(venv, { 'Scripts/python.exe': program, 'pyvenv.cfg': `home = ${root}\r\nversion = 3.13.1\r\n` })
    expect(discover({ env: venv }, host).chosen).toMatchObject({
      executable: join(venv, 'Scripts/python.exe'),
      version: '3.13.1',
      prefix: venv,
      basePrefix: root,
      libpython: join(root, 'python313.dll'),
      sitePackages: [join(venv, 'Lib/site-packages')],
    })
  })

  it('refuses a Python for ARM64 in a Node for x64', () => {
    fill(join(folder, 'arm'), { 'python.exe': peFile(0xaa64) })
    expect(discover({ env: join(folder, 'arm') }, host).candidates[0]?.refused?.code).toBe('other_architecture')
  })
})

describe('macOS', () => {
  const host: Host = { ...emptyHost(folder), platform: 'darwin', arch: 'arm64' }
  const program = machFile(0x0100000c)

  it('has frameworks, whose library is called Python', () => {
    const root = join(folder, 'Python.framework/Versions/3.12')
    fill(root, { 'bin/python3.12': program, Python: program, 'lib/python3.12/encodings/__init__.py': '' })
    const { chosen } = discover({ executable: join(root, 'bin/python3.12') }, host)
    expect(chosen).toMatchObject({ version: '3.12', prefix: root, libpython: join(root, 'Python'), probed: false })
  })

  it('has dylibs in the layouts of uv and conda', () => {
    const root = join(folder, 'cpython-3.13')
    fill(root, {
      'bin/python3.13': program,
      'lib/libpython3.13.dylib': program,
      'lib/python3.13/encodings/__init__.py': '',
    })
    const { chosen } = discover({ executable: join(root, 'bin/python3.13') }, host)
    expect(chosen?.libpython).toBe(join(root, 'lib/libpython3.13.dylib'))
  })
})

describe('macOS without developer tools', () => {
  const host: Host = { ...emptyHost(folder), platform: 'darwin' }

  itUnless(
    process.platform === 'darwin' || !existsSync('/usr/bin/python3'),
    'it takes a /usr/bin/python3 that is no stub',
  )('has a stub that is not started', () => {
    const refusal = discover({ executable: '/usr/bin/python3' }, host).candidates[0]?.refused
    expect(refusal).toMatchObject({ code: 'not_found', reason: expect.stringContaining("Apple's stub") })
  })
})

describe('the header of a binary', () => {
  it('names the processor of a real library', () => {
    expect(readBinaryHeader(plain.libpython)).toEqual({
      format: process.platform === 'darwin' ? 'mach-o' : 'elf',
      architectures: [process.arch],
    })
  })

  it('tells 32-bit and big-endian ELF files apart', () => {
    const elf = (wide: number, order: number, machine: number): string[] => {
      const bytes = Buffer.alloc(64)
      bytes.writeUInt32BE(0x7f454c46, 0)
      bytes.set([wide, order], 4)
      if (order === 2) bytes.writeUInt16BE(machine, 18)
      else bytes.writeUInt16LE(machine, 18)
      return parseBinaryHeader(bytes).architectures
    }
    expect(elf(2, 1, 62)).toEqual(['x64'])
    expect(elf(1, 1, 62)).toEqual(['x32'])
    expect(elf(1, 1, 3)).toEqual(['ia32'])
    expect(elf(2, 2, 22)).toEqual(['s390x'])
    expect(elf(2, 1, 999)).toEqual(['machine 0x3e7'])
  })

  it('lists both halves of a universal Mach-O file', () => {
    const bytes = Buffer.alloc(64)
    bytes.writeUInt32BE(0xcafebabe, 0)
    bytes.writeUInt32BE(2, 4)
    bytes.writeUInt32BE(0x01000007, 8)
    bytes.writeUInt32BE(0x0100000c, 28)
    expect(parseBinaryHeader(bytes).architectures).toEqual(['x64', 'arm64'])
  })

  it('of a short, empty or foreign file is unknown', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('MZ'), Buffer.from('hello, this is text, and a long one')]) {
      expect(parseBinaryHeader(bytes)).toEqual({ format: 'unknown', architectures: [] })
    }
  })
})
