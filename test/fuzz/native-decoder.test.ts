// Damaged messages in the decoder of C++, through the addon itself: so that the suite, and the suite under a sanitizer, go where the
// fuzzer went. `npm run test:fuzz` goes further; what it has found is replayed here.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { theChannel } from '../../src/channel.js'
import { noTemp, Opcode, OpFlag, Tag } from '../../src/codec/wire.js'
import { python } from '../../src/index.js'
import { seeds } from './messages.js'

const limit = 1000
const corpus = path.join(__dirname, 'corpus/values')
python.sync.builtins.len('')
const { addon, commands } = theChannel()

/** Decodes the message as the target of a fetch. What comes of it does not matter: a value, an error. */
function decode(message: Uint8Array): void {
  const length = message.length & ~7
  commands.at = 0
  commands.word(1, limit)
  commands.word(0, 0)
  commands.word(Opcode.fetch | (OpFlag.awaited << 8), noTemp)
  commands.word(3 * 8 + length, 0)
  commands.word(1, 0)
  commands.u8.set(message.subarray(0, length), commands.room(length))
  const bytes = commands.at << 3
  commands.at = 0
  addon.run(bytes)
}

/** Each of these in place of each word. */
const headers: readonly (readonly [low: number, high: number])[] = [
  [0xff, 0],
  [Tag.list, 0xffffffff],
  [Tag.tuple, 3],
  [Tag.dict, 0x80000001],
  [Tag.shaped, 1000],
  [Tag.shaped, 0],
  [Tag.set, 2],
  [Tag.backRef, 1],
  [Tag.utf16, 0x80000001],
  [Tag.bigInt, 0x20000001],
  [Tag.int32List, 0xffffffff],
  [Tag.object, 0xffffffff],
  [Tag.memory, 0],
  [Tag.export, 0xffffffff],
  [Tag.rich | 0xff00, 0],
  [Tag.rich | (12 << 8), 1],
  [Tag.jsValue, 0xfffffff0],
]

// What names a result that never comes waits for its time limit.
const { references: _waits, ...messages } = seeds().values

it.each(Object.entries(messages))('survives damage to %s', (_name, message) => {
  decode(message)
  for (let at = 0; at < message.length; at += 8) {
    decode(message.subarray(0, at))
    for (const [low, high] of headers) {
      const copy = message.slice()
      new Uint32Array(copy.buffer).set([low, high], at >>> 2)
      decode(copy)
    }
  }
  expect(python.sync.eval('1 + 2')).toBe(3)
})

it.each(readdirSync(corpus))('survives %s, which was found once', (name) => {
  decode(readFileSync(path.join(corpus, name)))
  expect(python.sync.eval('1 + 2')).toBe(3)
})
