// Sets up what the benchmark needs and skips what is there already: its node_modules, its venv, the floor addon,
// the seeded inputs. The library itself must be built before.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { bench, describePython, notInstalled, python, root, venv } from './environment.mjs'
import { makeInputs } from './inputs.mjs'

const sameFile = (one, other) => existsSync(other) && readFileSync(one).equals(readFileSync(other))

// A copy of the list that was installed, beside what it installed, says whether it still holds.
function step(title, list, mark, install) {
  if (sameFile(list, mark)) return
  console.log(`bench: ${title} …`)
  install()
  copyFileSync(list, mark)
}

const run = (command, args, options) => execFileSync(command, args, { cwd: bench, stdio: 'inherit', ...options })

function createVenv() {
  const base = process.env.SNAKEBRIDGE_BENCH_PYTHON ?? 'python3'
  rmSync(venv, { recursive: true, force: true })
  run(base, ['-m', 'venv', venv])
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt'])
}

// Both bridges that compile themselves must find the Python of the venv: node-calls-python asks the first `python3-config` on the
// PATH, pymport asks pkg-config, and leaves it to the linker where the library is when it runs.
function buildEnvironment() {
  const { bindir, libdir } = describePython()
  return {
    ...process.env,
    PATH: [bindir, process.env.PATH].join(delimiter),
    PKG_CONFIG_PATH: join(libdir, 'pkgconfig'),
    LDFLAGS: `-Wl,-rpath,${libdir}`,
  }
}

// The contenders that are packages are optional dependencies. Their install scripts run one by one, so that one that fails leaves
// its reason (`notInstalled`) and the others stay.
function installModules() {
  const env = buildEnvironment()
  run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit'], { env })
  const reasons = {}
  const { optionalDependencies } = JSON.parse(readFileSync(join(bench, 'package.json'), 'utf8'))
  for (const name of Object.keys(optionalDependencies)) {
    const built = spawnSync('npm', ['rebuild', name, '--foreground-scripts'], { cwd: bench, env, encoding: 'utf8' })
    if (built.status === 0) continue
    reasons[name] = reasonOf(`${built.stdout}\n${built.stderr}`)
    console.log(`bench: ${name} could not be installed: ${reasons[name]}`)
  }
  writeFileSync(notInstalled, JSON.stringify(reasons, undefined, 1))
}

/** The first line of an install script's output that names an error: a compiler's, or what is most like one. */
function reasonOf(output) {
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^(npm|node-pre-gyp|gyp) (error|ERR!|WARN) ?/i, '').trim())
  const like = (pattern) => lines.find((line) => pattern.test(line))
  return like(/\berror: /) ?? like(/\b(error|failed|cannot|no such|not found)\b/i) ?? 'its install script failed'
}

function linkLibrary() {
  const link = join(bench, 'node_modules', 'snakebridge')
  if (!existsSync(link)) symlinkSync(root, link, 'junction')
}

/** Whether the floor addon is there, and none of its sources is newer. */
function floorIsBuilt() {
  const folder = join(bench, 'floor')
  const built = statSync(join(folder, 'build', 'Release', 'floor.node'), { throwIfNoEntry: false })
  const sources = readdirSync(folder).filter((name) => /\.(c|h|gyp)$/.test(name))
  return built !== undefined && sources.every((name) => statSync(join(folder, name)).mtimeMs <= built.mtimeMs)
}

function buildFloor() {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build:floor'], { cwd: bench, encoding: 'utf8' })
  if (status !== 0) throw new Error(`bench: the floor addon could not be built:\n${stdout}\n${stderr}`)
}

export function setUp() {
  step('Python packages', join(bench, 'requirements.txt'), join(venv, 'installed.txt'), createVenv)
  const lock = join(bench, 'package-lock.json')
  step('Node packages', lock, join(bench, 'node_modules', 'installed.json'), installModules)
  linkLibrary()
  if (!floorIsBuilt()) {
    console.log('bench: floor addon …')
    buildFloor()
  }
  makeInputs()
  // As the first program does, unless PYTHONDONTWRITEBYTECODE forbids it: no other one compiles what it imports.
  run(python, ['-m', 'compileall', '-q', join(root, 'python')])
}
