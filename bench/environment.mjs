// Where the benchmark's Python is, and the environment its processes run in.
import { execFileSync } from 'node:child_process'
import { delimiter, join } from 'node:path'

export const bench = import.meta.dirname
export const root = join(bench, '..')
export const venv = join(bench, '.venv')
/** Why packages of contenders are not there: { name: reason }, written by the installation. */
export const notInstalled = join(bench, 'node_modules', 'not-installed.json')
export const python = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')

const question = `
import json, site, sys, sysconfig
names = 'LIBDIR', 'INSTSONAME', 'BINDIR'
print(json.dumps([*sysconfig.get_config_vars(*names), sys.base_prefix, site.getsitepackages()[0], sys.version.split()[0]]))
`

/** What the venv's interpreter says of itself. */
export function describePython() {
  const [libdir, library, bindir, prefix, packages, version] = JSON.parse(
    execFileSync(python, ['-c', question], { encoding: 'utf8' }),
  )
  return { libpython: join(libdir, library), libdir, bindir, prefix, packages, version }
}

/**
 * The variables of a trial's process. The venv is activated as a shell would do it, with the base interpreter's
 * own folder next on the PATH (node-calls-python asks `python3-config` there); BLAS gets one thread, so that two
 * calls side by side have a core each.
 */
export function trialEnvironment() {
  return {
    ...process.env,
    VIRTUAL_ENV: venv,
    PATH: [join(venv, 'bin'), describePython().bindir, process.env.PATH].join(delimiter),
    OPENBLAS_NUM_THREADS: '1',
    OMP_NUM_THREADS: '1',
  }
}
