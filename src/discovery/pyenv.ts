// pyenv's shims are bash scripts that cost 70 ms a start; what they would run is decided by three files that are quick to read.
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import type { Host } from './candidate.js'
import { isFile, isFolder, listFolder } from './files.js'

/** The interpreter behind a pyenv shim; undefined when this is no shim or pyenv has to be asked. */
export function behindPyenvShim(executable: string, host: Host): string | undefined {
  const folder = dirname(executable)
  if (basename(folder) !== 'shims') return undefined
  const root = dirname(folder)
  const selected = host.environ.PYENV_VERSION || localVersion(host.cwd) || firstLines(join(root, 'version'))
  for (const wanted of selected?.split(/[:\s]+/).filter(Boolean) ?? []) {
    const program = join(root, 'versions', installed(root, wanted) ?? wanted, 'bin', basename(executable))
    if (wanted === 'system') return undefined
    if (isFile(program)) return program
  }
  return undefined
}

function localVersion(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = firstLines(join(folder, '.python-version'))
    if (found || folder === dirname(folder)) return found
  }
}

function firstLines(file: string): string | undefined {
  if (!isFile(file)) return undefined
  const lines = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
  return lines.filter((line) => line && !line.startsWith('#')).join(':') || undefined
}

/** pyenv takes `3.12` for the newest installed 3.12.x. */
function installed(root: string, wanted: string): string | undefined {
  const versions = join(root, 'versions')
  if (isFolder(join(versions, wanted)) || !/^\d+(\.\d+)?$/.test(wanted)) return undefined
  const matching = listFolder(versions).filter((name) => name.startsWith(`${wanted}.`) && /^[\d.]+$/.test(name))
  return matching.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
}
