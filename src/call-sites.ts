// Where operations were written, for the stack of the errors they may end in.
//
// Capturing a stack takes 2 to 4 µs inside optimised code, more than all the rest of an awaited call. So it is done as long as it costs
// little of the time: the first operations of a turn, and no more than a budget a millisecond. An operation that is not recorded, in a
// loop of many thousand a second, still has the line of its `await`: V8 knows it when the error arrives.
import { callersOf } from './caller.js'
import { CancellationError } from './errors/cancellation.js'
import { PythonError, placeError } from './errors/python-error.js'

/** What a capture wrote. */
export interface CallSite {
  stack?: string
}

/** Operations of a batch that may be recorded. */
const mostOfTurn = 16
const mostAtOnce = 2000
const eachMillisecond = 4

let left = mostAtOnce
let refilled = 0

/** A turn begins. */
export function refill(): void {
  if (left >= mostAtOnce) return
  const now = performance.now()
  left = Math.min(mostAtOnce, left + (now - refilled) * eachMillisecond)
  refilled = now
}

/** The call site, seen from outside of `entry`; undefined where the budget is spent. `operation`: the how-manieth of its turn. */
export function recordSite(operation: number, entry: (...args: never[]) => unknown): CallSite | undefined {
  if (operation > mostOfTurn || left < 1 || Error.stackTraceLimit === 0) return undefined
  left--
  const site: CallSite = {}
  Error.captureStackTrace(site, entry)
  return site
}

/** A promise that rejects with the error, once its stack names the line that awaits it. */
export function rejectWithPlace(error: unknown): Promise<never> {
  // V8 follows the promises from the reaction that runs to the function that waits: what adopts this one must have done so by then.
  return Promise.resolve()
    .then(pass)
    .then(() => {
      if (error instanceof PythonError) placeError(error, awaitingFrames())
      else if (error instanceof CancellationError) error.place(awaitingFrames())
      throw error
    })
}

function pass(): void {}

function awaitingFrames(): string {
  const site: CallSite = {}
  Error.captureStackTrace(site, awaitingFrames)
  // A reaction has no callers of its own but Node's: what is left are the functions that wait.
  const frames = callersOf(site.stack)?.match(/^ {4}at (?!.*\(?node:internal\/).*$/gm)
  return frames?.join('\n') ?? ''
}
