// Node's executable exports OpenSSL, zlib, brotli, libuv and more; Python's modules must not notice (Linux).
// What is expected comes from plain Python, run beside.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { python } from '../../src/index.js'

const fixtures = join(__dirname, '../python/isolation')
const folder = mkdtempSync(join(tmpdir(), 'snakebridge-isolation-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const executable = join(process.env.VIRTUAL_ENV as string, 'bin/python')
const plain = (name: string): unknown =>
  JSON.parse(execFileSync(executable, [join(fixtures, 'libraries.py'), name], { encoding: 'utf8' }))

async function inside(name: string): Promise<unknown> {
  const libraries = python.import('libraries')
  return JSON.parse((await libraries.report(name)) as string)
}

beforeAll(async () => {
  await python.exec('import sys; sys.path[:0] = folders', { folders: [fixtures, folder] })
})

describe('C libraries under Python, inside Node', () => {
  it('ssl, hashlib and zlib are those of plain Python: versions, default CA paths, ciphers', async () => {
    expect(await inside('stdlib')).toEqual(plain('stdlib'))
  })

  it('a verified TLS handshake works, as in plain Python', async () => {
    const answer = await inside('handshake')
    expect(answer).toEqual(plain('handshake'))
    expect(answer).toEqual([expect.stringMatching(/^TLSv1/), expect.any(String), 'HELLO'])
  })

  it('brotli, uvloop and Pillow use the libraries that they bring', async () => {
    expect(await inside('packages')).toEqual(plain('packages'))
  })

  it('libraries opened with ctypes are Python’s own', async () => {
    expect(await inside('opened_by_hand')).toEqual(plain('opened_by_hand'))
  })

  it('uvloop gives children the environment they were meant to have', async () => {
    expect(await inside('child_environment')).toBe('yes')
  })
})

describe.runIf(process.platform === 'linux')('an extension module that shares names with Node', () => {
  beforeAll(() => {
    const question = 'import sysconfig as s; print(s.get_path("include"), s.get_config_var("EXT_SUFFIX"), sep="\\n")'
    const [include, suffix] = execFileSync(executable, ['-c', question], { encoding: 'utf8' }).split('\n')
    const output = join(folder, `namesake${suffix}`)
    // Debian's pyconfig.h includes another of its architecture, from the folder above.
    const folders = [`-I${include}`, `-I${dirname(include as string)}`]
    execFileSync('cc', ['-shared', '-fPIC', '-O0', ...folders, join(fixtures, 'namesake.c'), '-o', output])
  })

  it('gets its own functions, and the process’s only environ', async () => {
    expect(await python.import('namesake').answers()).toEqual({
      call: 'zlib of namesake',
      'other call': 'libuv of namesake',
      table: 'zlib of namesake',
      'other table': 'libuv of namesake',
      environ: 'of the process',
    })
  })
})
