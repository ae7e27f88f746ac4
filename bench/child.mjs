// One trial of one contender, in a process of its own: `node child.mjs <contender> <trial> <settings as JSON>`.
// Answers over IPC with { metrics } or { skipped }.
import { readFileSync } from 'node:fs'
import { checks } from './checks.mjs'
import { notInstalled } from './environment.mjs'
import { input } from './inputs.mjs'
import { pinTo } from './pin.mjs'
import { trials } from './trials.mjs'

const [contenderName, trialName, settingsText] = process.argv.slice(2)
const trial = trials[trialName]
const settings = { ...JSON.parse(settingsText), ...trial.settings, input }

const notFound = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])

async function run() {
  if (trial.cores) pinTo(trial.cores)
  const contender = await import(`./contenders/${contenderName}.mjs`)
  const measured = contender.measured?.[trialName]
  const offered = contender.trials[trialName]
  if (!measured && !offered) return { skipped: 'not offered' }
  let opened
  try {
    opened = await contender.open(settings)
  } catch (error) {
    // An optional dependency that could not be installed; anything else is a failure.
    const reason = JSON.parse(readFileSync(notInstalled, 'utf8'))[contenderName]
    if (!reason && !notFound.has(error.code)) throw error
    return { skipped: `not installed: ${reason ?? error.message.split('\n')[0]}` }
  }
  try {
    if (measured) return { metrics: await measured(opened, settings) }
    const operations = await offered(opened, settings)
    if (contenderName !== 'floor') await checks[trialName]?.(operations, input)
    return { metrics: await trial.measure(operations, settings) }
  } finally {
    await contender.close(opened)
  }
}

const answer = await run()
process.send(answer, () => process.exit(0))
