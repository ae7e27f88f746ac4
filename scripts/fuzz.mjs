// `npm run test:fuzz -- --seconds 60 [values|operations]`: the C++ decoder under libFuzzer, ASAN and UBSAN. The inputs that have
// been found interesting stay in build-fuzz/; one that fails lies in test/fuzz/corpus/ afterwards, where the tests replay it.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findPython } from './find-python.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
process.chdir(root)
const folder = path.join(root, 'build-fuzz')

const { values: options, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '60' } },
  allowPositionals: true,
})
const modes = positionals.length > 0 ? positionals : ['values', 'operations']

function run(file, args, env = {}) {
  const { status, error } = spawnSync(file, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  if (error) console.error(error.message)
  return status === 0
}

/** libFuzzer comes with clang; C++20 needs a recent one. */
function findClang() {
  const versions = Array.from({ length: 10 }, (_, i) => `clang++-${25 - i}`)
  const found = [process.env.CLANGXX, 'clang++', ...versions].find(
    (name) => name && spawnSync(name, ['--version']).status === 0,
  )
  if (!found)
    throw new Error(
      'No clang++ was found: libFuzzer needs one (Debian: clang-19, libclang-rt-19-dev; CLANGXX names it)',
    )
  return found
}

function build() {
  const configure = [
    '-S',
    root,
    '-B',
    folder,
    '-DSB_FUZZ=ON',
    '-DCMAKE_BUILD_TYPE=None',
    `-DCMAKE_CXX_COMPILER=${findClang()}`,
  ]
  return run('cmake', configure) && run('cmake', ['--build', folder, '--target', 'bytes_of_js', '-j', '2'])
}

function fuzz(mode) {
  const python = findPython({ library: true })
  const [found, seeds, corpus] = ['found', 'seeds', 'corpus'].map((name) =>
    name === 'corpus' ? path.join(root, 'test', 'fuzz', name, mode) : path.join(folder, name, mode),
  )
  for (const each of [found, corpus]) mkdirSync(each, { recursive: true })
  console.log(`${mode}: ${options.seconds} s`)
  return run(
    path.join(folder, 'bytes_of_js'),
    [
      ...[
        `-max_total_time=${options.seconds}`,
        '-timeout=10',
        '-max_len=4096',
        '-rss_limit_mb=4096',
        '-malloc_limit_mb=64', // at once: a message is shorter than `max_len`, so what takes more believed a forged count
        '-verbosity=0',
        '-print_final_stats=1',
      ],
      ...['-close_fd_mask=1', `-artifact_prefix=${corpus}/`],
      ...[found, seeds, corpus],
    ],
    {
      SNAKEBRIDGE_FUZZ: mode,
      SNAKEBRIDGE_FUZZ_LIBPYTHON: python.library,
      SNAKEBRIDGE_FUZZ_PYTHON: python.executable,
      SNAKEBRIDGE_FUZZ_PACKAGE: path.join(root, 'python'),
      // Each object of Python's a block of its own, which ASAN knows. Python keeps memory until it ends by design.
      PYTHONMALLOC: 'malloc',
      ASAN_OPTIONS: 'detect_leaks=0:allocator_may_return_null=1:detect_odr_violation=0',
      UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
    },
  )
}

try {
  const seeds = ['tsx', '--tsconfig', 'tsconfig.build.json', 'test/fuzz/write-seeds.mts', path.join(folder, 'seeds')]
  const ready = build() && run('npx', seeds)
  process.exit(ready && modes.map(fuzz).every(Boolean) ? 0 : 1)
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
