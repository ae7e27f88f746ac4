// `tsx test/fuzz/write-seeds.mts <folder>`: the seeds of the C++ fuzz target, a folder for each of its modes.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { seeds } from './messages.js'

const folder = process.argv[2]
if (folder === undefined) throw new Error('expected a folder for the seeds')
for (const [mode, messages] of Object.entries(seeds())) {
  mkdirSync(path.join(folder, mode), { recursive: true })
  for (const [name, bytes] of Object.entries(messages)) writeFileSync(path.join(folder, mode, name), bytes)
}
