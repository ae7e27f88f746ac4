// What scripts/matrix/report.mjs makes of vitest's report.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readReport } from '../../scripts/matrix/report.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'snakebridge-report-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function recordOf(testResults: object[]) {
  const file = path.join(folder, 'report.json')
  writeFileSync(file, JSON.stringify({ testResults }))
  return readReport('/root', file, undefined)
}

const result = (status: string, fullName: string) => ({ status, fullName, failureMessages: ['it broke'] })

it('counts a file whose hook failed as a failure, although its tests were skipped', () => {
  const assertionResults = [result('passed', 'one'), result('skipped', 'two')]
  const record = recordOf([{ name: '/root/a.test.ts', status: 'failed', message: '', assertionResults }])
  expect(record).toMatchObject({ passed: 1, failed: 1, skipped: 1 })
  expect(record.failures).toEqual([{ test: 'a.test.ts', message: 'a hook failed, and its tests were not run' }])
})

it('counts a test that failed once', () => {
  const assertionResults = [result('failed', 'one'), result('passed', 'two')]
  const record = recordOf([{ name: '/root/a.test.ts', status: 'failed', message: '', assertionResults }])
  expect(record).toMatchObject({ passed: 1, failed: 1, skipped: 0 })
  expect(record.failures).toEqual([{ test: 'a.test.ts: one', message: 'it broke' }])
})
