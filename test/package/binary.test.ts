// What the built addon asks of a process and shows it, and that its source list is whole.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { binaryFaults, glibcNeeds } from '../../scripts/check-binary.mjs'

const root = path.resolve(__dirname, '../..')
let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'snakebridge-binary-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('needs no Python symbol to load and exports nothing but its registration', () => {
  expect(binaryFaults(path.join(root, 'build/Release/snakebridge.node'))).toEqual([])
})

it('sees a Python symbol and a stray export in a binary that has them', () => {
  const source = path.join(folder, 'faulty.c')
  const binary = path.join(folder, 'faulty.node')
  writeFileSync(source, 'extern int Py_IsInitialized(void);\nint stray(void) { return Py_IsInitialized(); }\n')
  execFileSync('cc', ['-shared', '-fPIC', '-o', binary, source])
  expect(binaryFaults(binary)).toEqual(
    expect.arrayContaining(['needs Py_IsInitialized of Python when it is loaded', 'exports stray']),
  )
})

it('sees a symbol that is newer than the oldest glibc it is for', () => {
  const source = path.join(folder, 'newer.c')
  const binary = path.join(folder, 'newer.node')
  writeFileSync(source, '#include <unistd.h>\nint wanted(void) { return (int)getentropy((void*)0, 0); }\n')
  execFileSync('cc', ['-shared', '-fPIC', '-o', binary, source])
  expect(glibcNeeds(binary)[0]).toEqual(['2.25', 'getentropy'])
  expect(binaryFaults(binary, '2.17')).toContain('needs getentropy of glibc 2.25, newer than 2.17')
  expect(binaryFaults(binary, '2.28').filter((fault) => fault.includes('glibc'))).toEqual([])
})

it('loads with every symbol bound at once and without any Python', () => {
  const program = `require('node-gyp-build')(${JSON.stringify(root)}); console.log('loaded')`
  const env = { PATH: '/nonexistent', LD_BIND_NOW: '1' }
  expect(execFileSync(process.execPath, ['-e', program], { cwd: root, env, encoding: 'utf8' })).toBe('loaded\n')
})

it.each(['binding.gyp', 'CMakeLists.txt'])('has one list of sources, which %s reads', (file) => {
  const text = readFileSync(path.join(root, file), 'utf8')
  expect(text.match(/\bnative\/[\w/-]+\.cc\b/g)).toBeNull()
  expect(text).toMatch(
    file === 'binding.gyp'
      ? /native-build-inputs\.mjs sources|sources\.txt/
      : /file\(STRINGS native\/sources\.txt SOURCES\)/,
  )
})

it('is built from every source file in native/', () => {
  const listed = readFileSync(path.join(root, 'native/sources.txt'), 'utf8').split('\n').filter(Boolean)
  const present = readdirSync(path.join(root, 'native'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.cc'))
    .map((file) => `native/${file}`)
  expect([...listed].sort()).toEqual(present.sort())
})
