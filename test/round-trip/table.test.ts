import { expect, describe as group, it } from 'vitest'
import { isReference, kw, python } from '../../src/index.js'
import { describe } from './describe.js'
import { describedByPython } from './plain-python.js'
import { containers } from './rows/containers.js'
import { javascript } from './rows/javascript.js'
import { numbers } from './rows/numbers.js'
import { numpy } from './rows/numpy.js'
import { references } from './rows/references.js'
import { bytes, text } from './rows/text.js'
import { values } from './rows/values.js'

const fixture = '../python/round_trip.py'
const awaited = python.import(fixture)
const blocking = python.sync.import(fixture)

const tables = { numbers, text, bytes, containers, values, numpy, references }

/** What plain CPython says about every expression of the tables. */
const known = new Map<string, string>()
const expressions = [
  ...Object.values(tables).flatMap((rows) => rows.flatMap((row) => [row.python, row.back ?? row.python])),
  ...javascript.map((row) => row.python),
]
for (const [i, text] of describedByPython(expressions).entries()) known.set(expressions[i] as string, text)

/** The places a value can have within others. */
const places: [python: (text: string) => string, js: (value: unknown) => unknown][] = [
  [(text) => `[${text}]`, (value) => [value]],
  [(text) => `(1, (${text}), 'x')`, (value) => [1, value, 'x']],
  [(text) => `{'k': (${text})}`, (value) => ({ k: value })],
  [
    (text) => `{1: (${text}), 2: None}`,
    (value) =>
      new Map([
        [1, value],
        [2, null],
      ]),
  ],
  [(text) => `Point([{'deep': [${text}]}], 0)`, (value) => ({ x: [{ deep: [value] }], y: 0 })],
]

for (const [name, rows] of Object.entries(tables)) {
  group(`of the ${name}`, () => {
    it.each(rows)('$python arrives as the table says, alone and in containers, awaited and at once', async (row) => {
      const expressions = [row.python, ...places.map(([write]) => write(row.python))]
      const expected = [describe(row.js), ...places.map(([, make]) => describe(make(row.js)))]
      const arrived = await Promise.all(expressions.map((each) => awaited.value(each)))
      expect(arrived.map((each) => describe(each))).toEqual(expected)
      expect(expressions.map((each) => describe(blocking.value(each)))).toEqual(expected)
      expect(describe(await python.eval('value(text)', { value: awaited.value, text: row.python }))).toBe(expected[0])
    })

    it.each(rows.filter((row) => row.back !== null))('$python goes back as the table says', async (row) => {
      const expected = known.get(row.back ?? row.python) as string
      const arrived = await awaited.value(row.python)
      const arrivedAtOnce = blocking.value(row.python)
      await expectDescribed(arrived, expected)
      if (!isReference(arrived)) await expectDescribed(row.js, expected)
      expect(blocking.describe(arrivedAtOnce)).toBe(expected)
      expect(await awaited.describe(awaited.value(row.python))).toBe(known.get(row.python))
    })
  })
}

group('of JavaScript', () => {
  it.each(javascript)('$title becomes $python', async (row) => {
    await expectDescribed(row.js, known.get(row.python) as string)
  })
})

/** As an argument, a keyword argument and in containers, awaited and at once. */
async function expectDescribed(value: unknown, expected: string): Promise<void> {
  const forms: [args: unknown[], text: string][] = [
    [[value], `list [tuple [${expected}], dict {}]`],
    [[[value, 1]], `list [tuple [list [${expected}, int 1]], dict {}]`],
    [[{ k: value }], `list [tuple [dict {str 'k': ${expected}}], dict {}]`],
    [[new Map([[1, value]])], `list [tuple [dict {int 1: ${expected}}], dict {}]`],
    [
      [python.tuple([value, value])],
      /#|list|dict|set/.test(expected) ? '' : `list [tuple [tuple [${expected}, ${expected}]], dict {}]`,
    ],
    [[1, kw({ k: value })], `list [tuple [int 1], dict {str 'k': ${expected}}]`],
  ]
  const wanted = forms.filter(([, text]) => text !== '')
  const got = await Promise.all(wanted.map(([args]) => awaited.arguments(...args)))
  expect(got).toEqual(wanted.map(([, text]) => text))
  expect(wanted.map(([args]) => blocking.arguments(...args))).toEqual(wanted.map(([, text]) => text))
}
