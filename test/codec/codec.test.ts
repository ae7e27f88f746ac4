// The two halves of the codec against each other, and against bytes that follow no format. No Python here.
import { describe, expect, it } from 'vitest'
import { CommandBuffer } from '../../src/codec/command-buffer.js'
import { CustomTypes } from '../../src/codec/custom-types.js'
import { Decoder } from '../../src/codec/decoder.js'
import { Encoder } from '../../src/codec/encoder.js'
import { JsValues } from '../../src/codec/js-values.js'
import { Memory } from '../../src/codec/memory.js'
import type { ValueSource } from '../../src/codec/value-source.js'
import { Tag } from '../../src/codec/wire.js'
import { objectWriter } from '../../src/codec/write-object.js'
import { python } from '../../src/index.js'

const nothing: ValueSource = {
  reference: (index, generation) => ({ index, generation }),
  buffer: () => new ArrayBuffer(0),
  jsValue: (id) => ({ id }),
  custom: (id, value) => ({ id, value }),
}

function machine() {
  const grown: ArrayBuffer[] = []
  const commands = new CommandBuffer(new ArrayBuffer(64), (buffer) => grown.push(buffer))
  const encoder = new Encoder(commands, objectWriter(new JsValues(), new CustomTypes()))
  return { grown, commands, encoder }
}

function roundTrip(value: unknown): unknown {
  const { commands, encoder } = machine()
  encoder.begin()
  encoder.encode(value, String, 0)
  return new Decoder().decode(new Memory(commands.u8.buffer as ArrayBuffer), 0, commands.at, nothing)
}

describe('a round trip', () => {
  it.each([
    [0],
    [-0],
    [1.5],
    [Number.NaN],
    [2 ** 31],
    [-(2 ** 53) + 1],
    [1e300],
    [''],
    ['é'],
    ['a😀b'],
    ['a\0b'],
    ['\ud800'],
    ['x'.repeat(24)],
    ['x'.repeat(25)],
    [`${'x'.repeat(4999)}é`],
    [2n ** 200n],
    [-(2n ** 64n)],
    [[]],
    [{}],
    [[1, 2, 3]],
    [[1, 2.5]],
    [[0.5, Number.NaN]],
    [[2 ** 40, -1]],
    [[1, -0]],
    [[null, true, false, 'a']],
    [[{ a: 1 }, { a: 2, b: [] }, { a: 3 }]],
    [
      new Map<unknown, unknown>([
        [1, 2],
        ['a', new Map()],
      ]),
    ],
    [new Set([1, 'a', null])],
    [JSON.parse('{"__proto__": 1, "0": 2, "é": 3}')],
  ])('gives back %o', (value) => {
    expect(roundTrip(value)).toStrictEqual(value)
  })

  it('keeps sharing and cycles', () => {
    const shared = { list: [1] }
    const cyclic: Record<string, unknown> = { shared, again: shared, map: new Map() }
    cyclic.self = cyclic
    ;(cyclic.map as Map<unknown, unknown>).set('up', cyclic)
    const back = roundTrip(cyclic) as typeof cyclic
    expect(back.self).toBe(back)
    expect(back.again).toBe(back.shared)
    expect((back.map as Map<unknown, unknown>).get('up')).toBe(back)
  })

  it('takes a hundred thousand levels of each container', () => {
    for (const wrap of [
      (inner: unknown) => [inner],
      (inner: unknown) => ({ inner }),
      (inner: unknown) => new Map([[1, inner]]),
    ]) {
      let value: unknown = 1
      for (let i = 0; i < 100_000; i++) value = wrap(value)
      expect(roundTrip(value)).toBeTypeOf('object')
    }
  })

  it('sees holes and undefined as None', () => {
    // biome-ignore lint/suspicious/noSparseArray: the point
    expect(roundTrip([1, , undefined])).toEqual([1, null, null])
  })

  it('grows the buffer and keeps what was written', () => {
    const { grown, commands, encoder } = machine()
    encoder.begin()
    encoder.encode(['first', 'x'.repeat(100_000), Array.from({ length: 1000 }, (_, i) => ({ i }))], String, 0)
    expect(grown.length).toBeGreaterThan(0)
    const memory = new Memory(commands.u8.buffer as ArrayBuffer)
    expect(new Decoder().decode(memory, 0, commands.at, nothing)).toMatchObject([
      'first',
      expect.any(String),
      expect.any(Array),
    ])
  })

  it('gives a large buffer back when it was not needed for a while', () => {
    const { commands, encoder } = machine()
    encoder.encode('x'.repeat(2_000_000), String, 0)
    commands.rewind()
    for (let i = 0; i < 300; i++) {
      encoder.encode(1, String, 0)
      commands.rewind()
    }
    expect(commands.u8.length).toBeLessThan(1_000_000)
  })
})

