// Vitest's JSON report of a run, as a record for docs/compatibility/.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { stripVTControlCharacters } from 'node:util'

const skippedBecause = /\(skipped: (.*?)\)/

/**
 * Counts, and by name what did not simply pass. Skipped tests are grouped by the reason in their titles.
 * `died`: what a run that ended badly printed.
 */
export function readReport(root, file, died) {
  if (!existsSync(file))
    return { ...empty(), failed: 1, failures: [{ test: 'the run itself', message: lastLines(died) }] }
  const record = empty()
  const diffs = readDiffs(`${file}.diffs`)
  for (const { name, status, message, assertionResults } of JSON.parse(readFileSync(file, 'utf8')).testResults) {
    const place = path.relative(root, name)
    // The file itself, or a hook that made its tests skipped: vitest's message is empty then.
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed'))
      fail(record, place, message || 'a hook failed, and its tests were not run')
    for (const test of assertionResults) {
      const title = `${place}: ${test.fullName}`
      if (test.status === 'passed') record.passed++
      else if (test.status === 'failed')
        fail(record, title, diffs.get(comparable(test.fullName)) ?? test.failureMessages.join('\n'))
      else skip(record, title)
    }
  }
  if (died && record.failed === 0) fail(record, 'the run itself', lastLines(died))
  const flaky = `${file}.flaky`
  if (existsSync(flaky)) record.secondTry = readFileSync(flaky, 'utf8').trim().replaceAll(`${root}/`, '').split('\n')
  return record
}

const empty = () => ({ passed: 0, failed: 0, skipped: 0, failures: [], skips: {}, secondTry: [] })

const lastLines = (text) => (text ?? '').trim().split('\n').slice(-15).join('\n')

function fail(record, test, message) {
  record.failed++
  const lines = message.split('\n').filter((line) => !/^\s+at /.test(line))
  record.failures.push({ test, message: lines.slice(0, 20).join('\n').replaceAll(`${process.cwd()}/`, '') })
}

/** The last difference of each test, by its name without separators. */
function readDiffs(file) {
  if (!existsSync(file)) return new Map()
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  const parsed = lines.map((line) => JSON.parse(line))
  return new Map(parsed.map(({ test, diff }) => [comparable(test), stripVTControlCharacters(diff).trim()]))
}

/** Vitest joins the titles with ' > ' in one place, and with ' ' in the other. */
const comparable = (name) => name.replaceAll(/[ >]+/g, ' ')

function skip(record, test) {
  const reason = skippedBecause.exec(test)?.[1] ?? 'no reason is stated'
  record.skipped++
  record.skips[reason] = [...(record.skips[reason] ?? []), test.replace(skippedBecause, '').trim()]
}
