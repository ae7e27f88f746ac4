// docs/compatibility/environments.json: what each row of the matrix gave, last time it ran.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const recordsFile = (root) => path.join(root, 'docs', 'compatibility', 'environments.json')
const binaryFile = (root) => path.join(root, 'build', 'Release', 'snakebridge.node')
const tested = ['src', 'python', 'test', 'requirements.txt', 'package-lock.json']

export function readRecords(root) {
  const file = recordsFile(root)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
}

/** Puts the record in the place of the row's last one; `order`: the names of all rows. */
export function writeRecord(root, record, order) {
  const others = readRecords(root).filter(({ name }) => name !== record.name)
  const place = ({ name }) => (order.includes(name) ? order.indexOf(name) : order.length)
  const records = [...others, record].sort((a, b) => place(a) - place(b))
  const file = recordsFile(root)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, `${JSON.stringify(records, null, 1)}\n`)
  renameSync(`${file}.new`, file)
}

const git = (root, ...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex')

/** What the run is of: the commit (`modified`: with changes), the binary, and a hash of all that decides the result. */
export function stamp(root) {
  const binary = readFileSync(binaryFile(root))
  const files = tested.flatMap((entry) => filesUnder(path.join(root, entry)))
  return {
    date: new Date().toISOString(),
    platform: `${process.platform}-${process.arch}`,
    commit: git(root, 'rev-parse', '--short', 'HEAD'),
    modified: git(root, 'status', '--porcelain', '--', ...tested, 'native') !== '',
    binary: sha256(binary),
    inputs: sha256(binary, ...files.flatMap((file) => [file, readFileSync(file)])),
  }
}

function filesUnder(entry) {
  const found = readdirSync(path.dirname(entry), { withFileTypes: true }).find(
    ({ name }) => name === path.basename(entry),
  )
  if (!found || found.name === '__pycache__' || found.name.startsWith('.')) return [] // the guests' environment
  if (!found.isDirectory()) return [entry]
  return readdirSync(entry)
    .sort()
    .flatMap((name) => filesUnder(path.join(entry, name)))
}
