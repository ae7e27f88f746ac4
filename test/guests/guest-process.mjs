// Runs one suite in one place, and reads its results. A process that crashes, or comes to a stop, costs the test that
// it was in: another one goes on behind it.
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { cache, here } from './paths.mjs'

const outcomes = path.join(cache, 'results')
const afterTheEnd = 60_000
const longestStart = 240_000
const mostRestarts = 10

/** What plain Python and the bridge get alike; a developer's settings for Python would reach only one of them. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(PYTHON|VIRTUAL_ENV|NODE_|npm_)/.test(name)),
)

/**
 * Runs `suite` (from `folder`, if its sources have one) at `where` ('plain', 'plain thread', 'pool', 'lane'): `only`
 * these tests, or one in `every`.
 * @param {{ name: string, library: string, unittest?: string[], limit?: number, stall?: number }} suite
 * @param {string} where
 * @param {{ python: string, args: string[], env?: object, folder?: string, only?: string[], every?: number }} options
 * @returns {Promise<{ results: import('./compare.mjs').Results, seconds: number, version?: string, python?: string,
 *   missing?: string }>} `missing` says why there is nothing to run
 */
export async function runSuite(suite, where, { python, args, env = {}, folder, only, every = 1 }) {
  const run = { results: new Map(), seconds: 0, version: undefined, python: undefined, missing: undefined }
  const started = Date.now()
  const deadline = started + (suite.limit ?? 900) * 1000
  for (let restarts = 0; ; restarts++) {
    const before = run.results.size
    const skip = [...run.results.keys()]
    const ending = await runOnce(
      suite,
      where,
      { python, args, env, folder, deadline, choice: { only, every, skip } },
      run,
    )
    if (!ending.broken) break
    run.results.set(ending.test, { outcome: 'failed', detail: ending.broken })
    if (ending.test === '(exit)' || run.results.size === before) break
    if (Date.now() > deadline || restarts === mostRestarts) break
  }
  run.seconds = Math.round((Date.now() - started) / 100) / 10
  return run
}

async function runOnce(suite, where, { python, args, env, folder, deadline, choice }, run) {
  mkdirSync(outcomes, { recursive: true })
  const base = path.join(outcomes, `${suite.name}-${where}`.replace(/[^\w.-]/g, '-'))
  const results = `${base}.jsonl`
  rmSync(results, { force: true })
  const order = { library: suite.library, results, ...choice }
  writeFileSync(`${base}.json`, JSON.stringify({ ...order, [suite.unittest ? 'unittest' : 'pytest']: args }))
  const cwd = mkdtempSync(path.join(os.tmpdir(), 'guest-'))
  const log = openSync(`${base}.log`, choice.skip.length > 0 ? 'a' : 'w')
  const child = spawn(...command(where, python, `${base}.json`), {
    cwd: folder ?? cwd, // a library's own tests look for their data from the top of its sources
    env: { ...environment, ...env },
    stdio: ['ignore', log, log],
    detached: true, // a group of its own, to be ended with all that it started
  })
  closeSync(log)
  const ending = await watch(child, results, (suite.stall ?? 240) * 1000, deadline)
  rmSync(cwd, { recursive: true, force: true })
  return read(results, run, ending)
}

function command(where, python, order) {
  const guest = path.join(here, 'guest.py')
  if (where === 'plain') return [python, [guest, order]]
  if (where === 'plain thread') return [python, [guest, '--thread', order]]
  return [process.execPath, [path.join(here, 'inside.mjs'), where, python, order]]
}

/** Waits for the process; ends it where nothing comes any more. Resolves with why it ended badly, or undefined. */
function watch(child, results, stall, deadline) {
  let killedFor
  let size = 0
  let changed = Date.now()
  const kill = (why) => {
    killedFor ??= why
    endGroup(child.pid)
  }
  const timer = setInterval(() => {
    const now = statSync(results, { throwIfNoEntry: false })?.size ?? 0
    if (now !== size) [size, changed] = [now, Date.now()]
    const quiet = Date.now() - changed
    if (quiet > afterTheEnd && hasEnded(results)) kill(`did not end in ${afterTheEnd / 1000} s`)
    else if (quiet > (size === 0 ? longestStart : stall)) kill(`hung: no result for ${stall / 1000} s`)
    else if (Date.now() > deadline) kill("the suite's time was up")
  }, 500)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      clearInterval(timer)
      endGroup(child.pid) // what the tests have left running
      resolve(killedFor ?? (signal ? `crashed (${signal})` : code !== 0 ? `ended with exit code ${code}` : undefined))
    })
  })
}

function endGroup(leader) {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error // nobody is left
  }
}

const hasEnded = (results) => readFileSync(results, 'utf8').trimEnd().endsWith('"end": true}')

/** Takes the lines into `run`; tells which test a bad ending hit: the one under way, or none. */
function read(results, run, why) {
  const text = statSync(results, { throwIfNoEntry: false }) ? readFileSync(results, 'utf8') : ''
  let underWay
  let last
  let ended = false
  const counts = new Map()
  for (const line of text.split('\n').filter(Boolean)) {
    const entry = JSON.parse(line)
    if (entry.begin) Object.assign(run, { version: entry.version, python: entry.python })
    if (entry.missing) run.missing = entry.missing
    if (entry.start !== undefined) underWay = entry.start
    if (entry.end) ended = true
    if (entry.test === undefined) continue
    underWay = undefined
    last = entry.test
    const count = (counts.get(entry.test) ?? 0) + 1
    counts.set(entry.test, count) // some parametrisations give the same name twice
    const name = count === 1 ? entry.test : `${entry.test} #${count}`
    run.results.set(name, { outcome: entry.outcome, detail: entry.detail })
  }
  if (ended) return { test: '(exit)', broken: why }
  return { test: underWay ?? (last ? `(after ${last})` : '(start)'), broken: why ?? 'ended before its last test' }
}
