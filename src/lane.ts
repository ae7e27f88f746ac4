// Where operations run: the pool, or one thread of their own.
import { loadAddon } from './native.js'

/** A lane as the addon knows it. */
export class LaneThread {
  private number: number | undefined

  constructor(
    readonly name: string,
    private readonly stackSize = 0,
  ) {}

  /** The addon's number; the thread starts when it is first needed. */
  id(): number {
    this.number ??= this.name === '' ? 0 : loadAddon().createLane(this.name, this.stackSize)
    return this.number
  }

  close(): void {
    if (this.number === undefined || this.number === 0) return
    loadAddon().closeLane(this.number)
    this.number = undefined
  }
}

/** The pool of threads that run whatever has no lane of its own. */
export const poolLane = new LaneThread('')