describe('a value that cannot cross', () => {
  it.each<[unknown, string]>([
    [Symbol('s'), 'argument 3, got Symbol(s)'],
    [[[Symbol('deep')]], 'argument 3[0][0], got Symbol(deep)'],
    [{ rows: [{}, { 'a key': new WeakMap() }] }, 'argument 3.rows[1]["a key"], got a WeakMap'],
    [new Map([['k', Promise.resolve()]]), 'argument 3.k, got a Promise; await it first'],
    [new Map([[Symbol('k'), 1]]), 'argument 3 (a key), got Symbol(k)'],
    [python.tuple([1, Symbol('t')]), 'argument 3[1], got Symbol(t)'],
  ])('is named with its path: %#', (value, message) => {
    const { encoder } = machine()
    encoder.begin()
    expect(() => encoder.encode(value, () => 'argument 3', 0)).toThrow(
      `expected a value that converts to Python for ${message}`,
    )
  })
})

describe('bytes that do not follow the format', () => {
  const words = (...values: [low: number, high: number][]): Memory =>
    new Memory(new Uint32Array(values.flat()).buffer as ArrayBuffer)
  const decode = (memory: Memory) => new Decoder().decode(memory, 0, memory.words, nothing)

  it.each<[string, Memory]>([
    ['an unknown tag', words([99, 0])],
    ['a list that is longer than the message', words([Tag.list, 0xffffffff])],
    ['packed numbers that are not there', words([Tag.floatList, 1000], [0, 0])],
    ['text that is not there', words([Tag.utf8, 100], [0, 0])],
    ['a back reference to nothing', words([Tag.list, 1], [Tag.backRef, 7])],
    ['an unknown shape', words([Tag.shaped, 3], [0, 0])],
    ['a shape whose key is a number', words([Tag.shaped, 0], [1, 0], [Tag.int32, 1], [Tag.none, 0])],
    ['a message that ends inside a list', words([Tag.list, 1], [Tag.float, 0])],
  ])('are refused: %s', (_name, memory) => {
    expect(() => decode(memory)).toThrow('does not follow the wire format')
  })

  it('never run away on random bytes', () => {
    let seed = 1
    const random = () => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
      return seed
    }
    for (let round = 0; round < 3000; round++) {
      const memory = new Memory(new ArrayBuffer(256))
      for (let i = 0; i < memory.words; i++) {
        memory.u32[i * 2] = (random() >>> 8) % 32
        memory.u32[i * 2 + 1] = (random() >>> 8) % 12
      }
      try {
        decode(memory)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }
  })
})

describe('values that lose something', () => {
  it('refuses a dict of two keys that are the same in JavaScript', () => {
    const { encoder, commands } = machine()
    encoder.encode(
      python.dict([
        [Number.NaN, 1],
        [Number.NaN, 2],
      ]),
      String,
      0,
    )
    const memory = new Memory(commands.u8.buffer as ArrayBuffer)
    expect(() => new Decoder().decode(memory, 0, commands.at, nothing)).toThrow('one would be lost')
  })
})
