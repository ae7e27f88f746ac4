// The blocking call with a few numbers, which tight loops make: the bytes of codec/operation.ts, written without its generality.
// Half of what the JavaScript side of such a call costs otherwise (bench: "blocking call").
import type { Channel } from './channel.js'
import { noTemp, Opcode, OpFlag, Tag } from './codec/wire.js'
import { nestingLevel } from './nesting.js'
import type { Brought } from './operate.js'

const mostNumbers = 4
/** Words before the arguments: two of the batch, three of the operation, two of the target. */
const head = 7

/** Runs the call and returns what `addon.run` does; false, with nothing done, when the general way has to be taken. */
export function callWithNumbers(
  channel: Channel,
  index: number,
  generation: number,
  args: readonly unknown[],
): Brought | false {
  const { length } = args
  if (length > mostNumbers || channel.isOccupied || nestingLevel() !== 0) return false
  const { u32, i32, f64 } = channel.commands
  let at = head
  for (let i = 0; i < length; i++) {
    const value = args[i]
    if (typeof value !== 'number') return false
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) {
      u32[at << 1] = Tag.int32
      i32[(at << 1) + 1] = value
      at++
    } else {
      u32[at << 1] = Number.isSafeInteger(value) && value !== 0 ? Tag.int53 : Tag.float
      u32[(at << 1) + 1] = 0
      f64[at + 1] = value
      at += 2
    }
  }
  u32[0] = 1
  u32[1] = 0
  u32[2] = 0
  u32[3] = 0
  u32[4] = Opcode.call | (OpFlag.awaited << 8)
  u32[5] = noTemp
  u32[6] = (at - 2) << 3
  u32[7] = 0
  u32[8] = length + 1
  u32[9] = 0
  u32[10] = Tag.object
  u32[11] = index
  u32[12] = generation
  u32[13] = 0
  return channel.runQuickly()
}
