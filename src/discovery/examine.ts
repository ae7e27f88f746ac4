// Looks at one candidate: finds out what a start needs, or why it cannot be used. The interpreter is started only when its files do not tell.
import { basename } from 'node:path'

import { type Candidate, type Host, Refused } from './candidate.js'
import { checkExecutable } from './executable.js'
import { realpath } from './files.js'
import { findStandardLibrary, guessInstallation, type Installation, libraryPaths, sitePackages } from './layout.js'
import { checkLibrary, findLibrary } from './library.js'
import { probe } from './probe.js'
import { behindPyenvShim } from './pyenv.js'
import type { Seed } from './sources.js'
import { checkStartVariables } from './start-variables.js'
import { checkVenvVersion, readVenv, type Venv } from './venv.js'
import { minorOf, versionInName } from './version.js'

const oldestMinor = 11

export function examine(seed: Seed, host: Host): Candidate {
  const candidate: Candidate = {
    source: seed.source,
    executable: behindPyenvShim(seed.executable, host) ?? seed.executable,
  }
  try {
    inspect(candidate, seed.libpython, host)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    candidate.refused = error.refusal
  }
  return candidate
}

function inspect(candidate: Candidate, givenLibrary: string | undefined, host: Host): void {
  const header = checkExecutable(candidate.executable, host)
  let venv = readVenv(candidate.executable)
  candidate.prefix = venv?.prefix
  const isScript = header.format === 'script'
  candidate.version = venv?.version ?? (isScript ? undefined : versionInName(realpath(candidate.executable))?.version)
  checkWithoutStarting(candidate.executable, venv)

  const guess = isScript ? undefined : guessInstallation(candidate.executable, venv, host)
  candidate.probed = guess === undefined
  const installation = guess ?? askInterpreter(candidate, givenLibrary, host)
  // The interpreter behind a wrapper may be that of a venv.
  if (candidate.probed) venv = readVenv(candidate.executable)
  candidate.version = fuller(installation.version, venv?.version)
  candidate.prefix = venv?.prefix ?? installation.prefix
  candidate.basePrefix = installation.prefix
  candidate.sitePackages = sitePackages(candidate.prefix, installation, venv, host)
  checkVersion(installation.version, installation.flags)
  checkVenvVersion(venv, installation.version)

  candidate.libpython = givenLibrary ?? installation.libpython
  checkLibrary(candidate.libpython, minorOf(installation.version), host)
  checkStartVariables(candidate.executable, host)
}

/** The files of an installation may tell `3.12` only, where its venv says `3.12.4`. */
function fuller(version: string, venvVersion: string | undefined): string {
  return version.split('.').length < 3 ? (venvVersion ?? version) : version
}

/** What can be said without starting it, so that a PyPy or a Python 3.8 is not started for nothing. */
function checkWithoutStarting(executable: string, venv: Venv | undefined): void {
  const name = basename(realpath(executable)).toLowerCase()
  const implementation = venv?.implementation?.toLowerCase() ?? (/^(pypy|graalpy)/.exec(name)?.[1] || 'cpython')
  if (implementation !== 'cpython') throw notCPython(implementation)
  const named = versionInName(name)
  if (named) checkVersion(named.version, named.flags)
  if (venv?.version) checkVersion(venv.version, '')
}

function notCPython(implementation: string): Refused {
  return new Refused(
    'not_cpython',
    `It is ${implementation}, not CPython.`,
    'Use CPython 3.11 or newer: extension modules and the C API need it.',
  )
}

function checkVersion(version: string, flags: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < 3 || (major === 3 && minor < oldestMinor)) {
    const hint = 'Install Python 3.11 or newer, and make the environment again with it.'
    throw new Refused('too_old', `It is Python ${version}; 3.${oldestMinor} or newer is needed.`, hint)
  }
  if (flags.includes('t')) {
    const hint = `Use the ordinary build (\`python${minorOf(version)}\` without the t).`
    throw new Refused('free_threaded', 'It is a free-threaded build, which has no stable ABI.', hint)
  }
}

function askInterpreter(candidate: Candidate, givenLibrary: string | undefined, host: Host): Installation {
  const answer = probe(candidate.executable, host)
  if (answer.executable) candidate.executable = answer.executable
  candidate.version = answer.version
  if (answer.implementation !== 'cpython') throw notCPython(answer.implementation)
  checkVersion(answer.version, answer.flags)
  const prefix = answer.basePrefix
  const minor = minorOf(answer.version)
  if (!answer.standardLibrary && !findStandardLibrary(prefix, minor, answer.flags, host)) {
    throw new Refused('missing_stdlib', `${prefix} has no standard library.`, 'Install this Python again.')
  }
  const libpython = givenLibrary ?? findLibrary(answer, libraryPaths(prefix, minor, answer.flags, host), host)
  return { prefix, version: answer.version, flags: answer.flags, libpython }
}
