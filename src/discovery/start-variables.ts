// Variables such as PYTHONHOME with which `Py_InitializeEx` ends the process instead of reporting an error. Values known to be harmless pass;
// for any other the interpreter itself is started with them and judged by its answer, which is right for every version.
import { type Host, Refused } from './candidate.js'
import { runPython } from './run-python.js'

const harmless: Record<string, RegExp> = {
  PYTHONHOME: /^$/,
  PYTHONPLATLIBDIR: /^(lib)?$/,
  PYTHONHASHSEED: /^(|random|\d{1,9})$/,
  PYTHONMALLOC: /^(|default|malloc|pymalloc|debug|malloc_debug|pymalloc_debug)$/,
  PYTHONUTF8: /^[01]?$/,
  PYTHONIOENCODING: /^(|utf-?8|ascii|latin-?1)?(:(strict|ignore|replace|backslashreplace|surrogateescape))?$/i,
  PYTHONINTMAXSTRDIGITS: /^(|0|[1-9]\d{3,7})$/,
  PYTHONTRACEMALLOC: /^\d{0,3}$/,
  PYTHON_GIL: /^1?$/,
  PYTHON_CPU_COUNT: /^(|default|[1-9]\d{0,3})$/,
  PYTHON_FROZEN_MODULES: /^(|on|off)$/,
}

export function checkStartVariables(executable: string, host: Host): void {
  const doubtful = Object.keys(harmless).filter((name) => !harmless[name]?.test(host.environ[name] ?? ''))
  if (doubtful.length === 0) return
  const run = runPython(executable, ['-S', '-c', 'pass'], host)
  if (run.status === 0) return
  const settings = doubtful.map((name) => `${name}=${host.environ[name]}`).join(', ')
  const said = /^Fatal Python error: (?:[a-z_]+: )?(.*)$/m.exec(run.stderr ?? '')?.[1] ?? `exit code ${run.status}`
  throw new Refused(
    'environment',
    `It cannot start with ${settings}: ${said}.`,
    `Unset ${doubtful.join(', ')}, or set it to a value that this Python takes.`,
  )
}
