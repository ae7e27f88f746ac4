// Builds the addon with a sanitizer and runs the test suite on it: `node scripts/sanitizer.mjs
// build|test|stress asan|tsan` (further arguments go to vitest, or to test/stress/storm.mjs). Node itself is not instrumented, so the runtime is preloaded. ASAN's and
// TSAN's reports go to files: tests read stderr, and none in a child process is missed. UBSAN ends the process with 99.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
process.chdir(root)

const kinds = {
  asan: {
    sanitize: 'address,undefined',
    runtimes: ['libasan.so', 'libubsan.so'],
    options: {
      // Leaks: CPython, NumPy and Node keep memory until they end by design; test/stress counts ours. A failed
      // allocation is Python's MemoryError, and SEGV belongs to those who handle it (V8, Python's faulthandler).
      ASAN_OPTIONS: [
        'detect_leaks=0',
        'allocator_may_return_null=1',
        'allow_user_segv_handler=1',
        'detect_odr_violation=0',
        // ASAN keeps each stack that ever allocated, and code that V8 compiles has ever new ones: 6 MB for each worker thread of a storm.
        // And it keeps what was freed, 256 MB of it, which took minutes to fill: a storm's memory grew by that.
        ...(process.argv[2] === 'stress' ? ['malloc_context_size=3', 'quarantine_size_mb=64'] : []),
      ],
      UBSAN_OPTIONS: ['print_stacktrace=1', 'halt_on_error=1'],
    },
  },
  tsan: {
    sanitize: 'thread',
    runtimes: ['libtsan.so'],
    options: {
      TSAN_OPTIONS: [
        'ignore_interceptors_accesses=1',
        'report_thread_leaks=0',
        `suppressions=${path.join(root, 'test/stress/tsan.supp')}`,
      ],
    },
  },
}

const [action, name, ...rest] = process.argv.slice(2)
const kind = kinds[name]
if (!kind || !['build', 'test', 'stress'].includes(action)) {
  console.error(`Expected build, test or stress, and one of ${Object.keys(kinds).join(', ')}; got ${action} ${name}`)
  process.exit(2)
}
// node-gyp-build looks for build/ inside the folder that SNAKEBRIDGE_PREBUILD names.
const folder = path.join(root, `build-${name}`)
const reports = path.join(folder, 'reports')

function run(file, args, env = {}) {
  const { status, signal } = spawnSync(file, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  if (status !== 0) console.error(`This failed (${signal ?? `exit code ${status}`}): ${[file, ...args].join(' ')}`)
  return status === 0
}

function environment() {
  const options = Object.entries(kind.options).map(([variable, settings]) => [
    variable,
    [...settings, 'exitcode=99', `log_path=${path.join(reports, name)}`].join(':'),
  ])
  // libstdc++ comes with the runtimes, or the interceptor of C++ exceptions finds none to call.
  const preloaded = [...kind.runtimes, 'libstdc++.so.6'].map((library) =>
    spawnSync('c++', [`-print-file-name=${library}`], { encoding: 'utf8' }).stdout.trim(),
  )
  return {
    SNAKEBRIDGE_PREBUILD: folder,
    SNAKEBRIDGE_SANITIZER: name,
    LD_PRELOAD: preloaded.join(':'),
    ...Object.fromEntries(options),
  }
}

function build() {
  if (!run('node', ['scripts/setup.mjs', action === 'build' ? 'modules' : 'test'])) return false
  const options = ['--out', path.join(folder, 'build'), `--CDSB_SANITIZE=${kind.sanitize}`]
  return ['configure', 'build'].every((step) => run('npx', ['cmake-js', step, ...options]))
}

function test() {
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports, { recursive: true })
  const storm = ['--expose-gc', 'test/stress/storm.mjs', ...rest]
  const [file, args] = action === 'test' ? ['npx', ['vitest', 'run', ...rest]] : ['node', storm]
  const passed = run(file, args, environment())
  const found = readdirSync(reports)
    .map((file) => readFileSync(path.join(reports, file), 'utf8'))
    .filter((report) => /ERROR: \w+Sanitizer|runtime error:|WARNING: ThreadSanitizer/.test(report))
  for (const report of found) console.error(report)
  console.log(`${found.length} reports of ${name} in ${reports}`)
  return passed && found.length === 0
}

process.exit(build() && (action === 'build' || test()) ? 0 : 1)
