// One trip to Python: operations in program order, and what has to be remembered until they have ended.
import type { CallSite } from './call-sites.js'
import type { Handle, User } from './handle.js'
import type { LaneThread } from './lane.js'
import type { Failure } from './pending.js'

/** An operation's result, as far as its batch is concerned. */
export interface Result {
  /** Its operation has ended; `proxy` is the reference that stands for it. */
  finished(proxy: object): void
  /** The batch never ran; true when somebody hears of the error. */
  abandon(error: unknown): boolean
  /** The number of the operation, which is given up. */
  takeTemp(): number
}

export class Batch implements User {
  operations = 0
  /** References to results; held so that none is collected, and released, before its operation has run. */
  readonly proxies: object[] = []
  readonly results: Result[] = []
  readonly used: Handle[] = []
  /** Errors of operations that nobody awaited. */
  failures: Failure[] | undefined = undefined
  /** Where the newest operation whose caller is recorded was written. */
  site: CallSite | undefined = undefined
  /** Some of its operations may be cancelled. */
  cancellable = false
  /** Of those, what is not to start: temps, each with the id of the error that it fails with. */
  cancelled: number[] | undefined = undefined
  /** It cleans up after something (a generator's `finally`, `__exit__`): it goes even where the lane's queue is full. */
  urgent = false
  externals: (ArrayBuffer | SharedArrayBuffer)[] | undefined

  constructor(
    readonly id: number,
    readonly lane: LaneThread,
    /** The request of Python's that the code answers which writes it, see nesting.ts. */
    public caller: number,
    /** Temps released by it. */
    public temps: readonly number[],
  ) {}

  add(result: Result, proxy: object): void {
    const { results, proxies } = this // V8 does not inline push() here
    results[results.length] = result
    proxies[proxies.length] = proxy
  }
}
