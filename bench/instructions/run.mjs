// Counts the instructions of the hot paths and compares them with baseline.json: `node bench/instructions/run.mjs
// [--update | --where]`. Instructions do not depend on how busy a machine is, and hardly on which it is; they depend on the
// versions of Node and Python, so there is a baseline for each pair. Exit code 1 where a path has grown by more than a
// tenth. Without valgrind, ptrace or a baseline for these versions it says so and is content.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { attribute } from './attribute.mjs'

const tolerance = 1.1
const here = import.meta.dirname
const root = join(here, '..', '..')
const baselineFile = join(here, 'baseline.json')

function versions() {
  const [major] = process.versions.node.split('.')
  const question = 'import { python } from "snakebridge"; console.log((await python.start()).version)'
  const asked = spawnSync(process.execPath, ['--input-type=module', '-e', question], { cwd: root, encoding: 'utf8' })
  if (asked.status !== 0) throw new Error(`expected snakebridge to start Python, got: ${asked.stderr}`)
  const python = asked.stdout.trim().split('.').slice(0, 2).join('.')
  return `${process.platform}-${process.arch}, node ${major}, python ${python}`
}

/** Instructions of one repetition, by path. */
function measure() {
  const folder = mkdtempSync(join(os.tmpdir(), 'snakebridge-instructions-'))
  try {
    return measureIn(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function measureIn(folder) {
  const out = join(folder, 'counts')
  const valgrind = ['--tool=callgrind', `--callgrind-out-file=${out}`, '--smc-check=all-non-file', '--quiet']
  // One thread for the compilers and the collector, or it is chance how much of them is counted.
  const program = [process.execPath, '--single-threaded', join(here, 'paths.mjs'), '--counted']
  const run = spawnSync('valgrind', [...valgrind, ...program], { encoding: 'utf8' })
  if (run.status === 3) {
    console.log(`skipped: ${run.stdout.trim()}`)
    process.exit(0)
  }
  if (run.status !== 0) throw new Error(`expected the hot paths to run under callgrind, got:\n${run.stderr}`)
  const counts = {}
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8')
    const dump = /^desc: Trigger: dump (\d+) (.+)$/m.exec(text)
    const total = /^summary: (\d+)$/m.exec(text)
    if (dump === null || total === null) continue
    counts[dump[2]] = { times: Number(dump[1]), total: Number(total[1]) }
    if (process.argv.includes('--where')) show(dump[2], Number(dump[1]), attribute(text))
  }
  const { nothing, ...paths } = counts
  return Object.fromEntries(
    Object.entries(paths).map(([name, { times, total }]) => [name, Math.round((total - nothing.total) / times)]),
  )
}

/** Whose instructions they are: a row of a Markdown table for each owner. */
function show(name, times, owners) {
  const total = Object.values(owners).reduce((sum, count) => sum + count, 0)
  console.log(`\n${name}`)
  for (const [owner, count] of Object.entries(owners).sort(([, left], [, right]) => right - left))
    console.log(`| ${owner} | ${Math.round(count / times)} | ${Math.round((100 * count) / total)} % |`)
}

const grown = (counts, baseline) => Object.keys(counts).filter((name) => counts[name] > baseline[name] * tolerance)

function report(counts, baseline) {
  for (const [name, count] of Object.entries(counts)) {
    const ratio = count / baseline[name]
    const verdict = Number.isNaN(ratio) ? 'new' : ratio > tolerance ? 'GROWN' : ratio < 1 / tolerance ? 'less' : ''
    console.log(`${name.padEnd(38)} ${String(count).padStart(9)} ${(ratio || 1).toFixed(3).padStart(7)}  ${verdict}`)
  }
}

if (spawnSync('valgrind', ['--version']).status !== 0) {
  console.log('skipped: there is no valgrind')
  process.exit(0)
}
const key = versions()
const baselines = JSON.parse(readFileSync(baselineFile, 'utf8'))
const update = process.argv.includes('--update')
if (baselines[key] === undefined && !update) {
  console.log(`skipped: no baseline for ${key}; there is one for ${Object.keys(baselines).join('; ')}`)
  process.exit(0)
}
const baseline = baselines[key] ?? {}
let counts = measure()
if (grown(counts, baseline).length > 0 && !update) {
  report(counts, baseline)
  console.log('once more: when the compilers begin is not the same in each run')
  const again = measure()
  counts = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Math.min(count, again[name])]))
}
report(counts, baseline)
if (update) {
  writeFileSync(baselineFile, `${JSON.stringify({ ...baselines, [key]: counts }, null, 2)}\n`)
} else if (grown(counts, baseline).length > 0) {
  console.error('hot paths take over a tenth more instructions than baseline.json says; if that has to be, --update')
  process.exitCode = 1
}
