// Messages of the real encoder: what the fuzzers start from.
import { CommandBuffer } from '../../src/codec/command-buffer.js'
import { CustomTypes } from '../../src/codec/custom-types.js'
import { Encoder } from '../../src/codec/encoder.js'
import { JsValues } from '../../src/codec/js-values.js'
import { Names } from '../../src/codec/names.js'
import type { Operand } from '../../src/codec/operand.js'
import { writeOperation } from '../../src/codec/operation.js'
import { Opcode, OpFlag, Tag } from '../../src/codec/wire.js'
import { objectWriter } from '../../src/codec/write-object.js'
import { kw } from '../../src/kw.js'
import { markers } from '../../src/markers.js'
import { Complex, Decimal, PyDate, PyDateTime, PyTimeDelta, Range, Slice, UUID } from '../../src/values.js'

const shared = { list: [1] }
const cyclic: Record<string, unknown> = { shared, again: [shared] }
cyclic.self = cyclic

/** At least one of each tag that both languages read. */
export const plainSamples: unknown[] = [
  null,
  [true, false, 1, -1, 2 ** 31, 2 ** 53 - 1, 0.5, -0, Number.NaN],
  [2n ** 64n, -(2n ** 100n), 0n],
  ['', 'ascii', 'x'.repeat(30), 'é日', 'a😀b', 'a\ud800', 'é'.repeat(200)],
  [
    [0.5, 1.5],
    [1, 2, 3],
    [2 ** 40, -1],
    [1, 'mixed'],
  ],
  markers.tuple([1.5, markers.tuple(['a', markers.tuple([])])]),
  [{ a: 1, b: 'two' }, { a: 3, b: null }, {}, { other: [{ a: 1, b: 2 }] }],
  new Map<unknown, unknown>([
    [1, 'one'],
    [markers.tuple([1, 'a']), new Map()],
    ['key', [new Set([1, 'x']), markers.frozenset([2])]],
  ]),
  markers.bytes(Buffer.from('some bytes')),
  cyclic,
  [
    new Decimal('1.50'),
    new PyDate(2024, 2, 29),
    new PyTimeDelta({ days: 1, seconds: 2, microseconds: 3 }),
    new PyDateTime({ year: 2024, month: 2, day: 29 }),
    new Complex(1, -2),
    new UUID('12345678-1234-5678-1234-567812345678'),
    new Range(0, 10, 3),
    new Slice(1, 2, null),
  ],
]

/** What only JavaScript sends. */
export const jsSamples: unknown[] = [
  [/a+b/u, new Date(0)],
  new Float64Array([1, 2, 3]),
  [() => 1, async (a: number, ...rest: number[]) => [a, rest]],
  (function* () {
    yield 1
  })(),
]

class Reference implements Operand {
  constructor(
    private readonly tag: number,
    private readonly index: number,
    private readonly generation?: number,
  ) {}
  writeOperand(to: CommandBuffer): void {
    to.word(this.tag, this.index)
    if (this.generation !== undefined) to.word(this.generation, 0)
  }
}
const object = (index: number) => new Reference(Tag.object, index, 1)
const temp = (index: number) => new Reference(Tag.temp, index)

function machine(): { commands: CommandBuffer; encoder: Encoder; bytes: () => Uint8Array<ArrayBuffer> } {
  const commands = new CommandBuffer(new ArrayBuffer(64 * 1024), () => {})
  const encoder = new Encoder(commands, objectWriter(new JsValues(), new CustomTypes()))
  return { commands, encoder, bytes: () => commands.u8.slice(0, commands.at * 8) as Uint8Array<ArrayBuffer> }
}

/** One value, as one message. */
export function messageOf(value: unknown): Uint8Array<ArrayBuffer> {
  const { encoder, bytes } = machine()
  encoder.begin()
  encoder.encode(value, () => 'the value', 0)
  return bytes()
}

/** A value that names what stays in Python. */
function withReferences(): Uint8Array<ArrayBuffer> {
  const { commands, encoder, bytes } = machine()
  commands.word(Tag.list, 5)
  object(0).writeOperand(commands)
  temp(0).writeOperand(commands)
  commands.word(Tag.dict, 1)
  object(3).writeOperand(commands)
  object(1).writeOperand(commands)
  commands.word(Tag.set, 2)
  object(3).writeOperand(commands)
  object(2).writeOperand(commands)
  encoder.encode('last', String, 0)
  return bytes()
}

/** A batch of operations with everything that one can have. */
function batch(values: readonly unknown[]): Uint8Array<ArrayBuffer> {
  const { commands, encoder, bytes } = machine()
  const names = new Names(() => {})
  commands.word(4, 0)
  commands.word(2, 1) // gives back two temps and one object
  commands.word(2, 1)
  commands.word(4, 1)
  const write = (opcode: number, flags: number, auxiliary: string | number, target: Operand, args: unknown[]) =>
    writeOperation(encoder, names, opcode, flags, 7, auxiliary, target, args)
  write(Opcode.call, OpFlag.awaited, 0, object(0), [...values, kw({ name: 1, 'not an identifier': values })])
  write(Opcode.callMethod, 0, 'name', temp(0), [...values])
  write(Opcode.getAttr, 0, 'an odd name', object(1), [])
  write(Opcode.operate, 0, 0, object(2), [1])
  return bytes()
}

/** By the fuzz target's mode, then by name. */
export function seeds(): Record<'values' | 'operations', Record<string, Uint8Array<ArrayBuffer>>> {
  const samples = [...plainSamples, ...jsSamples]
  return {
    values: {
      ...Object.fromEntries(samples.map((sample, index) => [`sample-${index}`, messageOf(sample)])),
      references: withReferences(),
    },
    operations: {
      plain: batch(plainSamples.slice(0, 3)),
      containers: batch(plainSamples.slice(4, 8)),
      rich: batch(plainSamples.slice(8)),
      ours: batch(jsSamples),
    },
  }
}
