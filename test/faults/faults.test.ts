// What goes wrong where memory ends, and what stays when it does not. `npm run test:faults` has the long versions.
import path from 'node:path'
import { expect, it } from 'vitest'
import { root, run, runFile } from '../process/program.js'
import { failingAllocator } from './preload.mjs'

// Once is enough: not again where every buffer is copied, and not with the allocator of a sanitizer.
const once = process.env.SNAKEBRIDGE_SANITIZER === undefined && process.env.SNAKEBRIDGE_COPY_BUFFERS === undefined
const program = (name: string) => path.join(root, 'test/faults', name)
const allocator = failingAllocator()

it.skipIf(!once || allocator === undefined).each([
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

it.skipIf(!once)(
  'nothing stays of thousands of operations of each kind',
  async () => {
    const outcome = await runFile(program('balance.mjs'), {
      args: ['--times', '4000'],
      nodeArgs: ['--expose-gc'],
      deadline: 300_000,
    })
    expect(outcome.stdout).not.toContain('STAYED')
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' })
  },
  320_000,
)

it.skipIf(!once)(
  'Python’s own check of its memory finds nothing',
  async () => {
    const outcome = await runFile(program('balance.mjs'), {
      args: ['--times', '50'],
      nodeArgs: ['--expose-gc'],
      env: { PYTHONMALLOC: 'debug' },
      deadline: 120_000,
    })
    expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' })
  },
  150_000,
)

// The process may have so much address space more than it has now; below that V8 finds no room for its own heap. Whether there is room
// for a value, but not for its bytes on the way, or for both, but not for the ArrayBuffer, moves with the size.
const limited = `
  const { readFileSync } = await import('node:fs')
  await python.import('numpy').ones(3)
  python.sync.builtins.len('')
  const size = Number(/VmSize:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
  const resource = python.sync.import('resource')
  resource.setrlimit(resource.RLIMIT_AS, python.tuple([size + 600 * 2 ** 20, -1]))
  const seen = {}
  const note = (what) => { seen[what] = (seen[what] ?? 0) + 1 }
  const show = (work) => work.then(() => note('worked'), (error) => note(error.name))
  const code = 'b"x" * n'
  for (const most of ['b"x" * 3_000_000_000', '[0.5] * 500_000_000']) await show(python.eval(most).then(String))
  await show(python.import('numpy').ones(1_000_000_000).then(String))
  for (let n = 80 * 2 ** 20; n < 300 * 2 ** 20; n += 11 * 2 ** 20) {
    await show(python.eval(code, { n }).then((value) => value.length))
    await show((async () => python.sync.eval(code, { n }))())
    await show(python.eval('f(b"x" * n)', { n, f: (value) => value.length }).then(String))
    await show((async () => { for await (const item of python.eval('iter([b"x" * n])', { n })) item.length })())
  }
  console.log(JSON.stringify(seen), await python.eval('1 + 2'), python.stats().batchesInFlight)
  process.exit(0)`

it.skipIf(!once || process.platform !== 'linux')(
  'what finds no room is a typed error, in either language',
  async () => {
    const outcome = await run(limited, { deadline: 60_000 })
    expect(outcome, outcome.stderr).toMatchObject({ code: 0, signal: null })
    const [seen, ...rest] = outcome.stdout.trim().split(' ')
    expect(rest).toEqual(['3', '0'])
    const { worked, PythonMemoryError: inPython, ...others } = JSON.parse(seen!)
    expect(worked).toBeGreaterThan(0)
    expect(inPython).toBeGreaterThan(3)
    // A request of Python's that JavaScript found no room for is raised there.
    const typed = ['RangeError', 'NoRoomError', 'PythonError']
    expect(Object.keys(others).filter((name) => !typed.includes(name))).toEqual([])
  },
  90_000,
)
