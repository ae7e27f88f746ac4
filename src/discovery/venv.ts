// A virtual environment as Python sees it: `pyvenv.cfg` beside the interpreter or one folder up, by the path it was called by (links are not
// followed, as in CPython's getpath).
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { Refused } from './candidate.js'
import { exists, isFolder } from './files.js'
import { minorOf } from './version.js'

export interface Venv {
  prefix: string
  /** Folder of the interpreter it was made from. */
  home: string
  /** The interpreter it was made from, where the tool wrote it down (`venv` since 3.11). */
  baseExecutable?: string
  version?: string
  implementation?: string
  systemSitePackages: boolean
}

const remake =
  'Make the environment again: `python3 -m venv --clear <folder>` (or `uv venv --clear <folder>`), then install its packages.'

/** The folder whose `pyvenv.cfg` governs this interpreter. */
export function venvPrefix(executable: string): string | undefined {
  const folder = dirname(executable)
  return [folder, dirname(folder)].find((prefix) => exists(join(prefix, 'pyvenv.cfg')))
}

export function readVenv(executable: string): Venv | undefined {
  const prefix = venvPrefix(executable)
  if (prefix === undefined) return undefined
  const file = join(prefix, 'pyvenv.cfg')
  const settings = parseSettings(readSettings(file))
  const home = settings.get('home')
  if (!home)
    throw new Refused('broken_venv', `${file} has no \`home\` line, so the Python it was made from is unknown.`, remake)
  if (!isFolder(home))
    throw new Refused(
      'broken_venv',
      `${file} says that its Python is in ${home}, which is no folder (any more).`,
      remake,
    )
  return {
    prefix,
    home,
    baseExecutable: settings.get('executable'),
    // virtualenv writes `3.12.4.final.0`.
    version: /^\d+\.\d+(\.\d+)?/.exec(settings.get('version_info') ?? settings.get('version') ?? '')?.[0],
    implementation: settings.get('implementation'),
    systemSitePackages: settings.get('include-system-site-packages')?.toLowerCase() === 'true',
  }
}

/** Packages are looked for in `lib/python3.X` of the version that runs: after the base was replaced, none would be found. */
export function checkVenvVersion(venv: Venv | undefined, version: string): void {
  if (!venv?.version || minorOf(venv.version) === minorOf(version)) return
  const reason = `${venv.prefix} was made for Python ${venv.version}, but the Python under it is ${version} now.`
  throw new Refused('broken_venv', reason, remake)
}

function readSettings(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Refused('broken_venv', `${file} cannot be read: ${(error as Error).message}.`, remake)
  }
}

function parseSettings(text: string): Map<string, string> {
  const settings = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf('=')
    if (equals > 0) settings.set(line.slice(0, equals).trim().toLowerCase(), line.slice(equals + 1).trim())
  }
  return settings
}
