// One operation as bytes: its header, its target, arguments and keywords.
import { KeywordArguments } from '../kw.js'
import { nestingLevel } from '../nesting.js'
import type { Encoder } from './encoder.js'
import type { Names } from './names.js'
import type { Operand } from './operand.js'
import { inlineName, Opcode, OpFlag } from './wire.js'
import { writeString } from './write-scalar.js'

/** An attribute's, method's or helper's name; an operator's number; nothing. */
export type Auxiliary = string | number

/** Writes an operation at the buffer's end. Throws with the buffer where it was: the caller takes the bytes back. */
export function writeOperation(
  encoder: Encoder,
  names: Names,
  opcode: number,
  flags: number,
  temp: number,
  auxiliary: Auxiliary,
  target: Operand | undefined,
  args: readonly unknown[],
  context?: Operand,
): void {
  const { to } = encoder
  let positional = args.length
  let keywords: KeywordArguments | undefined
  if (positional > 0 && takesKeywords(opcode)) {
    const last = args[positional - 1]
    if (typeof last === 'object' && last instanceof KeywordArguments) {
      keywords = last
      positional--
    }
  }
  if (to.at + 3 > to.capacity) to.reserve(3)
  const start = to.at << 1
  const { u32 } = to
  const written = context === undefined ? flags : flags | OpFlag.withContext
  u32[start] = opcode | (written << 8) | (nestingLevel() << 16)
  u32[start + 1] = temp
  const id = typeof auxiliary === 'number' ? auxiliary : names.id(auxiliary)
  u32[start + 3] = id
  u32[start + 4] = target === undefined ? positional : positional + 1
  u32[start + 5] = 0
  to.at += 3
  encoder.begin()
  if (context !== undefined) context.writeOperand(to)
  if (id === inlineName && typeof auxiliary === 'string') writeString(to, auxiliary)
  if (target !== undefined) target.writeOperand(to)
  if (keywords?.options?.$fireAndForget === true) encoder.forgetting = true
  for (let i = 0; i < positional; i++) encoder.encode(args[i], argumentName, i)
  if (keywords !== undefined) {
    const count = writeKeywords(encoder, names, keywords.values)
    to.u32[start + 5] = count // only now: the buffer may have grown into another view
  }
  to.u32[start + 2] = (to.at << 3) - (start << 2)
  encoder.begin() // or it would keep the arguments until the next operation
}

/** `await` and `import` only the options among them. */
function takesKeywords(opcode: number): boolean {
  return (
    opcode === Opcode.call ||
    opcode === Opcode.callMethod ||
    opcode === Opcode.helper ||
    opcode === Opcode.await ||
    opcode === Opcode.import
  )
}

function argumentName(position: number): string {
  return `argument ${position + 1}`
}

function writeKeywords(encoder: Encoder, names: Names, values: Readonly<Record<string, unknown>>): number {
  const keys = Object.keys(values)
  const { to } = encoder
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string
    const id = names.id(key)
    to.word(0, id)
    if (id === inlineName) writeString(to, key)
    encoder.encode(values[key], () => `keyword argument ${key}`, i)
  }
  return keys.length
}
