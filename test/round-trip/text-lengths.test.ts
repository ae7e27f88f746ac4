import { expect, describe as group, it } from 'vitest'
import { python } from '../../src/index.js'
import { characters, literal } from './rows/text.js'

const { identity, value } = python.import('../python/round_trip.py')
const blocking = python.sync.import('../python/round_trip.py')

/** Around every limit that either side has for short text, and one that makes the buffers grow. */
const lengths = [...Array(71).keys(), 126, 127, 128, 129, 255, 256, 257, 4094, 4095, 4096, 4097, 8191, 8192, 70_000]

group.each(Object.entries(characters))('text of %s characters', (name, character) => {
  const texts = lengths.map((length) => character.repeat(length))
  // One other character last: a short cut that looked at the beginning only would change it.
  const endings = lengths.flatMap((length) => ['ü', '漢', '\ud800', '\0'].map((last) => 'x'.repeat(length) + last))

  it('arrives at every length', async () => {
    const written = lengths.map((length) => `${literal(character)} * ${length}`)
    expect(await Promise.all(written.map((each) => value(each)))).toEqual(texts)
    expect(await value(`[${written.join(',')}]`)).toEqual(texts)
    expect(written.map((each) => blocking.value(each))).toEqual(texts)
  })

  it('is the same text in Python at every length', async () => {
    const all = name === 'ASCII' ? [...texts, ...endings] : texts
    const same = '[text == expected * n for text, expected, n in zip(texts, [character] * len(lengths), lengths)]'
    expect(await python.eval(same, { texts, character, lengths })).toEqual(lengths.map(() => true))
    expect(await Promise.all(all.map((text) => identity(text)))).toEqual(all)
    expect(await identity(all)).toEqual(all)
    expect(all.map((text) => blocking.identity(text))).toEqual(all)
  })

  it('is a key at every length', async () => {
    const texts = lengths.slice(1).map((length) => character.repeat(length))
    const object = Object.fromEntries(texts.map((text, i) => [text, i]))
    expect(await identity(object)).toEqual(object)
    expect(await identity([object, object, { ...object, more: 1 }])).toEqual([object, object, { ...object, more: 1 }])
    expect(blocking.identity(object)).toEqual(object)
    const keys = await python.eval('[len(key) for key in object]', { object })
    expect(keys).toEqual(texts.map((text) => [...text].length))
  })

  it('arrives and goes whole when it is long', async () => {
    const text = character.repeat(1_000_000)
    const arrived = await value(`${literal(character)} * 1_000_000`)
    expect(arrived === text).toBe(true)
    expect(blocking.value(`${literal(character)} * 1_000_000`) === text).toBe(true)
    expect(await python.eval('text == character * 1_000_000', { text, character })).toBe(true)
    expect((await identity([text, { text }]))[1].text === text).toBe(true)
  })
})

it('sends text that a slice or a sum has made', async () => {
  const base = 'é'.repeat(50) + 'x'.repeat(50)
  const made = [base.slice(50), base.slice(49, 80), base.slice(0, 60) + '€', `${base}${base}`.slice(70, 140)]
  expect(await identity(made)).toEqual([...made])
})

const halves = ["'\\ud83d' + '\\ude00'", "'x' * 500 + '\\ud83d' + '\\ude00'", "'é\\udbff' + '\\udfff'"]

it.each(halves)('refuses a str whose surrogates would merge into one character: %s', async (text) => {
  const refusal = /a high surrogate followed by a low one/
  for (const code of [text, `{'k': [${text}]}`, `{${text}: 1}`, `{(${text}): {1: 2}, 3: 4}`]) {
    await expect(value(code).then()).rejects.toThrow(refusal)
    expect(() => blocking.value(code)).toThrow(refusal)
  }
  expect(await identity('still works')).toBe('still works')
})
