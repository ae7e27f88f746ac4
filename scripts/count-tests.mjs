// Prints "<passed> <failed>" of a vitest JSON report, for .ci/run: `node scripts/count-tests.mjs <report> <exit code>`.
import { existsSync, readFileSync } from 'node:fs'

const [report, exitCode] = process.argv.slice(2)
if (!existsSync(report)) {
  console.log('0 1')
} else {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length
  const failures = numFailedTests + unloaded
  // A run can fail without a failed test: an unhandled rejection, a worker process that died, the deadline.
  console.log(numPassedTests, failures > 0 || exitCode === '0' ? failures : 1)
}
