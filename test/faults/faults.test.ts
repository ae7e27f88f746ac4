// What goes wrong where memory ends, and what stays when it does not. `npm run test:faults` has the long versions.
import path from 'node:path'
import { expect, it } from 'vitest'
import { root, run, runFile } from '../process/program.js'
import { failingAllocator } from './preload.mjs'

const slow = process.env.SNAKEBRIDGE_SANITIZER !== undefined
const program = (name: string) => path.join(root, 'test/faults', name)
const allocator = failingAllocator()

it.skipIf(allocator === undefined).each([
  ['one allocation fails', '1'],
  ['thirty in a row fail', '30'],
])(
  '%s, whichever it is: a typed error, the next call works, and nothing stays',
  async (_title, burst) => {
    const outcome = await runFile(program('allocation.mjs'), {
      args: ['--burst', burst],
      nodeArgs: ['--expose-gc'],
      env: allocator!,
      deadline: 120_000,
    })
    // Python says on stderr what it could not do in a finalizer.
    expect(outcome, outcome.stderr).toMatchObject({ code: 0, signal: null })
    expect(outcome.stdout).toMatch(/"failures":\d{3}/)
  },
  150_000,
)

it('nothing stays of thousands of operations of each kind', async () => {
  const outcome = await runFile(program('balance.mjs'), {
    args: ['--times', slow ? '1000' : '5000'],
    nodeArgs: ['--expose-gc'],
    deadline: 300_000,
  })
  expect(outcome.stdout).not.toContain('STAYED')
  expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' })
}, 320_000)

it.skipIf(slow)('Python’s own check of its memory finds nothing', async () => {
  const outcome = await runFile(program('balance.mjs'), {
    args: ['--times', '100'],
    nodeArgs: ['--expose-gc'],
    env: { PYTHONMALLOC: 'debug' },
    deadline: 120_000,
  })
  expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' })
}, 150_000)

/** The process may have so much address space more than it has now; V8 keeps what it needs for its own heap. */
const limited = (megabytes: number, body: string) => `
  const { readFileSync } = await import('node:fs')
  await python.import('../../test/python/faults.py').add(1, 2)
  python.sync.builtins.len('')
  const size = Number(/VmSize:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
  const resource = python.sync.import('resource')
  resource.setrlimit(resource.RLIMIT_AS, python.tuple([size + ${megabytes} * 2 ** 20, -1]))
  const show = (work) => work.then((value) => console.log('worked', typeof value), (error) => console.log(error.name))
  ${body}
  console.log(await python.import('../../test/python/faults.py').add(1, 2), python.stats().batchesInFlight)
  process.exit(0)`

it.skipIf(slow || process.platform !== 'linux')('what finds no room is a typed error, in either language', async () => {
  const outcome = await run(
    limited(
      700,
      `
      await show(python.eval('b"x" * 3_000_000_000').$len)
      await show(python.eval('[0.5] * 500_000_000').$len)
      await show(python.import('numpy').ones(1_000_000_000))
      // In Python there is room for it, but not for it and its bytes on the way; nor in JavaScript.
      await show(python.eval('[0.5] * 50_000_000').$value)
      await show(python.eval('"é" * 200_000_000').$value)
      await show(python.eval('b"x" * 400_000_000').$value)
      try {
        python.sync.eval('b"x" * 400_000_000')
        console.log('worked')
      } catch (error) {
        console.log(error.name)
      }`,
    ),
    { deadline: 60_000 },
  )
  expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' })
  expect(outcome.stdout.trim().split('\n').slice(0, 3)).toEqual(Array(3).fill('PythonMemoryError'))
  expect(outcome.stdout).toContain('3 0')
}, 90_000)
