// docs/compatibility/guests.json: an array of runs. A new run takes the place of the same suite's in the same place.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './paths.mjs'

export const file = path.join(root, 'docs/compatibility/guests.json')

const key = ({ suite, where, versions }) => `${suite} ${where} ${versions.python?.split('.').slice(0, 2).join('.')}`

export function readRuns() {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

export function putRun(run) {
  write([...readRuns().filter((other) => key(other) !== key(run) && !skips(other, run)), run])
}

/** A suite that cannot run on this machine, unless the file has a run of it. */
export function putSkipped(run) {
  const runs = readRuns()
  if (!runs.some((other) => other.suite === run.suite)) write([...runs, run])
}

const skips = (other, run) => other.suite === run.suite && other.where === 'none'

function write(runs) {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(runs, null, 2)}\n`)
}
