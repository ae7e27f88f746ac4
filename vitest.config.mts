// How tests are written:
// - Test files import the sources ('../src/index.js', '../../src/codec/encoder.js'), so no stale build is tested and
//   stacks show TypeScript lines. The addon comes from build/Release, through node-gyp-build, as for users.
// - Programs that a test starts in a child process use the package by its name, from dist/: require('snakebridge')
//   and import 'snakebridge' resolve to this package from anywhere inside the repository. `npm test` builds dist/.
// - Each test file has a process of its own: CPython starts once in a process, and a crash costs one file.
// - Python is the one of .venv, or of the environment that SNAKEBRIDGE_TEST_VENV names (npm run test:matrix); it has what
//   requirements.txt pins. Tests find it in VIRTUAL_ENV; fixtures are in test/python/.
// - A test that is skipped says why in its title (test/skipping.ts): docs/compatibility.md lists the reasons.
// - No timed assertions: timeouts are deadlines for a hang, on a loaded machine or under a sanitizer.
//   SNAKEBRIDGE_TEST_PATIENT makes them several times as long.
// - Where a report is written (.ci/run) a test that failed has one more try, and is named if it passed then.
import { appendFileSync } from 'node:fs'
import path from 'node:path'
import { configDefaults, defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/reporters'

const report = process.env.SNAKEBRIDGE_TEST_REPORT
const slow = process.env.SNAKEBRIDGE_SANITIZER !== undefined || process.env.SNAKEBRIDGE_TEST_PATIENT !== undefined

// What a variant of the suite leaves out, and by which rule. A file that is not named runs in all of them.
const withoutTheAddon = ['package', 'discovery', 'guests', 'faults'].map((folder) => `test/${folder}/**`)
const leftOut = [
  // A sanitizer watches the binary that was built for it. These test scripts, the search for a Python, packages with another
  // binary in them, and what skips itself under a sanitizer; their compilers and bundlers would run with its allocator, for nothing.
  ...(process.env.SNAKEBRIDGE_SANITIZER !== undefined ? withoutTheAddon : []),
  // Whether a buffer is copied is decided in one place, for a buffer that JavaScript may write to (ExportTable::add). In these, and
  // in the programs that they start, none goes from Python to JavaScript: a mark written there was never reached. Those that take
  // less than a second are not worth a line.
  ...(process.env.SNAKEBRIDGE_COPY_BUFFERS === '1'
    ? [
        ...withoutTheAddon,
        'test/codec/limits.test.ts',
        'test/fuzz/decoder.test.ts',
        'test/process/{asyncio,callbacks,encoding,exit,isolation,left-behind,node-pool,output,signals,standard-streams}.test.ts',
        'test/process/workers-termination.test.ts',
        'test/round-trip/{random,structure,text-lengths}.test.ts',
        'test/start/{refusals,start}.test.ts',
        'test/stress/memory-objects.test.ts',
        'test/{cancellation,cancellation-stress,doctor,errors-live,output-routes,unhandled}.test.ts',
      ]
    : []),
]

// What vitest's JSON report leaves out: tests that passed at their second try, and how what came differs from what was expected.
const more: Reporter = {
  onTestCaseResult(test) {
    for (const { diff } of test.result().errors ?? [])
      if (diff) appendFileSync(`${report}.diffs`, `${JSON.stringify({ test: test.fullName, diff })}\n`)
    if (test.diagnostic()?.flaky) appendFileSync(`${report}.flaky`, `${test.fullName} (${test.module.moduleId})\n`)
  },
}

export default defineConfig({
  resolve: { alias: { snakebridge: path.join(__dirname, 'src/index.ts') } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...leftOut],
    pool: 'forks',
    poolOptions: { forks: { minForks: 1, maxForks: 2, execArgv: ['--expose-gc'] } },
    env: { VIRTUAL_ENV: process.env.SNAKEBRIDGE_TEST_VENV ?? path.join(__dirname, '.venv') },
    testTimeout: slow ? 300_000 : 60_000,
    hookTimeout: slow ? 300_000 : 120_000,
    teardownTimeout: 30_000,
    retry: report ? 1 : 0,
    reporters: report ? ['default', ['json', { outputFile: report }], more] : ['default'],
  },
})
