// Where operations run: the pool, or one thread of their own.
import { LaneFullError, ReleasedReferenceError } from './errors/bridge-errors.js'
import { loadAddon } from './native.js'

/** Options of `python.lane`; those that it is opened with count. */
export interface LaneOptions {
  /** Bytes of the thread's stack: 8 MiB when left out, at least 256 KiB. Deep recursion in C code needs more. */
  stackSize?: number | undefined
  /** Operations that may wait for the lane before more are refused with a LaneFullError: any number when left out. */
  queueLimit?: number | undefined
}

/** The thread of asyncio's event loop, as if it were a lane: calls can be sent to it one by one (`$lane`). */
export const loopName = 'asyncio'

/** A lane as the addon knows it. */
export class LaneThread {
  private number: number | undefined = undefined
  closed = false

  constructor(
    readonly name: string,
    readonly options: LaneOptions = {},
  ) {}

  get isPool(): boolean {
    return this === poolLane
  }

  /** The addon's number; the thread starts when it is first needed. */
  id(): number {
    const refusal = this.start()
    if (refusal !== undefined) throw refusal
    return this.known as number
  }

  /** Starts the thread, if that has not been done; why it does not start. Only a stack overflow is thrown. */
  start(): unknown {
    if (this.known !== undefined) return undefined
    const { stackSize = 0, queueLimit } = this.options
    const addon = loadAddon()
    try {
      this.number = addon.createLane(this.name, stackSize, queueLimit)
    } catch (error) {
      return error
    }
    return undefined
  }

  /** The addon's number, if it has one yet. */
  get known(): number | undefined {
    return this.isPool ? 0 : this.number
  }

  /** How it is called in messages. */
  describe(): string {
    return this.isPool ? 'the pool' : `the lane ${this.name}`
  }

  closedError(): Error {
    return new ReleasedReferenceError(
      `expected an open lane, got ${this.name} after its close(); python.lane(${JSON.stringify(this.name)}) opens another thread`,
    )
  }

  fullError(waiting: number, limit: number): LaneFullError {
    const option = this.isPool
      ? 'python.start({ queueLimit })'
      : `python.lane(${JSON.stringify(this.name)}, { queueLimit })`
    return new LaneFullError(
      `expected fewer than ${limit} operations waiting for ${this.describe()}, got ${waiting}: await results before writing more, or raise ${option}`,
      this.name,
      waiting,
      limit,
    )
  }

  /** Whether this is the lane that the addon knows by a number. */
  is(number: number): boolean {
    return this.number === number
  }

  /** Ends the thread after what was sent so far. */
  end(): void {
    if (this.number === undefined || this.number === 0) return
    loadAddon().closeLane(this.number)
    this.number = undefined
  }
}

/** The pool of threads that run whatever has no lane of its own. */
export const poolLane = new LaneThread('pool')
