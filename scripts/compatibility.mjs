// Writes docs/compatibility.md from what ran: docs/compatibility/environments.json (`npm run test:matrix`) and
// docs/compatibility/guests.json (`npm run test:guests`). A section whose file is not there is left out.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { environmentsSection } from './compatibility/environments.mjs'
import { guestsSection } from './compatibility/guests.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const read = (name) => {
  const file = path.join(root, 'docs', 'compatibility', `${name}.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}

/** The page; `sections`: pairs of the data and the function that describes it. */
function page(sections) {
  const title =
    '# Compatibility\n\n<!-- Written by scripts/compatibility.mjs from the files in docs/compatibility/; do not edit. -->'
  const written = sections.filter(([data]) => data !== undefined).map(([data, describe]) => describe(data))
  return `${[title, ...written].join('\n\n')}\n`
}

const explanations = read('explanations') ?? []
const text = page([
  [read('environments'), (records) => environmentsSection(records, explanations)],
  [read('guests'), guestsSection],
])
writeFileSync(path.join(root, 'docs', 'compatibility.md'), text)
console.log('docs/compatibility.md')
