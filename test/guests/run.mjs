// `npm run test:guests`: other people's test suites, in plain Python and inside Node. README.md says more.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { count, differences, explainByList, explainByRepetition, explainByThread, group, home } from './compare.mjs'
import { fetchSource, makeEnvironment } from './environment.mjs'
import { runSuite } from './guest-process.mjs'
import { knownDifferences } from './known-differences.mjs'
import { root } from './paths.mjs'
import { putRun, putSkipped } from './results-file.mjs'
import { services } from './services.mjs'
import { choose } from './suites.mjs'

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    where: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
    list: { type: 'boolean', default: false },
    python: { type: 'string' },
  },
})
const every = Number.parseInt(options.every, 10)
const words = (list) => list.flatMap((text) => text.split(',')).filter(Boolean)

function git(...args) {
  return spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout?.trim() ?? ''
}

const { version: snakebridge } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const stamp = (run = {}) => ({
  date: new Date().toISOString(),
  commit: git('rev-parse', '--short', 'HEAD'),
  versions: { node: process.versions.node, snakebridge, python: run.python },
})

async function runEverywhere(suite, python, places) {
  const service = suite.service ? await services[suite.service]() : {}
  if (service.missing) return skip(suite, service.missing)
  try {
    const folder = suite.source ? await fetchSource(suite.library, suite.source) : undefined
    const args = suite.unittest ?? (typeof suite.pytest === 'function' ? suite.pytest(folder) : suite.pytest)
    const base = { python, args, env: service.env, every, folder }
    const run = (where, more) => runSuite(suite, where, { ...base, ...more })
    const plain = await run('plain')
    if (plain.missing) return skip(suite, plain.missing)
    record(suite, 'plain', plain, [])
    let unexplained = 0
    const thread = once(async () => {
      const found = await run('plain thread')
      const why = 'runs in a thread that is not the main thread'
      const differing = differences(plain.results, found.results).map((difference) => ({ ...difference, why }))
      record(suite, 'plain thread', found, differing)
      return found.results
    })
    for (const where of places) unexplained += await compareWith(suite, where, plain, run, thread)
    return unexplained
  } finally {
    service.stop?.()
  }
}

async function compareWith(suite, where, plain, run, thread) {
  const inside = await run(where)
  const found = differences(plain.results, inside.results)
  const open = () => found.filter(({ why }) => why === undefined)
  if (open().length > 0) explainByThread(found, await thread())
  explainByList(found, knownDifferences, suite.name, where)
  if (open().length > 0) {
    const only = neighbours(open(), [...plain.results.keys(), ...inside.results.keys()])
    const failedIn = (side) => open().some((difference) => difference[side] !== 'passed')
    const inPlain = failedIn('plain') ? (await run('plain', { only })).results : undefined
    const inBridge = failedIn('bridge') ? (await run(where, { only })).results : undefined
    explainByRepetition(found, inPlain, inBridge)
  }
  record(suite, where, inside, found)
  for (const { test, plain: outside, bridge, detail } of open())
    console.log(`  UNEXPLAINED ${test}: ${outside} in plain Python, ${bridge} here\n    ${lastLine(detail)}`)
  return open().length
}

/** The tests in the files, or classes, of those that differ: they may depend on one another. */
function neighbours(found, tests) {
  const homes = new Set(found.map(({ test }) => home(test)))
  return tests.filter((test) => homes.has(home(test)))
}

function record(suite, where, run, found) {
  const counts = count(run.results)
  const title = every > 1 ? `${suite.name} (one test in ${every})` : suite.name
  const unexplained = found.filter(({ why }) => why === undefined).length
  const version = run.version ?? 'unknown'
  putRun({
    ...{ library: suite.library, version, suite: title, where, ...counts, seconds: run.seconds },
    ...stamp(run),
    differences: group(found),
  })
  console.log(
    `${title} ${version}, ${where}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped, ` +
      `${run.seconds} s` +
      (found.length > 0 ? `; ${found.length} differ from plain Python, ${unexplained} without a reason` : ''),
  )
}

function skip(suite, reason) {
  putSkipped({ library: suite.library, suite: suite.name, where: 'none', note: reason, ...stamp(), differences: [] })
  console.log(`${suite.name}: not run: ${reason}`)
  return 0
}

const lastLine = (text = '') => text.trim().split('\n').at(-1)

function once(make) {
  let made
  return () => (made ??= make())
}

const suites = choose(words(options.only), options.quick)
if (options.list) {
  for (const { name, quick } of suites) console.log(quick ? `${name} (quick)` : name)
} else {
  const places = words(options.where).length > 0 ? words(options.where) : ['pool', 'lane']
  const ofCPython = ({ library }) => library === 'CPython'
  const guests = options.python && suites.every(ofCPython) ? undefined : await makeEnvironment()
  let unexplained = 0
  for (const suite of suites)
    unexplained += await runEverywhere(suite, (ofCPython(suite) && options.python) || guests, places)
  console.log(unexplained === 0 ? 'Every difference has its reason.' : `${unexplained} differences without a reason.`)
  process.exitCode = unexplained === 0 ? 0 : 1
}
