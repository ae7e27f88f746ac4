// What a reference holds of Python, and when that is given back.
//  1. A batch that is open or in flight counts as a use of every reference among its operands: nothing that such a batch
//     needs is given back, whatever happens to the reference meanwhile.
//  2. A reference nobody can use any more (collected, or released on purpose) is `surplus`; with the last use it is given back.
//  3. What was given back travels at the head of the next batch.
import type { CommandBuffer } from './codec/command-buffer.js'
import type { Operand } from './codec/operand.js'
import type { Watched } from './watch.js'

/** A batch as far as references are concerned. */
export interface User {
  readonly id: number
  readonly used: Handle[]
}

/** The batch whose operands are being written; undefined for an operation that runs at once. */
let user: User | undefined

export function setUser(next: User | undefined): void {
  user = next
}

export abstract class Handle implements Operand, Watched {
  /** Batches that use it. */
  private uses = 0
  private usedIn = -1
  protected surplus = false
  slot = -1

  get inUse(): boolean {
    return this.uses > 0
  }

  abstract writeOperand(to: CommandBuffer): void
  /** Queues for release what it holds of Python. */
  protected abstract giveBack(): void

  /** Called when it is written as an operand. */
  protected use(): void {
    if (user === undefined || this.usedIn === user.id) return
    this.usedIn = user.id
    this.uses++
    user.used.push(this)
  }

  /** A batch that used it is done. */
  unuse(): void {
    if (--this.uses === 0 && this.surplus) this.giveBack()
  }

  /** It holds something that nobody needs any more. */
  discard(): void {
    if (this.uses === 0) this.giveBack()
    else this.surplus = true
  }
}
