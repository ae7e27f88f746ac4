// Turns one run's JSON into Markdown: the verdicts on the targets, the plots, then a table for each trial.
// `node bench/report.mjs [results.json]` writes docs/benchmarks.md and docs/plots/ anew from that file (the newest whole run).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { contenders } from './contenders.mjs'
import { bench, root } from './environment.mjs'
import { cell, figure } from './figure.mjs'
import { targets } from './targets.mjs'
import { leftOut, trials } from './trials.mjs'

// (contender, metric, key) → a number of one trial's runs.
function lookup({ runs }, trial) {
  return (contender, metric, key = 'median') =>
    runs.find((run) => run.trial === trial && run.contender === contender)?.metrics?.[metric]?.[key]
}

function judged(results) {
  return targets.map((target) => {
    const look = lookup(results, target.trial)
    const value = target.value(look)
    return {
      ...target,
      value,
      bound: target.bound?.(look),
      verdict: value === undefined ? 'not measured' : target.met(value) ? 'met' : 'NOT MET',
    }
  })
}

/** One line for each target that this run can judge. */
export function verdicts(results) {
  return judged(results)
    .filter(({ value }) => value !== undefined)
    .map(({ trial, text, value, unit, verdict }) => `${verdict}: ${trial}, ${text}: ${figure(value, unit)}`)
}

function verdictTable(results) {
  const all = judged(results)
  const rows = all.map(({ trial, text, value, unit, verdict, bound }, i) => {
    const title = trial === all[i - 1]?.trial ? '' : trials[trial].title
    const measured = value === undefined ? '–' : figure(value, unit)
    const possible = bound === undefined ? '' : figure(bound, unit)
    return `| ${title} | ${text} | ${measured} | ${possible} | ${verdict === 'NOT MET' ? '**not met**' : verdict} |`
  })
  const met = all.filter(({ verdict }) => verdict === 'met').length
  return [
    `${met} of ${all.length} met. “Bound”: the figure of a bridge that costs nothing, from the floors of the same run.`,
    '',
    '| trial | target | measured | bound | |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

// How many times SnakeBridge's figure this one is; nothing beside its own, or where there is none.
function ratio(metric, own) {
  if (!own || own === metric || !(own.median > 0) || metric.unit === '×') return ''
  return ` · ${figure(metric.median / own.median, '×')}`
}

function errorOf(output = '') {
  const line = output.split('\n').find((text) => /(error|exception)\b.*:/i.test(text))
  return line === undefined ? '' : `: \`${line.trim().replaceAll('`', "'")}\``
}

// Contenders that are not there, each with its reason, and what has no trial.
function missing({ runs }) {
  const reasons = new Map(runs.filter(({ skipped }) => skipped).map((run) => [run.contender, run.skipped]))
  return [
    ...[...reasons].map(([contender, reason]) => `- ${contenders[contender]}: ${reason}.`),
    ...Object.entries(leftOut).map(([what, reason]) => `- ${what}: no trial, ${reason}.`),
  ]
}

const picture = ({ name, title }) =>
  [
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="plots/${name}-dark.svg">`,
    `  <img alt="${title.replaceAll('`', '')}" src="plots/${name}-light.svg">`,
    '</picture>',
    '',
  ].join('\n')

function trialTable(results, trialName) {
  const runs = results.runs.filter(({ trial }) => trial === trialName)
  const measured = runs.filter(({ metrics }) => metrics)
  const own = measured.find(({ contender }) => contender === 'snakebridge')?.metrics ?? {}
  const rows = Object.entries(trials[trialName].metrics)
    .filter(([name]) => measured.some(({ metrics }) => name in metrics))
    .map(([name, title]) => {
      const cells = measured.map(({ metrics }) =>
        metrics[name] ? cell(metrics[name]) + ratio(metrics[name], own[name]) : '–',
      )
      return `| ${[title, ...cells].join(' | ')} |`
    })
  const head = ['', ...measured.map(({ contender }) => contenders[contender])]
  const notes = runs
    .filter(({ failed }) => failed)
    .map(({ contender, failed, output }) => `${contenders[contender]}: ${failed}${errorOf(output)}.`)
  return [
    `### ${trials[trialName].title} (\`${trialName}\`)`,
    '',
    ...(rows.length ? [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows, ''] : []),
    ...notes.flatMap((note) => [note, '']),
  ].join('\n')
}

/** The page of one run; `plots`: a name and a title each. */
export function document(results, plots) {
  const { machine, versions } = results
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    '# Benchmarks',
    '',
    '<!-- Written by bench/report.mjs from a file in bench/results/; do not edit. -->',
    '',
    `${results.quick ? '**A quick run: few samples, read nothing into it.** ' : ''}Commit ${results.commit}` +
      `${results.modified ? ' (modified)' : ''}, ${results.date.slice(0, 10)}; ${machine.processor}, ${machine.cores} cores, ` +
      `${machine.memory}, ${machine.system}; ${names.join(', ')}. One process a trial; how to run it: bench/README.md.`,
    '',
    '## Targets',
    '',
    verdictTable(results),
    '',
    '## Plots',
    '',
    'Medians; times on logarithmic axes. Light bars and broken lines are no bridges: what N-API, call by call and value by value, or Python alone takes.',
    '',
    ...plots.map(picture),
    '## Not measured',
    '',
    ...missing(results),
    '',
    '## Trials',
    '',
    'Median (p10–p90); after the dot, how many times the figure of SnakeBridge in the same run.',
    '',
    ...Object.keys(trials)
      .filter((name) => results.runs.some(({ trial }) => trial === name))
      .map((name) => trialTable(results, name)),
  ].join('\n')
}

/** Writes docs/benchmarks.md and docs/plots/. */
export async function writeDocument(results) {
  // Loaded here, because the set-up of a run installs what it needs.
  const { writePlots } = await import('./plots.mjs')
  const plots = await writePlots(results)
  writeFileSync(join(root, 'docs', 'benchmarks.md'), document(results, plots))
}

/** The file of the newest run of everything. */
export function newestWholeRun() {
  const folder = join(bench, 'results')
  const files = readdirSync(folder).filter((name) => name.endsWith('.json') && !name.startsWith('quick-'))
  if (files.length === 0) throw new Error(`no whole run in ${folder}: run \`npm run bench\` first, or name a file`)
  return join(folder, files.sort().at(-1))
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeDocument(JSON.parse(readFileSync(process.argv[2] ?? newestWholeRun(), 'utf8')))
}
