// The test suite with one binary in many environments: each CPython with each Node, and single deviations (scripts/matrix/
// rows.mjs). What a row gave is written to docs/compatibility/environments.json when it ends, and a row that has run with
// the same binary, sources and tests is not run again: an interrupted matrix goes on where it was.
//
//   npm run test:matrix                            all rows
//   npm run test:matrix -- --list                  what there is, and what has run
//   npm run test:matrix -- --only 'node 24'        rows whose names contain it (may be given several times)
//   npm run test:matrix -- --files test/start      only these test files; nothing is recorded
//   npm run test:matrix -- --again                 rows that have run too
//   npm run test:matrix -- --corner                a small part, for CI; nothing is recorded
//
// SNAKEBRIDGE_MATRIX_PYTHONS and SNAKEBRIDGE_MATRIX_NODES name more interpreters than are found (separated as in PATH).
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { corner, cornerRequirements } from './matrix/corner.mjs'
import { findNodes, obtainNode, publishedLines } from './matrix/nodes.mjs'
import { findPythons } from './matrix/pythons.mjs'
import { readRecords, stamp, writeRecord } from './matrix/records.mjs'
import { allRows } from './matrix/rows.mjs'
import { runRow } from './matrix/run-row.mjs'
import { Unavailable } from './matrix/unavailable.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
process.chdir(root)
const cache = path.join(root, '.matrix')
const nodes = path.join(cache, 'nodes')

const { values: asked } = parseArgs({
  options: {
    list: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    corner: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    files: { type: 'string', multiple: true, default: [] },
  },
})

function rowsOfThisMachine() {
  const pythons = findPythons()
  const here = [...findNodes(nodes).keys()].filter((major) => major % 2 === 0)
  const published = publishedLines()
  if (!published)
    console.log('npm cannot be asked which releases of Node there are: only those of this machine are used')
  const lines = [...new Set([...here, ...(published ?? [])])].sort((a, b) => a - b)
  const all = readFileSync('requirements.txt', 'utf8')
  const requirements = asked.corner ? cornerRequirements(all) : all
  const environments = path.join(cache, asked.corner ? 'corner' : 'environments')
  const baseNode = Number.parseInt(process.versions.node, 10)
  const rows = allRows({ pythons, lines, baseNode, requirements, environments, cache })
  return asked.corner ? corner(rows, lines) : rows
}

const chosen = (row) => asked.only.length === 0 || asked.only.some((part) => row.name.includes(part))
const recorded = asked.files.length === 0 && !asked.corner
/** Who counts the tests of the corner gets its report (.ci/run). */
const report = asked.corner ? process.env.SNAKEBRIDGE_TEST_REPORT : undefined

/** Where and with what a row runs, or why it cannot. */
async function prepare(row) {
  try {
    const node = await obtainNode(row.node, nodes)
    return { node, ...(await row.prepare()) }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    return { unavailable: error.message }
  }
}

async function run(row) {
  const about = { name: row.name, python: row.python, node: String(row.node), env: row.env, ...stamp(root) }
  const { unavailable, node, python, folder } = await prepare(row)
  if (unavailable) return { ...about, unavailable }
  const started = Date.now()
  const versions = { python: python.version.join('.'), node: node.version }
  const title = `${row.name} (CPython ${versions.python}, Node ${versions.node})`
  const files = asked.files.length > 0 ? asked.files : (row.files ?? [])
  const result = await runRow(root, title, { node, folder, env: row.env, files, report })
  return { ...about, ...versions, seconds: Math.round((Date.now() - started) / 1000), ...result }
}

const summary = (record) =>
  record.unavailable
    ? `skipped: ${record.unavailable}`
    : `${record.passed} passed, ${record.failed} failed, ${record.skipped} skipped`

function hasRun(row, inputs) {
  const last = readRecords(root).find(({ name }) => name === row.name)
  return last && !last.unavailable && last.inputs === inputs ? last : undefined
}

const rows = rowsOfThisMachine()
const { inputs } = stamp(root)
let failed = false
for (const row of rows.filter(chosen)) {
  const last = hasRun(row, inputs)
  if (asked.list || (recorded && last && !asked.again)) {
    console.log(`${row.name}: ${last ? `has run: ${summary(last)}` : 'has not run'}`)
    continue
  }
  const record = await run(row)
  console.log(`${row.name}: ${summary(record)}`)
  for (const { test, message } of record.failures ?? [])
    console.log(`  ${test}\n    ${message.replaceAll('\n', '\n    ')}`)
  failed ||= record.failed > 0
  const order = rows.map(({ name }) => name)
  if (recorded) writeRecord(root, record, order)
  if (record.unavailable && report) writeFileSync(report, '{"numPassedTests":0,"numFailedTests":0,"testResults":[]}')
}
process.exit(failed ? 1 : 0)
