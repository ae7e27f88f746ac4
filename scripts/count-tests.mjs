// Prints "<passed> <failed>" of a vitest JSON report, for .ci/run, and on stderr what failed and what passed at its
// second try: `node scripts/count-tests.mjs <report> <exit code>`.
import { existsSync, readFileSync } from 'node:fs'

const [report, exitCode] = process.argv.slice(2)
if (!existsSync(report)) {
  console.log('0 1')
  console.error('no report was written')
} else {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  const failures = numFailedTests + unloaded.length
  // A run can fail without a failed test: an unhandled rejection, a worker process that died, the deadline.
  console.log(numPassedTests, failures > 0 || exitCode === '0' ? failures : 1)
  for (const { name, assertionResults } of testResults) {
    for (const test of assertionResults) {
      if (test.status !== 'failed') continue
      const messages = test.failureMessages.map((text) => text.replace('STACK_TRACE_ERROR', 'timed out')) // vitest's, for that
      console.error(`${test.fullName} (${name})\n${messages.join('\n')}`)
    }
  }
  for (const { name, message } of unloaded) console.error(`${name}: ${message}`)
  if (failures === 0 && exitCode !== '0') console.error(`vitest ended with ${exitCode}, and no test failed`)
  const flaky = `${report}.flaky`
  if (existsSync(flaky)) console.error(`passed at the second try:\n${readFileSync(flaky, 'utf8')}`)
}
