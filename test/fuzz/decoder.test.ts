// Arbitrary bytes, and real messages that were damaged, in the decoder of JavaScript: a value or an error, and nothing outside of the
// message is looked at. SNAKEBRIDGE_FUZZ_RUNS=1000000 for a long run; what it finds is printed with its seed and its path.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Decoder } from '../../src/codec/decoder.js'
import { Memory } from '../../src/codec/memory.js'
import type { ValueSource } from '../../src/codec/value-source.js'
import { Tag } from '../../src/codec/wire.js'
import { NDArray } from '../../src/ndarray.js'
import { describe as described } from '../round-trip/describe.js'
import { messageOf, plainSamples } from './messages.js'

const numRuns = Number(process.env.SNAKEBRIDGE_FUZZ_RUNS ?? 3000)
const options = { numRuns, endOnFailure: false }
const deadline = 60_000 + numRuns * 10

const source: ValueSource = {
  reference: (index, generation) => ({ index, generation }),
  buffer: () => new ArrayBuffer(64),
  jsValue: (id) => ({ id }),
  custom: (id, value) => ({ id, value }),
}

/** What becomes of the bytes, as text: the value or the error, and where the decoder stopped. */
function outcome(memory: Memory, from: number, to: number): string {
  const decoder = new Decoder()
  let text: string
  try {
    text = `${shown(decoder.decode(memory, from, to, source))} at ${decoder.at - from}`
  } catch (error) {
    if (!(error instanceof Error)) throw new Error(`expected an Error, got ${String(error)}`)
    if (/Maximum call stack|out of memory|Invalid array length|Cannot read prop/.test(error.message)) throw error
    return `${error.name}: ${error.message}`
  }
  if (/\bundefined\b/.test(text)) throw new Error(`nothing in Python is undefined, got ${text}`)
  return text
}

/** A value that is a graph may be exponentially large as text: beyond some depth its kind is enough. */
function shown(value: unknown, depth = 3): string {
  if (value === undefined) return 'undefined'
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return described(value)
  if (value instanceof NDArray) return `NDArray ${value.dtype} ${value.shape} by ${value.strides}`
  if (depth === 0) return value.constructor?.name ?? 'object'
  const parts = Array.isArray(value)
    ? value
    : value instanceof Map || value instanceof Set
      ? [...value]
      : Object.entries(value)
  return `${value.constructor?.name} ${parts.length} ${parts.slice(0, 20).map((each) => shown(each, depth - 1))}`
}

/** Zero, all ones, and a whole value. */
const surroundings = [
  [0, 0],
  [0xffffffff, 0xffffffff],
  [Tag.int32, 1],
] as const

/** The message between such words: where it matters which, something outside was read. */
function decodesAlone(message: Uint8Array): void {
  const words = message.length >>> 3
  const outcomes = surroundings.map(([low, high]) => {
    const bytes = new Uint8Array((words + 16) * 8)
    const around = new Uint32Array(bytes.buffer)
    for (let at = 0; at < around.length; at += 2) around.set([low, high], at)
    bytes.set(message.subarray(0, words * 8), 64)
    return outcome(new Memory(bytes.buffer), 8, 8 + words)
  })
  expect(new Set(outcomes).size, outcomes.join('\n')).toBe(1)
}

const tags = Object.values(Tag)
/** A word that looks like a header more often than not. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...tags), fc.nat(12)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...tags), fc.nat(0xffffffff)) },
  // Some bytes and 4 GiB, when they are multiplied by the size of an element.
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...tags), fc.constantFrom(0xffffffff, 0x80000001, 0x40000001, 0x20000001)),
  },
  { weight: 1, arbitrary: fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)) },
)
const forged = fc
  .array(word, { minLength: 1, maxLength: 60 })
  .map((words) => new Uint8Array(Uint32Array.from(words.flat()).buffer))

/** Arrays, which only Python sends: 2 × 2 int64, and a float64 of no dimension. */
const arrays = [
  [Uint32Array.of(Tag.array, 2, 0, 7), Float64Array.of(0, 2, 2, 16, 8)],
  [Uint32Array.of(Tag.array, 0, 1, 11), Float64Array.of(8)],
].map((parts) => new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part.buffer)))))
const real = [...plainSamples.map(messageOf), ...arrays]
const damaged = fc
  .tuple(
    fc.constantFrom(...real),
    fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff))), { maxLength: 6 }),
    fc.option(fc.nat()),
    fc.option(fc.tuple(fc.nat(), word)),
  )
  .map(([message, bytes, end, header]) => {
    const copy = message.slice()
    for (const [at, value] of bytes) copy[at % copy.length] = value
    if (header !== null) new Uint32Array(copy.buffer).set(header[1], (header[0] % (copy.length >>> 3)) * 2)
    return end === null ? copy : copy.subarray(0, end % (copy.length + 1))
  })

describe('the decoder of JavaScript', () => {
  it(
    'takes arbitrary bytes',
    () => fc.assert(fc.property(fc.uint8Array({ minLength: 8, maxLength: 400 }), decodesAlone), options),
    deadline,
  )
  it('takes forged headers', () => fc.assert(fc.property(forged, decodesAlone), options), deadline)
  it('takes damaged messages', () => fc.assert(fc.property(damaged, decodesAlone), options), deadline)
  it(
    'takes half of one message and half of another',
    () => {
      const halves = fc.tuple(fc.constantFrom(...real), fc.constantFrom(...real), fc.nat(), fc.nat())
      fc.assert(
        fc.property(halves, ([left, right, from, to]) => {
          const head = left.subarray(0, (from % (left.length >>> 3)) * 8)
          decodesAlone(Buffer.concat([head, right.subarray((to % (right.length >>> 3)) * 8)]))
        }),
        options,
      )
    },
    deadline,
  )

  it.each(readdirSync(path.join(__dirname, 'corpus/values')))('takes %s, which was found once', (name) => {
    decodesAlone(readFileSync(path.join(__dirname, 'corpus/values', name)))
  })
})

describe('the room that is taken', () => {
  const nested = (tag: number, levels: number) => {
    const words = new Uint32Array(levels * 2)
    for (let level = 0; level < levels; level++) words.set([tag, levels - level - 1], level * 2)
    return new Memory(words.buffer)
  }

  it.each([
    ['lists', Tag.list],
    ['tuples', Tag.tuple],
    ['rich values', Tag.rich],
  ])('is not squared by %s that each announce all that is left', (_title, tag) => {
    const before = process.memoryUsage().rss
    const memory = nested(tag, 40_000)
    expect(() => new Decoder().decode(memory, 0, memory.words, source)).toThrow(/wire format/)
    expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(500)
  })
})
