// The section about Pythons, Nodes and settings: docs/compatibility/environments.json, as scripts/matrix.mjs writes it.
import { count, day, groupBy, paragraphs, plural, table } from './markdown.mjs'

const cellOf = (name) => /^python (\S+), node (\d+)$/.exec(name)

/** `explanations`: of failures that are known: { row, test, why }; `row` and `test` are parts of the names. */
export function environmentsSection(records, explanations) {
  const ran = records.filter(({ unavailable }) => !unavailable)
  return paragraphs(
    '## Environments',
    `${introduction(ran)}`,
    '### Python × Node',
    grid(records),
    '### One deviation at a time',
    singles(records),
    '### The runs',
    runs(ran),
    ...failures(ran, explanations),
    ...notRun(records),
    ...skipped(ran),
    ...secondTry(ran),
  )
}

function introduction(ran) {
  const binaries = groupBy(ran, ({ binary }) => binary)
  const same = 'one binary, compiled once, and the TypeScript of one build'
  const which = binaries.length === 1 ? same : `${binaries.length} builds of the binary (see the runs)`
  return (
    `The whole test suite, run by \`npm run test:matrix\` with ${which}. ` +
    'Each CPython has a fresh environment with the packages of requirements.txt; that Node runs the tests, and the programs that they start. ' +
    `On ${groupBy(ran, ({ platform }) => platform)
      .map(([platform]) => platform)
      .join(', ')}; no other platform is in this table.`
  )
}

function grid(records) {
  const cells = records.map((record) => ({ record, cell: cellOf(record.name) })).filter(({ cell }) => cell)
  const nodes = groupBy(cells, ({ cell }) => cell[2])
    .map(([node]) => node)
    .sort((a, b) => a - b)
  const pythons = groupBy(cells, ({ cell }) => cell[1])
  const at = (row, node) => row.find(({ cell }) => cell[2] === node)?.record
  return table(
    ['', ...nodes.map((node) => `Node ${node}`)],
    pythons.map(([python, row]) => [`CPython ${python}`, ...nodes.map((node) => verdict(at(row, node)))]),
  )
}

function verdict(record) {
  if (!record) return 'has not run'
  if (record.unavailable) return 'cannot be had, see below'
  const failed = record.failed > 0 ? `, **${count(record.failed)} failed**` : ''
  return `${count(record.passed)} passed${failed}`
}

function singles(records) {
  const rows = records.filter(({ name }) => !cellOf(name))
  const setting = (env) => Object.entries(env).map(([name, value]) => `\`${name}=${value}\``)
  return table(
    ['', 'set', 'CPython', 'Node', ''],
    rows.map((record) => [record.name, setting(record.env).join(' '), record.python, record.node, verdict(record)]),
  )
}

function runs(ran) {
  return table(
    ['run', 'CPython', 'Node', 'passed', 'failed', 'skipped', 'seconds', 'commit', 'binary', 'date'],
    ran.map((record) => [
      record.name,
      record.python,
      record.node,
      ...[record.passed, record.failed, record.skipped, record.seconds].map(count),
      record.commit + (record.modified ? ' and changes' : ''),
      record.binary.slice(0, 8),
      day(record.date),
    ]),
  )
}

function failures(ran, explanations) {
  const all = ran.flatMap(({ name, failures }) => failures.map((failure) => ({ row: name, ...failure })))
  if (all.length === 0) return []
  const why = ({ row, test }) => explanations.find((known) => row.includes(known.row) && test.includes(known.test))?.why
  return [
    '### What failed',
    table(
      ['run', 'test', 'why'],
      all.map((failure) => [
        failure.row,
        failure.test,
        why(failure) ?? `not explained yet: ${failure.message.split('\n')[0]}`,
      ]),
    ),
  ]
}

function notRun(records) {
  const missing = records.filter(({ unavailable }) => unavailable)
  if (missing.length === 0) return []
  return [
    '### What could not run',
    table(
      ['run', 'reason'],
      missing.map(({ name, unavailable }) => [name, unavailable]),
    ),
  ]
}

function skipped(ran) {
  const all = ran.flatMap(({ name, skips }) =>
    Object.entries(skips).map(([reason, tests]) => ({ name, reason, tests })),
  )
  if (all.length === 0) return []
  return [
    '### What was skipped',
    table(
      ['reason', 'tests', 'in'],
      groupBy(all, ({ reason }) => reason).map(([reason, runs]) => [
        reason,
        groupBy(
          runs.flatMap(({ tests }) => tests),
          (test) => test,
        )
          .map(([test]) => test)
          .join('; '),
        runs.length === ran.length ? 'every run' : runs.map(({ name }) => name).join('; '),
      ]),
    ),
  ]
}

function secondTry(ran) {
  const all = ran.flatMap(({ name, secondTry }) => secondTry.map((test) => ({ name, test })))
  if (all.length === 0) return []
  return [
    '### What passed at its second try',
    `${plural(all.length, 'time')}, on a machine that did other work beside:`,
    table(
      ['test', 'in'],
      groupBy(all, ({ test }) => test).map(([test, runs]) => [test, runs.map(({ name }) => name).join('; ')]),
    ),
  ]
}
