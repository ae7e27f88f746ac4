// Sets up what the benchmark needs and skips what is there already: its node_modules, its venv, the floor addon,
// the seeded inputs. The library itself must be built before.
import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { bench, describePython, python, root, venv } from './environment.mjs'
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

// node-calls-python is compiled by its install script against the Python whose `python3-config` comes first on
// the PATH. It is an optional dependency: where that fails, its trials are recorded as skipped.
function installModules() {
  const { bindir } = describePython()
  run('npm', ['ci', '--no-fund', '--no-audit'], {
    env: { ...process.env, PATH: [bindir, process.env.PATH].join(delimiter) },
  })
}

function linkLibrary() {
  const link = join(bench, 'node_modules', 'snakebridge')
  if (!existsSync(link)) symlinkSync(root, link, 'junction')
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
  if (!existsSync(join(bench, 'floor', 'build', 'Release', 'floor.node'))) {
    console.log('bench: floor addon …')
    buildFloor()
  }
  makeInputs()
}
