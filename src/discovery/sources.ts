// Where Pythons are looked for, in order. A generator: what comes after the first usable one is never looked at.
import { homedir } from 'node:os'
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path'

import type { DiscoverOptions, Host, Source } from './candidate.js'
import { exists, isFile, isFolder, listFolder } from './files.js'

/** Something to examine: an interpreter, and the library to use with it where the user named one. */
export interface Seed {
  source: Source
  executable: string
  libpython?: string
}

/** What the user named is the only candidate: running another Python than the one asked for helps nobody. */
export function* sources(options: DiscoverOptions, host: Host): Generator<Seed> {
  const libpython = options.libpython === undefined ? undefined : resolve(host.cwd, options.libpython)
  if (options.executable !== undefined)
    yield { source: 'executable option', executable: named(options.executable, host), libpython }
  else if (options.env !== undefined)
    yield { source: 'env option', executable: interpreterIn(resolve(host.cwd, options.env), host), libpython }
  else if (libpython !== undefined)
    yield { source: 'libpython option', executable: besideLibrary(libpython, host), libpython }
  else yield* defaultSources(host)
}

function* defaultSources(host: Host): Generator<Seed> {
  const { VIRTUAL_ENV, CONDA_PREFIX, UV_PROJECT_ENVIRONMENT, UV_PYTHON } = host.environ
  const inEnvironment = (source: Source, prefix: string): Seed => ({
    source,
    executable: interpreterIn(resolve(host.cwd, prefix), host),
  })

  if (VIRTUAL_ENV) yield inEnvironment('VIRTUAL_ENV', VIRTUAL_ENV)
  if (UV_PROJECT_ENVIRONMENT) yield inEnvironment('UV_PROJECT_ENVIRONMENT', UV_PROJECT_ENVIRONMENT)
  for (let folder = host.cwd; ; folder = dirname(folder)) {
    if (exists(join(folder, '.venv'))) yield inEnvironment('.venv', join(folder, '.venv'))
    if (folder === dirname(folder)) break
  }
  if (CONDA_PREFIX) yield inEnvironment('CONDA_PREFIX', CONDA_PREFIX)
  if (UV_PYTHON && isAbsolute(UV_PYTHON))
    yield { source: 'UV_PYTHON', executable: isFolder(UV_PYTHON) ? interpreterIn(UV_PYTHON, host) : UV_PYTHON }
  yield* uvManaged(host)
  yield* onPath(host)
}

/** uv's own downloads, the newest first, those that UV_PYTHON asks for before all others. */
function* uvManaged(host: Host): Generator<Seed> {
  const { environ, platform } = host
  const data =
    platform === 'win32'
      ? join(environ.APPDATA ?? homedir(), 'uv', 'data')
      : join(environ.XDG_DATA_HOME || join(environ.HOME || homedir(), '.local', 'share'), 'uv')
  const folder = environ.UV_PYTHON_INSTALL_DIR || join(data, 'python')
  const wanted = /^(?:cpython[-@]?)?(\d[\d.]*)$/.exec(environ.UV_PYTHON ?? '')?.[1]
  const found = listFolder(folder).flatMap((name) => {
    const version = /^cpython-(\d+\.\d+\.\d+)(?=-)/.exec(name)?.[1]
    return version ? [{ name, version, wanted: wanted !== undefined && `${version}.`.startsWith(`${wanted}.`) }] : []
  })
  found.sort(
    (a, b) => Number(b.wanted) - Number(a.wanted) || b.version.localeCompare(a.version, 'en', { numeric: true }),
  )
  for (const { name } of found) yield { source: 'uv', executable: interpreterIn(join(folder, name), host) }
}

function* onPath(host: Host): Generator<Seed> {
  const folders = pathFolders(host)
  for (const name of ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11']) {
    for (const folder of folders) {
      const executable = join(folder, host.platform === 'win32' ? `${name}.exe` : name)
      if (exists(executable)) yield { source: 'PATH', executable }
    }
  }
}

function pathFolders({ environ, cwd }: Host): string[] {
  const path = environ.PATH ?? environ.Path ?? ''
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => resolve(cwd, folder))
}

/** A bare name is looked for on the PATH, as a shell does. */
function named(executable: string, host: Host): string {
  if (/[\\/]/.test(executable)) return resolve(host.cwd, executable)
  const suffixes = host.platform === 'win32' ? ['', '.exe'] : ['']
  const paths = pathFolders(host).flatMap((folder) => suffixes.map((suffix) => join(folder, executable + suffix)))
  return paths.find(isFile) ?? resolve(host.cwd, executable)
}

/** The interpreter of a venv, a conda environment or an installation. The usual name where there is none, for the refusal to name. */
export function interpreterIn(prefix: string, { platform }: Host): string {
  const names = platform === 'win32' ? ['Scripts\\python.exe', 'python.exe'] : ['bin/python', 'bin/python3']
  const paths = names.map((name) => join(prefix, ...name.split(/[\\/]/)))
  return paths.find(exists) ?? (paths[0] as string)
}

/**
 * `lib/libpython3.12.so.1.0` belongs to `bin/python3.12` one to three folders up, and `libpython3.12d.so.1.0` to `python3.12d`: beside it may
 * be the other build, too.
 */
function besideLibrary(libpython: string, host: Host): string {
  const version = /python3\.?(\d+)(t?d?)/i.exec(libpython.split(/[\\/]/).at(-1) ?? '')
  const named = version ? [`bin/python3.${version[1]}${version[2]}`, `bin/python3.${version[1]}`] : []
  const names = host.platform === 'win32' ? ['python.exe'] : [...named, 'bin/python3']
  for (let folder = dirname(libpython), depth = 0; depth < 4; folder = dirname(folder), depth++) {
    const found = names.map((name) => join(folder, ...name.split('/'))).find(isFile)
    if (found) return found
  }
  return join(dirname(dirname(libpython)), ...(names[0] as string).split('/'))
}
