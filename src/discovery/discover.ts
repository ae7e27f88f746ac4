// Finds the Python to run: asks the sources in order and takes the first that can be used.
import { dirname, join } from 'node:path'

import { ConversionError } from '../errors/bridge-errors.js'
import { shown } from '../values/integer.js'
import type { Candidate, DiscoverOptions, Discovery, Host, UsableCandidate } from './candidate.js'
import { examine } from './examine.js'
import { realpath } from './files.js'
import { behindPyenvShim } from './pyenv.js'
import { type Seed, sources } from './sources.js'
import { venvPrefix } from './venv.js'

/**
 * The first usable Python, and everything that was refused before it. Reads files only, unless a layout is unknown: then that interpreter
 * is started once and waited for, at most ten seconds.
 */
export function discover(options: DiscoverOptions = {}, host: Host = hostOf(options)): Discovery {
  const candidates: Candidate[] = []
  for (const candidate of examined(options, host)) {
    candidates.push(candidate)
    if (isUsable(candidate)) return { chosen: candidate, candidates }
  }
  return { candidates }
}

/** Examines every candidate, for the doctor. */
export function discoverAll(options: DiscoverOptions = {}, host: Host = hostOf(options)): Discovery {
  const candidates = [...examined(options, host)]
  return { chosen: candidates.find(isUsable), candidates }
}

export function hostOf(options: DiscoverOptions): Host {
  return {
    platform: process.platform,
    arch: process.arch,
    cwd: options.cwd ?? process.cwd(),
    environ: options.environ ?? process.env,
    probeTimeout: 10_000,
  }
}

function* examined(options: DiscoverOptions, host: Host): Generator<Candidate> {
  requirePaths(options)
  const seen = new Set<string>()
  for (const seed of sources(options, host)) {
    if (seen.size > 0 && seen.has(identity(seed, host))) continue
    const candidate = examine(seed, host)
    if (seen.size === 0 || !seen.has(identity(candidate, host))) yield candidate
    // Most programs take the first, and come no further: whose links it stands for need not be looked up.
    seen.add(identity(seed, host)).add(identity(candidate, host))
  }
}

function requirePaths({ executable, env, libpython }: DiscoverOptions): void {
  for (const [name, value] of Object.entries({ executable, env, libpython }) as [string, unknown][])
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw new ConversionError(`expected a path for ${name}, got ${shown(value)}`)
}

/** `python`, `python3` and a shim may be one interpreter; two venvs are two, though both are links to it. */
function identity({ executable }: Seed | Candidate, host: Host): string {
  const path = behindPyenvShim(executable, host) ?? executable
  const venv = venvPrefix(path)
  return venv === undefined ? realpath(path) : join(realpath(venv), dirname(path).slice(venv.length))
}

function isUsable(candidate: Candidate): candidate is UsableCandidate {
  return candidate.refused === undefined
}
