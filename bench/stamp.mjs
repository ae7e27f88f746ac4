// What a results file says about where it comes from: machine, versions, commit.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { bench, describePython, python, root } from './environment.mjs'

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim()

function commit() {
  try {
    return { commit: git('rev-parse', '--short', 'HEAD'), modified: git('status', '--porcelain') !== '' }
  } catch {
    return { commit: 'none', modified: true }
  }
}

function packageVersion(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
  } catch {
    return 'not installed'
  }
}

function pythonPackages() {
  const question =
    'import json, importlib.metadata as m; print(json.dumps({n: m.version(n) for n in ("numpy", "scikit-learn", "grpcio")}))'
  return JSON.parse(execFileSync(python, ['-c', question], { encoding: 'utf8' }))
}

export function stamp() {
  const modules = join(bench, 'node_modules')
  return {
    date: new Date().toISOString(),
    ...commit(),
    machine: {
      processor: os.cpus()[0].model,
      cores: os.cpus().length,
      memory: `${Math.round(os.totalmem() / 2 ** 30)} GB`,
      system: `${os.type()} ${os.release()} ${os.arch()}`,
      load: os.loadavg()[0],
    },
    versions: {
      snakebridge: packageVersion(root),
      node: process.versions.node,
      python: describePython().version,
      ...pythonPackages(),
      ...Object.fromEntries(
        ['@grpc/grpc-js', 'node-calls-python', 'pymport', 'pythonia', 'pyodide', 'autocannon'].map((name) => [
          name,
          packageVersion(join(modules, name)),
        ]),
      ),
    },
  }
}
