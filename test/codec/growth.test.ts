// The command buffer is replaced by a larger one in the middle of whatever is being written: every kind of value, at every
// distance from the buffer's end, must give the bytes that it gives where there is room.
import { expect, it } from 'vitest'
import { CommandBuffer } from '../../src/codec/command-buffer.js'
import { CustomTypes } from '../../src/codec/custom-types.js'
import { Encoder } from '../../src/codec/encoder.js'
import { JsValues } from '../../src/codec/js-values.js'
import { Names } from '../../src/codec/names.js'
import { writeOperation } from '../../src/codec/operation.js'
import { Opcode } from '../../src/codec/wire.js'
import { objectWriter } from '../../src/codec/write-object.js'
import { kw } from '../../src/kw.js'
import { markers } from '../../src/markers.js'
import { NDArray } from '../../src/ndarray.js'
import { Decimal, PyDateTime, Slice } from '../../src/values.js'

const values: [title: string, make: () => unknown][] = [
  ['null', () => null],
  ['true', () => true],
  ['an int', () => 5],
  ['a large int', () => 2 ** 52],
  ['a float', () => 0.5],
  ['-0', () => -0],
  ['a bigint', () => 2n ** 200n],
  ['an empty string', () => ''],
  ['short ASCII', () => 'hello'],
  ['24 characters', () => 'x'.repeat(24)],
  ['25 characters', () => 'x'.repeat(25)],
  ['long ASCII', () => 'x'.repeat(5000)],
  ['short text', () => 'hé'],
  ['long text', () => '€'.repeat(5000)],
  ['a lone surrogate', () => 'a\ud800'],
  ['packed int32s', () => [1, 2, 3]],
  ['packed int53s', () => [1, 2 ** 40, 3]],
  ['packed floats', () => [0.5, 1.5, 2.5]],
  ['ints and a float', () => [1, 2, 3, 0.5]],
  ['int53s and a float', () => [1, 2 ** 40, 0.5]],
  ['floats and an int', () => [0.5, 1.5, 1]],
  ['mixed', () => [1, 'a', null, [true]]],
  [
    'records',
    () => [
      { a: 1, key: 'x' },
      { a: 2, key: 'y' },
    ],
  ],
  [
    'a Map',
    () =>
      new Map<unknown, unknown>([
        [1, 'a'],
        ['b', [2]],
      ]),
  ],
  ['a Set', () => new Set([1, 'a'])],
  ['a tuple of floats', () => markers.tuple([0.5, 1.5])],
  ['bytes', () => markers.bytes(Buffer.from('hello, world'))],
  ['a forced float', () => markers.float(3)],
  ['a dict', () => markers.dict([[1, 2]])],
  ['a typed array', () => Float64Array.of(1)],
  ['an NDArray', () => new NDArray(new Float64Array(6), { shape: [2, 3] })],
  ['a rich value', () => new Decimal('1.5')],
  ['nested rich values', () => new Slice(new PyDateTime({ year: 2024, month: 1, day: 1 }), [1])],
  ['shared', () => ((x) => [x, x])(['a'])],
]

function written(capacity: number, offset: number, value: unknown): string {
  let buffer = new ArrayBuffer(capacity * 8)
  const dirty = new Uint8Array(buffer).fill(0xee) // left over from earlier messages
  const commands = new CommandBuffer(dirty.buffer, (replaced) => {
    buffer = replaced
  })
  const encoder = new Encoder(commands, objectWriter(new JsValues(), new CustomTypes()))
  const names = new Names(() => {})
  commands.at = offset
  writeOperation(encoder, names, Opcode.callMethod, 0, 7, 'method', undefined, [value, kw({ key: value, other: 1 })])
  return Buffer.from(buffer, offset * 8, (commands.at - offset) * 8).toString('latin1')
}

it.each(values)('%s is the same bytes wherever the buffer ends', (_title, make) => {
  const expected = written(100_000, 0, make())
  const words = expected.length / 8
  const room = Math.min(words, 64)
  for (let left = 0; left <= room; left++) expect(written(256, 256 - left, make())).toBe(expected)
  for (let left = Math.max(0, words - 64); left <= words + 1; left++) {
    expect(written(Math.max(256, left), Math.max(0, 256 - left), make())).toBe(expected)
  }
})
