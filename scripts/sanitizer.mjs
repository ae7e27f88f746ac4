// Builds the addon with a sanitizer and runs the test suite on it: `node scripts/sanitizer.mjs build|test asan|tsan`
// (further arguments go to vitest). Node itself is not instrumented, so the runtime is preloaded.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
process.chdir(root)

const kinds = {
  asan: {
    sanitize: 'address,undefined',
    runtimes: ['libasan.so', 'libubsan.so'],
    // Leaks: CPython, NumPy and Node keep memory until they end by design; test/stress counts ours.
    // SEGV stays with those who handle it (V8's WebAssembly, Python's faulthandler).
    options: {
      ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1:allow_user_segv_handler=1:abort_on_error=0:exitcode=99:detect_odr_violation=0',
      UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1:exitcode=99',
    },
  },
  tsan: {
    sanitize: 'thread',
    runtimes: ['libtsan.so'],
    options: { TSAN_OPTIONS: `halt_on_error=0:exitcode=99:suppressions=${path.join(root, 'test/stress/tsan.supp')}` },
  },
}

const [action, name, ...rest] = process.argv.slice(2)
const kind = kinds[name]
if (!kind || !['build', 'test'].includes(action)) {
  console.error(`Expected build or test, and one of ${Object.keys(kinds).join(', ')}; got ${action} ${name}`)
  process.exit(2)
}
// node-gyp-build looks for build/ inside the folder that SNAKEBRIDGE_PREBUILD names.
const folder = path.join(root, `build-${name}`)

function run(file, args, env = {}) {
  const { status, signal } = spawnSync(file, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  if (status !== 0) {
    console.error(`This failed (${signal ?? `exit code ${status}`}): ${[file, ...args].join(' ')}`)
    process.exit(status ?? 1)
  }
}

// libstdc++ comes with the runtimes, or the interceptor of C++ exceptions finds none to call.
const preloaded = [...kind.runtimes, 'libstdc++.so.6'].map((library) =>
  spawnSync('c++', [`-print-file-name=${library}`], { encoding: 'utf8' }).stdout.trim(),
)

for (const step of ['configure', 'build']) {
  run('npx', ['cmake-js', step, '--out', path.join(folder, 'build'), `--CDSB_SANITIZE=${kind.sanitize}`])
}
if (action === 'test') {
  run('node', ['scripts/setup.mjs', 'modules', 'typescript', 'python'])
  run('npx', ['vitest', 'run', ...rest], {
    SNAKEBRIDGE_PREBUILD: folder,
    SNAKEBRIDGE_SANITIZER: name,
    LD_PRELOAD: preloaded.join(':'),
    ...kind.options,
  })
}
