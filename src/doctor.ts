// What a bug report needs and what a user can act on: the Pythons of this machine, the addon, and whether the two start together.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DiscoverOptions, Discovery, UsableCandidate } from './discovery/candidate.js'
import { discoverAll } from './discovery/discover.js'
import {
  type InstalledPackage,
  installedPackages,
  packagesOfInterest,
  packagesSharingNames,
} from './discovery/packages.js'
import { requireOptions } from './known-options.js'
import { loadAddon } from './native.js'
import { packageFolder } from './package-folder.js'

/** What `python.doctor()` found on this machine. */
export interface DoctorReport {
  /** Whether the addon loads and a usable Python starts with it. */
  healthy: boolean
  node: { version: string; napi: string; platform: string; arch: string; libc: string; executable: string }
  snakebridge: { version: string; folder: string }
  addon: { loads: boolean; file?: string; error?: string }
  python: Discovery
  /** The chosen Python started in a process of its own; absent where that could not be tried. */
  start?: { works: boolean; milliseconds: number; error?: string }
  /** Installed packages of interest, of the chosen Python. */
  packages: InstalledPackage[]
  /** Environment variables that decide which Python is chosen and how it starts. */
  variables: Record<string, string>
  notes: string[]
}

const startDeadline = 60_000

/**
 * Examines this machine: every Python that could be used with the reason for each refusal, the addon, and a trial start in a child
 * process. Never rejects because of what it finds.
 */
export async function doctor(options: DiscoverOptions = {}): Promise<DoctorReport> {
  requireOptions(options, ['executable', 'env', 'libpython', 'cwd', 'environ'], 'python.doctor')
  const python = discoverAll(options)
  const addon = await examineAddon()
  const start = addon.loads && python.chosen ? await tryStart(python.chosen, options.environ ?? process.env) : undefined
  const packages = installedPackages(python.chosen?.sitePackages ?? [])
  return {
    healthy: start?.works ?? false,
    node: nodeFacts(),
    snakebridge: { version: ownVersion(), folder: packageFolder },
    addon,
    python,
    start,
    packages: packagesOfInterest(packages),
    variables: decisiveVariables(options.environ ?? process.env),
    notes: notes(packages),
  }
}

async function examineAddon(): Promise<DoctorReport['addon']> {
  const file = addonFile()
  try {
    loadAddon()
    return { loads: true, file }
  } catch (error) {
    return { loads: false, file, error: (error as Error).message }
  }
}

/** The prebuilt or locally built binary that node-gyp-build picks. */
function addonFile(): string | undefined {
  try {
    const nodeGypBuild = require('node-gyp-build') as {
      path(folder: string): string
    }
    return nodeGypBuild.path(packageFolder)
  } catch {
    // It throws where there is no binary at all; loading reports that in its own words.
    return undefined
  }
}

/** In a child process: a Python that ends the process while it starts must not end this one. */
function tryStart({ executable, libpython }: UsableCandidate, env: NodeJS.ProcessEnv): Promise<DoctorReport['start']> {
  const options = JSON.stringify({ executable, libpython })
  // With an awaited call: what V8 has compiled is kept for the programs to come (loader.ts).
  const program = `const { python } = require(${JSON.stringify(packageFolder)}); python.startSync(${options}); python.import('math').sqrt(2)`
  const began = performance.now()
  return new Promise((resolve) => {
    const { execFile } = require('node:child_process') as typeof import('node:child_process') // only here: it takes a while
    execFile(
      process.execPath,
      ['-e', program],
      { env, timeout: startDeadline, windowsHide: true },
      (error, _stdout, stderr) => {
        const milliseconds = Math.round(performance.now() - began)
        const said = stderr.split(/\r?\n/).find((line) => /error/i.test(line)) ?? error?.message
        resolve(error ? { works: false, milliseconds, error: said } : { works: true, milliseconds })
      },
    )
  })
}

function nodeFacts(): DoctorReport['node'] {
  const { versions, platform, arch, execPath } = process
  return { version: versions.node, napi: versions.napi ?? '', platform, arch, libc: libcName(), executable: execPath }
}

function libcName(): string {
  if (process.platform !== 'linux') return ''
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return header?.glibcVersionRuntime ? `glibc ${header.glibcVersionRuntime}` : 'musl'
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string }).version
}

/** By name, never by pattern: `UV_INDEX_URL` and the like hold passwords, and reports are pasted into issues. */
function decisiveVariables(environ: NodeJS.ProcessEnv): Record<string, string> {
  const names =
    'VIRTUAL_ENV CONDA_PREFIX UV_PYTHON UV_PYTHON_INSTALL_DIR UV_PROJECT_ENVIRONMENT PYENV_VERSION PYTHONHOME PYTHONPATH ' +
    'PYTHONPLATLIBDIR PYTHONUTF8 PYTHONIOENCODING PYTHONMALLOC PYTHONHASHSEED PYTHONNOUSERSITE PYTHONUSERBASE PYTHON_GIL ' +
    'LC_ALL LANG LD_LIBRARY_PATH LD_PRELOAD LD_BIND_NOW DYLD_LIBRARY_PATH PATH'
  return Object.fromEntries(names.split(' ').flatMap((name) => (environ[name] ? [[name, environ[name]]] : [])))
}

function notes(packages: InstalledPackage[]): string[] {
  const sharing = packagesSharingNames(packages)
  if (process.platform !== 'linux' || sharing.length === 0) return []
  return [
    `${sharing.join(', ')}: their compiled modules share names with libraries inside Node (OpenSSL, zlib, brotli, …). ` +
      'Such modules are loaded so that they use their own; if one misbehaves inside Node only, name it in the report.',
  ]
}
