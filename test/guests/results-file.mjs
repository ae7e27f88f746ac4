// docs/compatibility/guests.json: an array of runs. A new run takes the place of the same suite's in the same place.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './paths.mjs'

export const file = path.join(root, 'docs/compatibility/guests.json')

// Of a part of a suite: 'pandas/frame (one test in 50)'.
const nameOf = ({ suite }) => suite.split(' ')[0]
const key = (run) => `${nameOf(run)} ${run.where} ${run.versions.python?.split('.').slice(0, 2).join('.')}`

export function readRuns() {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

export function putRun(run) {
  write([...readRuns().filter((other) => key(other) !== key(run) && !skips(other, run)), run])
}

/** A suite that cannot run on this machine, unless the file has a run of it. */
export function putSkipped(run) {
  const runs = readRuns()
  if (!runs.some((other) => nameOf(other) === nameOf(run))) write([...runs, run])
}

const skips = (other, run) => nameOf(other) === nameOf(run) && other.where === 'none'

function write(runs) {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(runs, null, 2)}\n`)
}
