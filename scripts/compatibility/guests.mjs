// The section about libraries: docs/compatibility/guests.json, an array of runs of other people's test suites
// { library, version, suite, where, passed, failed, skipped, differences: [{ test, plain, bridge, why }], date, commit, versions }.
import { count, day, groupBy, paragraphs, table } from './markdown.mjs'

/** Where a suite runs; in plain Python also on a thread that is not its main one, as all are inside Node. */
const places = {
  plain: 'plain Python',
  'plain thread': 'plain Python, a thread',
  pool: 'in Node, pool',
  lane: 'in Node, dedicated lane',
}

export function guestsSection(runs) {
  const suites = groupBy(runs, ({ library, version, suite }) => `${library} ${version} ${suite}`)
  return paragraphs(
    '## Libraries',
    'Test suites of other projects, run by `npm run test:guests`: under plain Python, and inside Node through the bridge.',
    table(
      ['library', 'suite', ...Object.values(places), 'commit', 'date'],
      suites.map(([, group]) => row(group)),
    ),
    ...differences(runs.filter(({ where }) => !where.startsWith('plain'))),
  )
}

function row(group) {
  const { library, version, suite, commit, date } = group.at(-1)
  const at = (place) => result(group.find(({ where }) => where === place))
  return [`${library} ${version}`, suite, ...Object.keys(places).map(at), commit, day(date)]
}

function result(run) {
  if (!run) return ''
  return `${count(run.passed)} passed, ${run.failed > 0 ? `**${count(run.failed)} failed**, ` : ''}${count(run.skipped)} skipped`
}

function differences(runs) {
  const all = runs.flatMap(({ suite, where, differences = [] }) =>
    differences.map(({ test, plain, bridge, why }) => ({ suite, where, test, result: `${plain}, ${bridge}`, why })),
  )
  if (all.length === 0) return ['No run inside Node differs from the one under plain Python.']
  const same = groupBy(all, ({ suite, test, result, why }) => [suite, test, result, why].join('\n'))
  return [
    '### What differs from plain Python',
    table(
      ['suite', 'test', 'in plain Python, in Node', 'where', 'why'],
      same.map(([, [first, ...rest]]) => [
        first.suite,
        first.test,
        first.result,
        [first, ...rest].map(({ where }) => where).join(', '),
        first.why ?? '**not explained yet**',
      ]),
    ),
  ]
}
