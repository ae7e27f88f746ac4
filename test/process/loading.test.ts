// How the binary and libpython are loaded: every symbol bound at once, memory poisoned, Python's symbols global.
import { describe, it } from 'vitest'
import { clean, copyOfPackage, root, run, runFile, writeProgram } from './program.js'

const everything = `
  const np = python.import('numpy')
  const array = await np.arange(python.float(12)).reshape(3, 4)
  console.log(array.toArray(), await np.sum(np.asarray(new Float64Array([1, 2, 3]))))
  console.log(await python.eval('{"a": [1, 2.5, None, "é😀", 2**70, (1, {2})], 3: b"x"}'))
  await python.import('json').loads('{').catch((error) => console.log(error.pythonType))
  console.log(String(await python.import('decimal').Decimal('1.5').$add(1)), python.sync.import('math').sqrt(4))
  for (let i = 0; i < 200; i++) await python.builtins.sorted([3, 1, 2].map(String), kw({ reverse: true }))
  for await (const item of python.eval('iter(range(3))')) console.log(item)
`
const printed = `[ [ 0, 1, 2, 3 ], [ 4, 5, 6, 7 ], [ 8, 9, 10, 11 ] ] 6
Map(2) {
  'a' => [ 1, 2.5, null, 'é😀', 1180591620717411303424n, [ 1, [Set] ] ],
  3 => <Buffer 78>
}
json.decoder.JSONDecodeError
2.5 2
0
1
2
`

describe.concurrent('the binary works', () => {
  const environments = {
    'as it is': {},
    'with every symbol bound at once': { LD_BIND_NOW: '1' },
    'with memory poisoned when it is allocated and freed': { MALLOC_PERTURB_: '165', PYTHONMALLOC: 'malloc' },
    'with Python’s own checks of memory': { PYTHONMALLOC: 'debug' },
    'in Python’s development mode': { PYTHONDEVMODE: '1' },
    'with all buffers copied': { SNAKEBRIDGE_COPY_BUFFERS: '1' },
  }
  for (const [name, env] of Object.entries(environments)) {
    it(name, async ({ expect }) => {
      const outcome = await run(everything, { env })
      expect({ ...outcome, stderr: '' }).toEqual(clean(printed))
      expect(outcome.stderr).not.toMatch(/Fatal|Error:/)
    })
  }

  it('with libpython’s symbols global, which extension modules need', async ({ expect }) => {
    const outcome = await run(`
      const { pythonapi } = python.import('ctypes')
      console.log(await pythonapi.Py_IsInitialized())
      for (const name of ['_decimal', '_ctypes', 'math', '_ssl', '_sqlite3', 'numpy._core._multiarray_umath']) await python.import(name)
    `)
    expect(outcome).toEqual(clean('1\n'))
  })
})

describe.concurrent('code that is in no file', () => {
  const code = "import('snakebridge').then(async ({ python }) => console.log(await python.eval('1 + 1')))"

  it('imports the package: node -e', async ({ expect }) => {
    expect(await runFile('-e', { args: [code] })).toEqual(clean('2\n'))
  })

  it('imports the package: a worker that is made of its code', async ({ expect }) => {
    const outcome = await run(`
      import { Worker } from 'node:worker_threads'
      new Worker(${JSON.stringify(code)}, { eval: true })
    `)
    expect(outcome).toEqual(clean('2\n'))
  })
})

describe.concurrent('a second copy of the package', () => {
  const use = (first: string, second: string) => `
    const one = require(${JSON.stringify(first)})
    const other = require(${JSON.stringify(second)})
    one.python.import('math').sqrt(4).then(console.log)
      .then(() => other.python.import('math').sqrt(4))
      .catch((error) => console.log(error.message))`

  it('in the same process is noticed and named, and the first goes on', async ({ expect }) => {
    const copy = copyOfPackage('other copy')
    const outcome = await runFile(writeProgram(use(root, copy), 'cjs'))
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toMatch(/^2\nexpected one copy of snakebridge in this process, got two: /)
    expect(outcome.stdout).toContain(root)
    expect(outcome.stdout).toContain(copy)
  })

  it('is the same one where ES modules and CommonJS meet', async ({ expect }) => {
    const outcome = await run(`
      import { createRequire } from 'node:module'
      console.log(createRequire(import.meta.url)('snakebridge').python === python)
    `)
    expect(outcome).toEqual(clean('true\n'))
  })
})

describe.concurrent('a runtime that is not Node', () => {
  it.for([
    ['Bun', 'bun'],
    ['Deno', 'deno'],
  ] as const)('is refused before the addon is loaded into it: %s', async ([name, key], { expect }) => {
    const outcome = await run(`
      Object.defineProperty(process.versions, '${key}', { value: '1.0.0' })
      try { python.import('math') } catch (error) { console.log(error.message.split(',')[1]) }
      console.log(process.report.getReport().sharedObjects.some((file) => file.endsWith('snakebridge.node')))`)
    expect(outcome).toEqual(clean(` got ${name} 1.0.0\nfalse\n`))
  })
})
