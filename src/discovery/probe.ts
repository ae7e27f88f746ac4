// Asks an interpreter about itself by starting it: for layouts that cannot be guessed (wrappers, shims, custom builds).
import type { SpawnSyncReturns } from 'node:child_process'

import { type Host, Refused } from './candidate.js'
import { runPython } from './run-python.js'

export interface ProbeAnswer {
  implementation: string
  version: string
  executable: string
  basePrefix: string
  flags: string
  shared: boolean
  libraryFolders: string[]
  libraryNames: string[]
  standardLibrary: string
}

const marker = 'snakebridge-probe:'

// Runs on every Python since 3.4, so that an old one can say that it is old; older ones reject `-I`, and Python 2 is told by that.
const question = `
import json, sys, sysconfig
v = sysconfig.get_config_var
def texts(*values): return [x for x in values if x]
print(${JSON.stringify(marker)} + json.dumps({
  "implementation": sys.implementation.name,
  "version": "%d.%d.%d" % sys.version_info[:3],
  "executable": sys.executable or "",
  "basePrefix": sys.base_prefix,
  "flags": ("t" if v("Py_GIL_DISABLED") else "") + ("d" if hasattr(sys, "gettotalrefcount") else ""),
  "shared": bool(v("Py_ENABLE_SHARED") or v("PYTHONFRAMEWORK") or sys.platform == "win32"),
  "libraryFolders": texts(v("LIBDIR"), v("LIBPL"), v("PYTHONFRAMEWORKPREFIX"), sys.base_prefix),
  "libraryNames": [x for x in texts(v("INSTSONAME"), v("LDLIBRARY")) if not x.endswith(".a")],
  "standardLibrary": sysconfig.get_path("stdlib"),
}))`

export function probe(executable: string, host: Host): ProbeAnswer {
  const run = runPython(executable, ['-I', '-S', '-X', 'utf8', '-c', question], host)
  if (run.error) throw spawnFailure(executable, run.error as NodeJS.ErrnoException, host)
  const line = run.stdout.split(/\r?\n/).find((text) => text.startsWith(marker))
  const answer = line && parse(line.slice(marker.length))
  if (!answer) throw explain(executable, run)
  return answer
}

function parse(text: string): ProbeAnswer | undefined {
  try {
    return JSON.parse(text) as ProbeAnswer
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function spawnFailure(executable: string, error: NodeJS.ErrnoException, host: Host): Refused {
  if (error.code !== 'ETIMEDOUT') {
    const hint = 'Name the path of a Python interpreter.'
    return new Refused('not_python', `It could not be started: ${error.message}.`, hint)
  }
  const reason = `It was started and had not answered after ${host.probeTimeout / 1000} s.`
  const hint = `Run \`${executable} -I -S -c pass\` yourself to see what it waits for, or name another Python.`
  return new Refused('probe_timeout', reason, hint)
}

function explain(executable: string, { status, signal, stderr, stdout }: SpawnSyncReturns<string>): Refused {
  if (/Unknown option: -I/.test(stderr)) {
    return new Refused('too_old', 'It is older than Python 3.4.', 'Install Python 3.11 or newer.')
  }
  if (/No module named '?encodings/.test(stderr)) {
    const hint = 'Install this Python again; its `lib/python3.X` folder is missing or incomplete.'
    return new Refused('missing_stdlib', 'It does not find its own standard library.', hint)
  }
  const shim = /^pyenv: .*not found$/m.exec(stderr)?.[0]
  if (shim) {
    const hint = 'Select a version that has it: `pyenv local <version>`, or PYENV_VERSION.'
    return new Refused('not_found', `${shim} in the selected versions.`, hint)
  }
  const said = lastLine(stderr) ?? lastLine(stdout)
  const ended = `${signal ? `signal ${signal}` : `exit code ${status}`}, ${said ? `"${said}"` : 'no output'}`
  const hint = `Run \`${executable} -I -S -c pass\` yourself; if it is no Python, name the path of one.`
  return new Refused('not_python', `It does not answer as Python does (${ended}).`, hint)
}

function lastLine(text: string): string | undefined {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean)
    .at(-1)
    ?.slice(0, 200)
}
