// Where operations run: the pool, or one thread of their own.
import { ReleasedReferenceError } from './errors/bridge-errors.js'
import { loadAddon } from './native.js'

/** A lane as the addon knows it. */
export class LaneThread {
  private number: number | undefined
  closed = false

  constructor(
    readonly name: string,
    private readonly stackSize = 0,
  ) {}

  /** The addon's number; the thread starts when it is first needed. */
  id(): number {
    if (this.closed)
      throw new ReleasedReferenceError(
        `expected an open lane, got ${this.name} after its close(); python.lane(${JSON.stringify(this.name)}) opens another thread`,
      )
    this.number ??= this.name === '' ? 0 : loadAddon().createLane(this.name, this.stackSize)
    return this.number
  }

  /** Whether this is the lane that the addon knows by a number. */
  is(number: number): boolean {
    return this.number === number
  }

  close(): void {
    this.closed = true
    if (this.number === undefined || this.number === 0) return
    loadAddon().closeLane(this.number)
    this.number = undefined
  }
}

/** The pool of threads that run whatever has no lane of its own. */
export const poolLane = new LaneThread('')
