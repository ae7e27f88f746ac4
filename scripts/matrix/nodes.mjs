// The Nodes of the matrix: those of this machine (the one that runs this, on the PATH, of nvm, named by
// SNAKEBRIDGE_MATRIX_NODES), and for each other line of long-term support the npm package `node`, installed once.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { runStep } from '../progress.mjs'
import { Unavailable } from './unavailable.mjs'

const oldest = 20
const executableOf = (folder) => path.join(folder, 'node_modules', 'node', 'bin', 'node')

function versionOf(executable) {
  const asked = spawnSync(executable, ['-p', 'process.versions.node'], { encoding: 'utf8' })
  return asked.status === 0 ? asked.stdout.trim() : undefined
}

function candidates(cache) {
  const named = (process.env.SNAKEBRIDGE_MATRIX_NODES ?? '').split(path.delimiter).filter(Boolean)
  const onPath = (process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'node'))
  const under = (folder, ...rest) =>
    existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name, ...rest)) : []
  const ofNvm = process.env.NVM_DIR ? under(path.join(process.env.NVM_DIR, 'versions/node'), 'bin', 'node') : []
  const installed = under(cache).map(executableOf)
  return [...named, process.execPath, ...onPath, ...ofNvm, ...installed].filter((file) => existsSync(file))
}

/** By major version, the first of each that was found. */
export function findNodes(cache) {
  const found = new Map()
  for (const executable of new Set(candidates(cache))) {
    const version = versionOf(executable)
    const major = Number.parseInt(version, 10)
    if (version && major >= oldest && !found.has(major)) found.set(major, { version, executable })
  }
  return found
}

/** The even major versions from 20 on that npm has; undefined where it cannot be asked. */
export function publishedLines() {
  const asked = spawnSync('npm', ['view', 'node', 'versions', '--json'], { encoding: 'utf8' })
  if (asked.status !== 0) return undefined
  const majors = JSON.parse(asked.stdout)
    .filter((version) => !version.includes('-'))
    .map((version) => Number.parseInt(version, 10))
  return [...new Set(majors)].filter((major) => major >= oldest && major % 2 === 0).sort((a, b) => a - b)
}

/** The Node of a major version, installed into the cache if it is not there. */
export async function obtainNode(major, cache) {
  const found = findNodes(cache).get(major)
  if (found) return found
  const folder = path.join(cache, `node-${major}`)
  mkdirSync(folder, { recursive: true })
  try {
    await runStep(`Node ${major}`, [['npm', 'install', '--prefix', folder, '--ignore-scripts=false', `node@${major}`]])
  } catch (error) {
    throw new Unavailable(`npm could not install node@${major}: ${error.message.trim().split('\n').at(-2)}`)
  }
  const version = versionOf(executableOf(folder))
  if (!version) throw new Unavailable(`the npm package node@${major} has no Node that starts here`)
  return { version, executable: executableOf(folder) }
}
