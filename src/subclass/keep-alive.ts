// Which halves of objects are held by their other half alone (instance.ts rule 2): asked of Python after collections.
//  1. Whatever was used since the question was written, or is used by a batch in flight, stays strong.
//  2. Python compares with an object that JavaScript alone holds for sure.
import { begin } from '../async-operations.js'
import { AsyncState, Status } from '../async-reference.js'
import { Opcode, OpFlag } from '../codec/wire.js'
import { setTimeout } from '../scheduling.js'
import { poolSpace } from '../spaces.js'
import type { Instance } from './instance.js'

/** Milliseconds between two looks, at least. */
const pause = 100

class KeepAlive {
  private readonly strong = new Set<Instance>()
  private canary: FinalizationRegistry<undefined> | undefined = undefined
  private looking = false
  private control: object | undefined = undefined

  add(instance: Instance): void {
    this.strong.add(instance)
    if (this.canary === undefined) this.arm()
  }

  get size(): number {
    return this.strong.size
  }

  private arm(): void {
    this.canary ??= new FinalizationRegistry(() => {
      this.arm()
      if (!this.looking) void this.look()
    })
    this.canary.register({}, undefined)
  }

  private async look(): Promise<void> {
    const asked: { instance: Instance; uses: number }[] = []
    for (const instance of this.strong) {
      if (isGone(instance)) this.strong.delete(instance)
      else if (!instance.state.inUse) asked.push({ instance, uses: instance.view.uses })
    }
    if (asked.length === 0) return
    this.looking = true
    try {
      this.control ??= begin(poolSpace, Opcode.helper, 'evaluate', ['object()'], 'object()', OpFlag.keep)
      const references = asked.map(({ instance }) => instance.reference)
      const alone = (await begin(
        poolSpace,
        Opcode.helper,
        'held_here_only',
        [this.control, ...references],
        'held_here_only',
      )) as boolean[]
      for (const [index, { instance, uses }] of asked.entries()) {
        if (alone[index] !== true || instance.view.uses !== uses) continue
        instance.view.letGo()
        this.strong.delete(instance)
      }
    } catch {
      // The making of one of them failed meanwhile, and the question with it: it is gone at the next look.
    }
    setTimeout(() => {
      this.looking = false
    }, pause).unref()
  }
}

/** Released, or never made. */
function isGone({ state }: Instance): boolean {
  return state.released || (state instanceof AsyncState && state.status === Status.failed)
}

export const keepAlive = new KeepAlive()
