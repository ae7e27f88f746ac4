// Where the parts of a Python lie under its prefix on each platform, so that most are found without starting the interpreter.
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

import type { Host } from './candidate.js'
import { isFile, isFolder, listFolder, realpath } from './files.js'
import type { Venv } from './venv.js'
import { minorOf, versionInName } from './version.js'

/** A Python installation (never a venv). */
export interface Installation {
  prefix: string
  /** `3.12.4` or `3.12`. */
  version: string
  /** What file names carry after the version: `t` (free-threaded), `d` (debug). */
  flags: string
  libpython: string
}

const multiarchNames: Record<string, string> = {
  x64: 'x86_64-linux-gnu',
  ia32: 'i386-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  arm: 'arm-linux-gnueabihf',
  ppc64: 'powerpc64le-linux-gnu',
  s390x: 's390x-linux-gnu',
  riscv64: 'riscv64-linux-gnu',
}

/** The installation behind an interpreter, read from the file system alone; undefined where the layout is not one of the known. */
export function guessInstallation(executable: string, venv: Venv | undefined, host: Host): Installation | undefined {
  for (const real of realInterpreters(executable, venv, host)) {
    const prefix = host.platform === 'win32' ? dirname(real) : dirname(dirname(real))
    const named = host.platform === 'win32' ? windowsVersion(prefix) : versionInName(real)
    if (!named) continue
    const libpython = libraryPaths(prefix, named.version, named.flags, host).find(isFile)
    if (!libpython || !findStandardLibrary(prefix, named.version, named.flags, host)) continue
    return { prefix, flags: named.flags, libpython, version: microVersion(prefix, named.version, named.flags, host) }
  }
  return undefined
}

export function libraryPaths(prefix: string, version: string, flags: string, host: Host): string[] {
  const stem = `python${version}${flags}`
  if (host.platform === 'win32')
    return [join(prefix, `python${version.replace('.', '')}${flags.replace('d', '_d')}.dll`)]
  if (host.platform === 'darwin')
    return [join(prefix, 'lib', `lib${stem}.dylib`), join(prefix, 'Python'), join(prefix, 'Python3')]
  const folders = ['lib', 'lib64', join('lib', multiarchNames[host.arch] ?? '')]
  return folders.flatMap((folder) => [join(prefix, folder, `lib${stem}.so.1.0`), join(prefix, folder, `lib${stem}.so`)])
}

/** The folder (or zip file) with the standard library: without it `Py_InitializeEx` ends the process. */
export function findStandardLibrary(prefix: string, version: string, flags: string, host: Host): string | undefined {
  const digits = version.replace('.', '')
  if (host.platform === 'win32') {
    const zipped = join(prefix, `python${digits}.zip`)
    return isFile(join(prefix, 'Lib', 'encodings', '__init__.py'))
      ? join(prefix, 'Lib')
      : isFile(zipped)
        ? zipped
        : undefined
  }
  const folders = ['lib', 'lib64'].map((lib) => join(prefix, lib, `python${version}${flags.replace('d', '')}`))
  return (
    folders.find((folder) => isFile(join(folder, 'encodings', '__init__.py'))) ??
    [join(prefix, 'lib', `python${digits}.zip`)].find(isFile)
  )
}

/** The folders that `site` would add, the environment's own first. */
export function sitePackages(prefix: string, base: Installation, venv: Venv | undefined, host: Host): string[] {
  const own = sitePackagesUnder(prefix, base, host)
  if (!venv) return [...userSitePackages(base, host), ...own]
  return venv.systemSitePackages
    ? [...own, ...userSitePackages(base, host), ...sitePackagesUnder(base.prefix, base, host)]
    : own
}

function sitePackagesUnder(prefix: string, { version, flags }: Installation, host: Host): string[] {
  if (host.platform === 'win32') return [join(prefix, 'Lib', 'site-packages')]
  const lib = `python${minorOf(version)}${flags.replace('d', '')}`
  const debian = prefix === '/usr' ? [`/usr/local/lib/${lib}/dist-packages`, '/usr/lib/python3/dist-packages'] : []
  const folders = [...debian, join(prefix, 'lib', lib, 'site-packages'), join(prefix, 'lib64', lib, 'site-packages')]
  // `lib64` is often a link to `lib`.
  const real = folders.map(realpath)
  return folders.filter((folder, index) => isFolder(folder) && real.indexOf(real[index] as string) === index)
}

function userSitePackages({ version, flags }: Installation, { platform, environ }: Host): string[] {
  if (environ.PYTHONNOUSERSITE) return []
  const minor = minorOf(version)
  if (platform === 'win32')
    return [join(environ.APPDATA ?? homedir(), 'Python', `Python${minor.replace('.', '')}`, 'site-packages')].filter(
      isFolder,
    )
  const base = environ.PYTHONUSERBASE ?? join(homedir(), '.local')
  return [join(base, 'lib', `python${minor}${flags.replace('d', '')}`, 'site-packages')].filter(isFolder)
}

function realInterpreters(executable: string, venv: Venv | undefined, { platform }: Host): string[] {
  const direct = realpath(executable)
  if (!venv) return [direct]
  // A venv made with --copies, or Windows' redirector, is no link to its base.
  const version = venv.version ? minorOf(venv.version) : ''
  const base = venv.baseExecutable ?? join(venv.home, platform === 'win32' ? 'python.exe' : `python${version}`)
  return direct.startsWith(realpath(venv.prefix)) ? [realpath(base)] : [direct, realpath(base)]
}

function windowsVersion(folder: string): { version: string; flags: string } | undefined {
  for (const file of listFolder(folder)) {
    const match = /^python(\d)(\d+)(t?)(_d)?\.dll$/i.exec(file)
    if (match) return { version: `${match[1]}.${match[2]}`, flags: `${match[3]}${match[4] ? 'd' : ''}` }
  }
  return undefined
}

function microVersion(prefix: string, minor: string, flags: string, host: Host): string {
  const folder = host.platform === 'win32' ? 'include' : join('include', `python${minor}${flags}`)
  const header = join(prefix, folder, 'patchlevel.h')
  if (!isFile(header)) return minor
  return /#define\s+PY_VERSION\s+"([^"+]+)/.exec(readFileSync(header, 'latin1'))?.[1] ?? minor
}
