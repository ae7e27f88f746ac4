// What the encoder knows of references: how to find what is behind a proxy, and how to write it.
import { Handle } from '../handle.js'
import type { CommandBuffer } from './command-buffer.js'

/** A proxy's `get` answers this symbol with the state behind it. */
export const stateOf: unique symbol = Symbol('snakebridge.state')

/** What stands behind a reference. */
export interface Operand {
  /** Writes the reference as a value; throws when it was released. */
  writeOperand(to: CommandBuffer): void
}

/** The state behind `value` if it is a reference of this copy of the package. */
export function operandOf(value: unknown): Operand | undefined {
  // A Proxy of the program's may answer every key: what it says would write nothing, and its place in the message be missing.
  const state = (value as { [stateOf]?: unknown })[stateOf]
  return state instanceof Handle ? state : undefined
}

/** Thrown while an operation is encoded that uses a reference which never reached Python: the operation fails with the same error. */
export class FailedOperand {
  constructor(readonly error: unknown) {}
}
