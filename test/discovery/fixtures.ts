// Pythons to discover, made from the one that runs the suite: real interpreters, environments and libraries wherever that is possible.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

import type { Host } from '../../src/discovery/candidate.js'

/** What plain Python says about itself: the expected values of these tests. */
export interface PlainPython {
  executable: string
  version: string
  minor: string
  prefix: string
  basePrefix: string
  baseExecutable: string
  libpython: string
  sitePackages: string
}

export function askPlain(executable: string): PlainPython {
  const program = `
import json, os, sys, sysconfig
v = sysconfig.get_config_var
print(json.dumps({
  "executable": sys.executable, "version": "%d.%d.%d" % sys.version_info[:3], "minor": "%d.%d" % sys.version_info[:2],
  "prefix": sys.prefix, "basePrefix": sys.base_prefix, "baseExecutable": os.path.realpath(sys.executable),
  "libpython": os.path.join(v("LIBDIR"), v("INSTSONAME")), "sitePackages": sysconfig.get_path("purelib"),
}))`
  return JSON.parse(execFileSync(executable, ['-c', program], { encoding: 'utf8' })) as PlainPython
}

export const plain = askPlain(join(process.env.VIRTUAL_ENV as string, 'bin/python'))

/** A folder of its own; spaces and letters beyond ASCII are in every path below it. */
export function scratch(): { folder: string; remove: () => void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'snake brïdgé ')))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A machine on which nothing is found unless a test puts it there. */
export function emptyHost(cwd: string, environ: NodeJS.ProcessEnv = {}): Host {
  return {
    platform: process.platform,
    arch: process.arch,
    cwd,
    environ: { HOME: cwd, PATH: '', ...environ },
    probeTimeout: 20_000,
  }
}

export function makeVenv(folder: string, ...flags: string[]): string {
  execFileSync(plain.baseExecutable, ['-m', 'venv', '--without-pip', ...flags, folder])
  return folder
}

export function writeScript(path: string, body: string): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}

/** An installation in conda's layout: the real interpreter copied, its library and standard library linked. */
export function makePrefix(folder: string, name = basename(plain.baseExecutable)): string {
  mkdirSync(join(folder, 'bin'), { recursive: true })
  mkdirSync(join(folder, 'lib'))
  copyFileSync(plain.baseExecutable, join(folder, 'bin', name))
  symlinkSync(name, join(folder, 'bin/python'))
  symlinkSync(plain.libpython, join(folder, 'lib', basename(plain.libpython)))
  symlinkSync(join(plain.basePrefix, 'lib', `python${plain.minor}`), join(folder, 'lib', `python${plain.minor}`))
  return folder
}

/** The same, whose build settings say that it was linked statically: no library beside it or where `sysconfig` says. */
export function makeStaticPrefix(folder: string): string {
  makePrefix(folder)
  rmSync(join(folder, 'lib'), { recursive: true })
  const original = join(plain.basePrefix, 'lib', `python${plain.minor}`)
  const library = join(folder, 'lib', `python${plain.minor}`)
  mkdirSync(library, { recursive: true })
  for (const entry of readdirSync(original)) {
    if (!entry.startsWith('_sysconfigdata')) symlinkSync(join(original, entry), join(library, entry))
    else if (entry.endsWith('.py')) writeFileSync(join(library, entry), staticBuildSettings(folder))
  }
  return folder
}

function staticBuildSettings(folder: string): string {
  const settings = {
    Py_ENABLE_SHARED: 0,
    LIBDIR: `${folder}/lib`,
    LIBPL: `${folder}/lib`,
    LDLIBRARY: 'libpython.a',
    INSTSONAME: 'libpython.a',
  }
  return `build_time_vars = ${JSON.stringify(settings)}\n`
}
