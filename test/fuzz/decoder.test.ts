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
  try {
    return `${shown(decoder.decode(memory, from, to, source))} at ${decoder.at - from}`
  } catch (error) {
    if (!(error instanceof Error)) throw new Error(`expected an Error, got ${String(error)}`)
    if (/Maximum call stack|out of memory|Invalid array length|Cannot read prop/.test(error.message)) throw error
    return `${error.name}: ${error.message}`
  }
}

/** A value that is a graph may be exponentially large as text: beyond some depth its kind is enough. */
function shown(value: unknown, depth = 3): string {
  if (value === undefined) return 'undefined'
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return described(value)
  if (depth === 0) return value.constructor?.name ?? 'object'
  const parts = Array.isArray(value)
    ? value
    : value instanceof Map || value instanceof Set
      ? [...value]
      : Object.entries(value)
  return `${value.constructor?.name} ${parts.length} ${parts.slice(0, 20).map((each) => shown(each, depth - 1))}`
}

/** The message between words that are zero, or all ones: where it matters which, something outside was read. */
function decodesAlone(message: Uint8Array): void {
  const words = message.length >>> 3
  const outcomes = [0, 0xff].map((around) => {
    const bytes = new Uint8Array((words + 16) * 8).fill(around)
    bytes.set(message.subarray(0, words * 8), 64)
    return outcome(new Memory(bytes.buffer), 8, 8 + words)
  })
  expect(outcomes[0]).toBe(outcomes[1])
}

const tags = Object.values(Tag)
/** A word that looks like a header more often than not. */
const word = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...tags), fc.nat(12)) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...tags), fc.nat(0xffffffff)) },
  { weight: 1, arbitrary: fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)) },
)
const forged = fc
  .array(word, { minLength: 1, maxLength: 60 })
  .map((words) => new Uint8Array(Uint32Array.from(words.flat()).buffer))

const real = plainSamples.map(messageOf)
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
