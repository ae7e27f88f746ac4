// Makes a clone ready: `node scripts/setup.mjs <goal>`. Every step is skipped while its inputs are what they were
// when it last succeeded. Needs nothing but Node, because node_modules may not exist yet.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPython } from './find-python.mjs'
import { withLock } from './lock.mjs'
import { runStep } from './progress.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
process.chdir(root)

const stamps = path.join('node_modules', '.cache', 'snakebridge')
const venvPython = path.join('.venv', 'bin', 'python')
const has = (command) => spawnSync(command, ['--version']).status === 0

const steps = {
  modules: {
    title: 'npm packages',
    inputs: ['package.json', 'package-lock.json'],
    output: 'node_modules/node-addon-api/package.json',
    // Install scripts stay off: the addon is the next step's, and nothing else here needs one.
    commands: () => [['npm', existsSync('node_modules') ? 'install' : 'ci', '--ignore-scripts']],
  },
  native: {
    title: 'native core',
    inputs: ['binding.gyp', 'native', 'scripts/find-python.mjs', 'scripts/native-build-inputs.mjs'],
    output: 'build/Release/snakebridge.node',
    // Through npm: it hands its configuration (where Node's headers are, a proxy, …) to node-gyp.
    commands: () => [['npm', 'run', '--silent', 'build:native']],
  },
  typescript: {
    title: 'TypeScript',
    inputs: ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build-typescript.mjs'],
    output: 'dist/index.mjs',
    commands: () => [['node', 'scripts/build-typescript.mjs']],
  },
  python: {
    title: 'Python packages (.venv)',
    inputs: ['requirements.txt'],
    output: venvPython,
    commands: () => [
      ...makeVenv(),
      install('requirements.txt'),
      // Compiles them and builds matplotlib's font list now, not in the first program that uses them.
      [venvPython, '-c', 'import matplotlib.pyplot, pandas, scipy.linalg, sklearn.neighbors, sklearn.datasets'],
    ],
  },
  linters: {
    title: 'linters (.venv)',
    inputs: ['requirements-lint.txt'],
    output: '.venv/bin/clang-format',
    commands: () => [install('requirements-lint.txt')],
  },
  zig: {
    title: 'compiler of the prebuilt binary (.venv)',
    inputs: ['requirements-prebuild.txt'],
    output: venvPython,
    commands: () => [...makeVenv(), install('requirements-prebuild.txt')],
  },
}

const goals = {
  all: ['modules', 'native', 'typescript', 'python', 'linters'],
  test: ['modules', 'native', 'typescript', 'python'],
  demo: ['modules', 'native', 'typescript', 'python'],
  lint: ['modules', 'python', 'linters'],
}

function makeVenv() {
  if (spawnSync(venvPython, ['-c', '']).status === 0) return []
  rmSync('.venv', { recursive: true, force: true })
  if (!has('uv')) return [[findPython({ library: true, venv: true }).executable, '-m', 'venv', '.venv']]
  return [['uv', 'venv', '--python', findPythonForUv(), '.venv']]
}

// uv brings a Python of its own where the machine has none that serves.
function findPythonForUv() {
  try {
    return findPython({ library: true }).executable
  } catch {
    return '>=3.11'
  }
}

function install(requirements) {
  if (has('uv')) return ['uv', 'pip', 'install', '--python', venvPython, '--compile-bytecode', '-r', requirements]
  return [venvPython, '-m', 'pip', 'install', '--disable-pip-version-check', '-r', requirements]
}

function filesUnder(entry) {
  if (!existsSync(entry)) return []
  if (statSync(entry).isFile()) return [entry]
  return readdirSync(entry)
    .sort()
    .flatMap((name) => filesUnder(path.join(entry, name)))
}

function fingerprint(step) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.versions.modules}`)
  for (const file of step.inputs.flatMap(filesUnder)) hash.update(`\0${file}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

async function makeReady(names) {
  for (const [index, name] of names.entries()) {
    const step = steps[name]
    const stamp = path.join(stamps, name)
    const now = fingerprint(step)
    if (existsSync(step.output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === now) continue
    await runStep(`[${index + 1}/${names.length}] ${step.title}`, step.commands())
    mkdirSync(stamps, { recursive: true })
    writeFileSync(stamp, now)
  }
}

const names = process.argv.slice(2).flatMap((goal) => goals[goal] ?? [goal])
const unknown = names.find((name) => !(name in steps))
if (unknown || names.length === 0) {
  console.error(
    `Expected goals or steps of ${[...Object.keys(goals), ...Object.keys(steps)].join(', ')}; got ${unknown}`,
  )
  process.exit(2)
}
try {
  await withLock('.setup.lock', () => makeReady(names))
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
