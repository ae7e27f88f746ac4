// Bytes that do not follow the wire format end in an error at once, whatever they announce.
import { expect, it } from 'vitest'
import { CommandBuffer } from '../../src/codec/command-buffer.js'
import { CustomTypes } from '../../src/codec/custom-types.js'
import { Decoder } from '../../src/codec/decoder.js'
import { Encoder } from '../../src/codec/encoder.js'
import { JsValues } from '../../src/codec/js-values.js'
import { Memory } from '../../src/codec/memory.js'
import type { ValueSource } from '../../src/codec/value-source.js'
import { Tag } from '../../src/codec/wire.js'
import { objectWriter } from '../../src/codec/write-object.js'
import { markers } from '../../src/markers.js'
import { Decimal } from '../../src/values.js'

const nothing: ValueSource = {
  reference: () => 'reference',
  buffer: () => new ArrayBuffer(8),
  jsValue: () => 'a value of its own',
  custom: (_id, value) => value,
}

const message = [
  { a: 1, b: ['x'.repeat(30), 'é', 'a\ud800', 2n ** 100n] },
  { a: 0.5, b: [1, 2, 3] },
  [0.5, 1.5],
  new Map<unknown, unknown>([[1, new Set(['a', null])]]),
  [2 ** 40, 1],
  markers.tuple([true, markers.bytes(Buffer.from('bytes'))]),
  new Decimal('1.5'),
]
const arrived = [...message.slice(0, 5), [true, Buffer.from('bytes')], new Decimal('1.5')]

function encoded(value: unknown): { buffer: ArrayBuffer; words: number } {
  let buffer = new ArrayBuffer(64 * 1024)
  const commands = new CommandBuffer(buffer, (replaced) => {
    buffer = replaced
  })
  const encoder = new Encoder(commands, objectWriter(new JsValues(), new CustomTypes()))
  encoder.begin()
  encoder.encode(value, () => 'the value', 0)
  return { buffer, words: commands.at }
}

const decode = (buffer: ArrayBuffer, words: number) => new Decoder().decode(new Memory(buffer), 0, words, nothing)

it('what follows the format is read', () => {
  const { buffer, words } = encoded(message)
  expect(decode(buffer, words)).toEqual(arrived)
})

it('a message that ends early is refused, wherever it ends', () => {
  const { buffer, words } = encoded(message)
  for (let end = 0; end < words; end++) expect(() => decode(buffer, end)).toThrow(/does not follow the wire format/)
})

it('no damage to a word makes it read on for ever, or beyond the end', () => {
  const { buffer, words } = encoded(message)
  for (let at = 0; at < words; at++) {
    for (const [low, high] of [
      [0xff, 0],
      [Tag.list, 0xffffffff],
      [Tag.shaped, 1000],
      [Tag.backRef, 1000],
      [Tag.rich | 0xff00, 0],
    ]) {
      const copy = buffer.slice(0, words * 8)
      new Uint32Array(copy).set([low as number, high as number], at * 2)
      try {
        decode(copy, words)
      } catch (error) {
        expect((error as Error).message).toMatch(/wire format|native addon|expected/)
      }
    }
  }
})

it.each([
  ['list', Tag.list],
  ['tuple', Tag.tuple],
  ['dict', Tag.dict],
  ['set', Tag.set],
  ['frozenset', Tag.frozenSet],
  ['floats', Tag.floatList],
  ['int32s', Tag.int32List],
  ['int53s', Tag.int53List],
  ['text', Tag.ascii],
  ['UTF-8', Tag.utf8],
  ['UTF-16', Tag.utf16],
  ['bytes', Tag.bytes],
  ['a bigint', Tag.bigInt],
  ['a rich value', Tag.rich],
  ['an array', Tag.array],
])('%s of four billion elements allocates nothing', (_title, tag) => {
  const words = new Uint32Array(64)
  words.set([tag, 0xffffffff])
  const before = process.memoryUsage.rss()
  expect(() => decode(words.buffer, 32)).toThrow(/wire format/)
  expect(process.memoryUsage.rss() - before).toBeLessThan(256e6)
})

it('an unknown tag, shape, container and rich kind are refused', () => {
  for (const [low, high] of [
    [99, 0],
    [Tag.shaped, 5],
    [Tag.backRef, 0],
    [Tag.error, 0],
    [Tag.temp, 0],
  ]) {
    expect(() => decode(Uint32Array.of(low as number, high as number, 0, 0).buffer, 2)).toThrow(/wire format/)
  }
  expect(() => decode(Uint32Array.of(Tag.rich | 0xff00, 0, 0, 0).buffer, 2)).toThrow(
    /native addon and the package differ/,
  )
})
