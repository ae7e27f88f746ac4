// V8's compiled code is kept for the next process, where that is possible; where not, programs run all the same.
import { readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'vitest'
import { copyOfPackage, folder, type ProgramOptions, runFile, writeProgram } from './program.js'

/** Runs a program that says whether code was given to V8, and whether V8 took it. */
async function use(copy: string, options: ProgramOptions = {}): Promise<string> {
  const program = writeProgram(
    `const vm = require('node:vm')
    vm.Script = class extends vm.Script {
      constructor(text, options) {
        super(text, options)
        console.log('given:', options.cachedData !== undefined, 'refused:', this.cachedDataRejected)
      }
    }
    require(${JSON.stringify(copy)}).python.import('math').sqrt(16).then(console.log)`,
    'cjs',
  )
  const { stdout, stderr, code } = await runFile(program, options)
  return code === 0 ? stdout + stderr : `exit ${code}: ${stderr}`
}

const kept = (copy: string): string[] => readdirSync(path.join(copy, '.cache'))
const compiled = 'given: false refused: undefined\n4\n'
const taken = 'given: true refused: false\n4\n'
const refused = 'given: true refused: true\n4\n'

describe.concurrent('compiled code', () => {
  it('is kept by the first process and taken by the next, which leaves it', async ({ expect }) => {
    const copy = copyOfPackage('first')
    expect(await use(copy)).toBe(compiled)
    const [file = ''] = kept(copy)
    const written = readFileSync(path.join(copy, '.cache', file))
    expect(await use(copy)).toBe(taken)
    expect(kept(copy)).toEqual([file])
    expect(readFileSync(path.join(copy, '.cache', file)).equals(written)).toBe(true)
  })

  it('is kept while the process runs, which may be killed', async ({ expect }) => {
    const copy = copyOfPackage('killed')
    const program = `require(${JSON.stringify(copy)}).python.startSync(); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 3000)`
    expect(await runFile(writeProgram(program, 'cjs'))).toMatchObject({ signal: 'SIGKILL' })
    expect(await use(copy)).toBe(taken)
  })

  it('is not kept by a process that does not use Python', async ({ expect }) => {
    const copy = copyOfPackage('unused')
    await runFile(writeProgram(`require(${JSON.stringify(copy)})`, 'cjs'))
    expect(() => kept(copy)).toThrow('ENOENT')
  })

  it('that V8 cannot take is replaced after an hour', async ({ expect }) => {
    const copy = copyOfPackage('damaged')
    await use(copy)
    const file = path.join(copy, '.cache', kept(copy)[0] ?? '')
    truncateSync(file, 1000)
    expect(await use(copy)).toBe(refused)
    expect(await use(copy)).toBe(refused)
    const longAgo = new Date(Date.now() - 61 * 60 * 1000)
    utimesSync(file, longAgo, longAgo)
    expect(await use(copy)).toBe(refused)
    expect(await use(copy)).toBe(taken)
  })

  it('of other V8 flags has a file of its own, wherever they were given', async ({ expect }) => {
    const copy = copyOfPackage('flags')
    await use(copy)
    expect(await use(copy, { nodeArgs: ['--stack-size=900'] })).toBe(compiled)
    expect(await use(copy, { nodeArgs: ['--stack-size=900'] })).toBe(taken)
    expect(await use(copy, { env: { NODE_OPTIONS: '--max-old-space-size=500' } })).toBe(compiled)
    expect(await use(copy, { env: { NODE_OPTIONS: '--max-old-space-size=500' } })).toBe(taken)
    expect(await use(copy)).toBe(taken)
    expect(kept(copy)).toHaveLength(3)
  })

  it('does not fill the disk: the oldest goes', async ({ expect }) => {
    const copy = copyOfPackage('many')
    await use(copy)
    const [first = ''] = kept(copy)
    for (let i = 0; i < 9; i++) {
      const other = path.join(copy, '.cache', `${i}.v8`)
      writeFileSync(other, '')
      const before = new Date(Date.now() - (20 - i) * 60 * 1000)
      utimesSync(other, before, before)
    }
    await use(copy, { nodeArgs: ['--stack-size=900'] })
    expect(kept(copy)).toHaveLength(8)
    expect(kept(copy)).toEqual(expect.arrayContaining([first, '8.v8', '3.v8']))
  })

  it('is of one build: another has a file of its own', async ({ expect }) => {
    const copy = copyOfPackage('rebuilt')
    await use(copy)
    const [file = ''] = kept(copy)
    const index = path.join(copy, 'dist/index.js')
    const hash = file.split('-')[1] ?? ''
    // esbuild breaks lines within texts, too.
    const text = readFileSync(index, 'utf8').replaceAll('\\\n', '')
    expect(text).toContain(hash)
    writeFileSync(index, text.replace(hash, hash.replace(/./g, '0')))
    expect(await use(copy)).toBe(compiled)
    expect(kept(copy)).toHaveLength(2)
  })

  it('is done without where the folder cannot be written', async ({ expect }) => {
    const copy = copyOfPackage('read only')
    writeFileSync(path.join(copy, '.cache'), 'a file where the folder would be')
    expect(await use(copy)).toBe(compiled)
    expect(await use(copy)).toBe(compiled)
  })

  for (const env of [
    { SNAKEBRIDGE_CODE_CACHE: '0' },
    { NODE_DISABLE_COMPILE_CACHE: '1' },
    { NODE_V8_COVERAGE: path.join(folder, 'coverage') },
  ])
    it(`is neither kept nor taken with ${Object.keys(env)} set`, async ({ expect }) => {
      const copy = copyOfPackage(Object.keys(env).join())
      expect(await use(copy, { env })).toBe('4\n')
      expect(() => kept(copy)).toThrow('ENOENT')
    })

  it('is not used in a context of its own, as Jest makes one: classes are those of that context', async ({
    expect,
  }) => {
    const copy = copyOfPackage('context')
    await use(copy)
    const program = writeProgram(
      `const vm = require('node:vm'), fs = require('node:fs'), path = require('node:path')
      const context = vm.createContext({ process, console, Buffer, setTimeout, clearTimeout, setImmediate, queueMicrotask, performance, URL, AbortSignal })
      function load(file) {
        if (!file.startsWith('.')) return require(require.resolve(file, { paths: [${JSON.stringify(copy)}] }))
        const where = path.join(${JSON.stringify(copy)}, 'dist', file)
        const module = { exports: {} }
        const body = vm.runInContext('(function (exports, require, module, __filename, __dirname) {' + fs.readFileSync(where, 'utf8') + '\\n})', context)
        body(module.exports, load, module, where, path.dirname(where))
        return module.exports
      }
      const { PythonError, python } = load('./index.js')
      console.log(PythonError.prototype instanceof vm.runInContext('Error', context))
      python.import('math').sqrt(16).then(console.log)`,
      'cjs',
    )
    expect(await runFile(program)).toMatchObject({ stdout: 'true\n4\n', stderr: '', code: 0 })
  })

  it('serves workers', async ({ expect }) => {
    const copy = copyOfPackage('workers')
    await use(copy)
    const program = writeProgram(
      `const { Worker } = require('node:worker_threads')
      const code = "require(" + ${JSON.stringify(JSON.stringify(copy))} + ").python.import('math').sqrt(25).then(console.log)"
      require(${JSON.stringify(copy)}).python.import('math').sqrt(16).then(console.log)
      new Worker(code, { eval: true })`,
      'cjs',
    )
    const { stdout, stderr } = await runFile(program)
    expect({ lines: stdout.trim().split('\n').sort(), stderr }).toEqual({ lines: ['4', '5'], stderr: '' })
  })

  it('gives stacks the lines and columns of its file', async ({ expect }) => {
    const copy = copyOfPackage('stacks')
    const lines = async (SNAKEBRIDGE_CODE_CACHE: string): Promise<string[]> => {
      const program = `require(${JSON.stringify(copy)}).python.start({ timeout: 'x' }).catch(({ stack }) => console.log(stack))`
      const { stdout } = await runFile(writeProgram(program, 'cjs'), { env: { SNAKEBRIDGE_CODE_CACHE } })
      return stdout.split('\n').filter((line) => line.includes('bridge.js'))
    }
    const plain = await lines('0')
    expect(plain).not.toEqual([])
    expect(await lines('1')).toEqual(plain)
  })
})
