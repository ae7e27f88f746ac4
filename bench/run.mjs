// `npm run bench`: contenders × trials, one process each; writes results/<date>-<commit>.json and, after a whole run,
// docs/benchmarks.md. See README.md for the options.
import { fork } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { contenders } from './contenders.mjs'
import { bench, trialEnvironment } from './environment.mjs'
import { cell } from './figure.mjs'
import { verdicts, writeDocument } from './report.mjs'
import { setUp } from './setup.mjs'
import { stamp } from './stamp.mjs'
import { trials } from './trials.mjs'

const { values: options } = parseArgs({
  options: {
    trial: { type: 'string', multiple: true, default: [] },
    contender: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
})

function chosen(wanted, all, what) {
  const unknown = wanted.find((name) => !(name in all))
  if (unknown) throw new Error(`no ${what} is called '${unknown}'; there are ${Object.keys(all).join(', ')}`)
  return wanted.length ? wanted : Object.keys(all)
}

// A failed assertion may print a megabyte in one line.
const shortened = (line) => (line.length > 200 ? `${line.slice(0, 200)}…` : line)

// Runs one trial in its process; a crash or a trial that does not end is a result too.
function runOne(contender, trial, settings, env) {
  const args = [contender, trial, JSON.stringify(settings)]
  const child = fork(join(bench, 'child.mjs'), args, { cwd: bench, env, silent: true, execArgv: ['--expose-gc'] })
  const limit = trials[trial].limit ?? 120
  let answer
  let output = ''
  child.on('message', (message) => (answer = message))
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const timer = setTimeout(() => child.kill('SIGKILL'), limit * 1e3)
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      if (answer) resolve(answer)
      else
        resolve({
          failed: `ended with ${signal ?? code} within ${limit} s`,
          output: output.trim().split('\n').slice(0, 12).map(shortened).join('\n'),
        })
    })
  })
}

function describe(trial, result) {
  if (result.skipped) return `skipped: ${result.skipped}`
  if (result.failed) return `FAILED: ${result.failed}\n${result.output}`
  const titles = trials[trial].metrics
  return Object.entries(result.metrics)
    .map(([name, metric]) => `${titles[name]} ${cell(metric)}`)
    .join(' · ')
}

async function runAll(trialNames, contenderNames, settings) {
  const env = trialEnvironment()
  const runs = []
  for (const trial of trialNames) {
    let first = true
    for (const contender of contenderNames) {
      const result = await runOne(contender, trial, settings, env)
      if (result.skipped === 'not offered') continue
      if (first) console.log(`\n${trial}: ${trials[trial].title}`)
      first = false
      console.log(`  ${contenders[contender]}: ${describe(trial, result)}`)
      runs.push({ trial, contender, ...result })
    }
  }
  return runs
}

async function save(results, whole) {
  const day = results.date.slice(0, 19).replaceAll(':', '')
  const path = join(bench, 'results', `${whole ? '' : 'quick-'}${day}-${results.commit}.json`)
  mkdirSync(join(bench, 'results'), { recursive: true })
  writeFileSync(path, `${JSON.stringify(results, undefined, 1)}\n`)
  console.log(`\nwritten: ${path}`)
  if (whole) await writeDocument(results)
}

async function main() {
  const trialNames = chosen(options.trial, trials, 'trial')
  const contenderNames = chosen(options.contender, contenders, 'contender')
  if (options.list) {
    console.log(`trials: ${trialNames.join(', ')}\ncontenders: ${contenderNames.join(', ')}`)
    return
  }
  setUp()
  const settings = { quick: options.quick, seconds: options.quick ? 0.3 : 2 }
  const start = { ...stamp(), quick: options.quick }
  const results = { ...start, runs: await runAll(trialNames, contenderNames, settings) }
  for (const line of verdicts(results)) console.log(line)
  await save(results, !options.quick && !options.trial.length && !options.contender.length)
}

await main()
