// The section about libraries: docs/compatibility/guests.json, an array of runs of other people's test suites
// { library, version, suite, where: 'plain' | 'pool' | 'lane', passed, failed, skipped, differences, date, commit, versions }.
import { count, day, groupBy, paragraphs, table } from './markdown.mjs'

const places = ['plain', 'pool', 'lane']

export function guestsSection(runs) {
  const suites = groupBy(runs, ({ library, suite }) => `${library} ${suite}`).map(([, group]) => group)
  return paragraphs(
    '## Libraries',
    'Test suites of other projects, run by `npm run test:guests`: under plain Python, and inside Node through the bridge, on a thread of the pool and on a dedicated one.',
    table(['library', 'suite', 'plain Python', 'pool', 'dedicated lane', 'commit', 'date'], suites.map(row)),
    ...differences(runs),
  )
}

function row(group) {
  const [{ library, version, suite, commit, date }] = group
  const at = (place) => result(group.find(({ where }) => where === place))
  return [`${library} ${version}`, suite, ...places.map(at), commit, day(date)]
}

function result(run) {
  if (!run) return ''
  return `${count(run.passed)} passed, ${count(run.failed)} failed, ${count(run.skipped)} skipped`
}

function differences(runs) {
  const rows = runs.flatMap(({ library, suite, where, differences = [] }) =>
    differences.map((difference) => [`${library} ${suite}`, where, words(difference)]),
  )
  if (rows.length === 0) return ['No run inside Node differs from the one under plain Python.']
  return ['### What differs from plain Python', table(['suite', 'where', 'what, and why'], rows)]
}

/** A difference is a sentence, or { test, why }. */
const words = (difference) => (typeof difference === 'string' ? difference : `${difference.test}: ${difference.why}`)
