// The README's conversion table from Python to JavaScript, held against the data.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { python } from '../../src/index.js'
import { containers } from './rows/containers.js'
import { numbers } from './rows/numbers.js'
import { numpy } from './rows/numpy.js'
import { references } from './rows/references.js'
import { bytes, text } from './rows/text.js'
import { values } from './rows/values.js'

const readme = readFileSync(path.join(__dirname, '../../README.md'), 'utf8')
const section = readme.slice(readme.indexOf('## Conversion table'), readme.indexOf('## Limitations'))
const quoted = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] as string)

/** What the table has another word for than Python: the name of a class, of the fixture where it is somebody's own. */
const classes: Record<string, string> = {
  None: 'NoneType',
  'array.array': 'array',
  'numpy.ndarray': 'ndarray',
  dataclass: 'Point',
  namedtuple: 'Pair',
  exception: 'ValueError',
  'NumPy scalars': 'generic',
}
const classesOf = (cell: string) => {
  const words = cell.replace(/with `str` keys only|\(not [^)]*\)/g, '')
  const others = Object.keys(classes).filter((word) => words.includes(word) && !quoted(words).includes(word))
  return [...quoted(words), ...others].map((word) => classes[word] ?? word)
}

/** The left half, in the table's words. */
const table = section
  .split('\n')
  .filter((line) => /^\| (?!Python →)[^| ]/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, from, to]) => ({ from: from as string, to: to as string }))

const rows = [...numbers, ...text, ...bytes, ...containers, ...values, ...numpy, ...references]
const types: string[][] = python.sync
  .import('../python/round_trip.py')
  .value.$keep('lambda values: [[base.__name__ for base in type(value).__mro__] for value in values]')(
  rows.map((row) => python.sync.import('../python/round_trip.py').value.$keep(row.python)),
)

/** The word of the table for a value in JavaScript. */
function kindOf(js: unknown): string {
  if (js === null) return 'null'
  if (typeof js !== 'object') return typeof js
  const name = js.constructor.name
  if (name === 'Object') return 'plain object'
  return name === 'AnyReference' ? 'reference' : name
}

const kindsOf = (type: string) => new Set(rows.filter((_, i) => types[i]?.includes(type)).map((row) => kindOf(row.js)))

describe('the conversion table of the README', () => {
  it('is found', () => {
    expect(table.length).toBeGreaterThan(15)
    expect(types.length).toBe(rows.length)
  })

  it.each(table.filter(({ from }) => !/JavaScriptError/.test(from)))('has data for $from', ({ from, to }) => {
    const others = ['reference', 'plain object'].filter((word) => to.includes(word))
    const scalars = to.includes('as the Python type') ? ['number', 'boolean', 'bigint', 'string'] : []
    const words = [...quoted(to), ...others, ...scalars]
    for (const type of classesOf(from)) {
      expect(
        [...kindsOf(type)].some((kind) => words.includes(kind)),
        `${type} → ${to}: ${[...kindsOf(type)]}`,
      ).toBe(true)
    }
  })
})
