// What Python can hold and V8 cannot: one clear error, and nothing that came with it is lost.
import { constants } from 'node:buffer'
import { expect, it } from 'vitest'
import { decodeItems } from '../../src/codec/decode-items.js'
import { Decoder } from '../../src/codec/decoder.js'
import { Memory } from '../../src/codec/memory.js'
import type { ValueSource } from '../../src/codec/value-source.js'
import { Tag } from '../../src/codec/wire.js'
import { ConversionError, python } from '../../src/index.js'
import { itUnless, underSanitizer } from '../skipping.js'

/** [header, words that follow, what is expected]: everything after the header is zero, which is None as a value. */
const cases: [title: string, header: [number, number], words: number, message: string][] = [
  ['a set', [Tag.set, 2 ** 24 + 1], 2 ** 24 + 1, 'at most 16777216 elements in a Set, got 16777217;'],
  ['a frozenset', [Tag.frozenSet, 2 ** 24 + 1], 2 ** 24 + 1, 'at most 16777216 elements in a Set, got 16777217;'],
  ['a dict', [Tag.dict, 2 ** 24 + 1], 2 ** 25 + 2, 'at most 16777216 keys in a Map, got 16777217;'],
  ['an int', [Tag.bigInt, 2 ** 24 + 1], 2 ** 24 + 1, 'at most 1073741824 bits in a bigint, got 1073741888;'],
]

/** After the value comes a reference: it has arrived, so it must be read. */
function message(header: [number, number], words: number): Memory {
  const memory = new Memory(new ArrayBuffer((words + 4) * 8))
  memory.u32.set([Tag.list, 2], 0)
  memory.u32.set(header, 2)
  memory.u32.set([Tag.object, 7, 3, 0], (words + 2) * 2)
  return memory
}

it.each(cases)('%s that is too large is refused after the rest was read', (_title, header, words, expected) => {
  const arrived: number[] = []
  const source: ValueSource = {
    reference: (index) => arrived.push(index),
    buffer: () => new ArrayBuffer(0),
    jsValue: () => undefined,
    custom: () => undefined,
  }
  const memory = message(header, words)
  expect(() => new Decoder().decode(memory, 0, memory.words, source)).toThrow(ConversionError)
  expect(arrived).toEqual([7])
  const items: unknown[] = []
  expect(() => decodeItems(new Decoder(), memory, 1, memory.words, 2, source, items)).toThrow(expected)
  expect(arrived).toEqual([7, 7])
  expect(items).toEqual([])
})

it('an array whose memory finds no room is refused after the rest was read', () => {
  const arrived: number[] = []
  const source: ValueSource = {
    reference: (index) => arrived.push(index),
    buffer: () => {
      throw new RangeError('no room')
    },
    jsValue: () => undefined,
    custom: () => undefined,
  }
  const memory = message([Tag.array, 1], 4)
  expect(() => new Decoder().decode(memory, 0, memory.words, source)).toThrow('no room')
  expect(arrived).toEqual([7])
})

itUnless(process.env.SNAKEBRIDGE_SANITIZER !== undefined, underSanitizer)(
  'text of Python that no JavaScript string can hold is refused, and the next call works',
  async () => {
    const longest = constants.MAX_STRING_LENGTH
    const text = python.eval('"a" * length', { length: longest + 1 })
    await expect(text.then(String)).rejects.toThrow(
      `expected at most ${longest} characters in a string, got ${longest + 1} bytes;`,
    )
    expect(await text.$len).toBe(longest + 1)
    await expect(python.eval('[object(), 1 << 2**30]').then(String)).rejects.toThrow(
      'at most 1073741824 bits in a bigint',
    )
  },
)
