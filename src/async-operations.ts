// How the operations of the asynchronous API are appended, and the references to their results made.
import { AsyncState } from './async-reference.js'
import type { Result } from './batch.js'
import { contextOf } from './call-context.js'
import { CallLimit } from './call-limit.js'
import { limits } from './call-limits.js'
import type { CallOptions } from './call-options.js'
import { type CallSite, recordSite } from './call-sites.js'
import { callersOf } from './caller.js'
import { theChannel } from './channel.js'
import { FailedOperand } from './codec/operand.js'
import type { Auxiliary } from './codec/operation.js'
import { Opcode, OpFlag } from './codec/wire.js'
import { unanswered } from './errors/bridge-errors.js'
import { optionsOf } from './kw.js'
import { poolLane } from './lane.js'
import { laneSpace } from './lanes.js'
import { append, type Written } from './operate.js'
import { pendingResults } from './pending.js'
import type { ReferenceState } from './reference-state.js'
import { spaceHere, writeInside } from './session/context.js'
import type { Space } from './space.js'

const none: readonly unknown[] = []

/** Appends the operation whose result `made` stands for, and returns the reference. */
export function write(
  made: AsyncState,
  opcode: number,
  auxiliary: Auxiliary,
  target: ReferenceState | undefined,
  args: readonly unknown[],
  options: CallOptions | undefined = optionsOf(args),
): object {
  const proxy = made.makeProxy()
  made.context = contextOf(options)
  writeFor(proxy, made, opcode, auxiliary, target, args, options)
  return proxy
}

/** The same for a reference that is there already, in the context that `made` has. */
export function writeFor(
  proxy: object,
  made: AsyncState,
  opcode: number,
  auxiliary: Auxiliary,
  target: ReferenceState | undefined,
  args: readonly unknown[],
  options: CallOptions | undefined,
): void {
  const { owner } = made.space
  if (owner === undefined) writeTo(made, proxy, opcode, auxiliary, target, args, options)
  else writeInside(owner, () => writeTo(made, proxy, opcode, auxiliary, target, args, options))
}

function writeTo(
  made: AsyncState,
  proxy: object,
  opcode: number,
  auxiliary: Auxiliary,
  target: ReferenceState | undefined,
  args: readonly unknown[],
  options: CallOptions | undefined,
): void {
  try {
    const limit = limitOf(made, target, options)
    const flags = limit === undefined ? made.keep : made.keep | OpFlag.cancellable
    const batch = append(made.space.lane, opcode, flags, true, auxiliary, target, args, made)
    limit?.attach(batch, made.temp)
    made.site ??= recordSite(batch.operations, write)
    if (made.site !== undefined) batch.site = made.site
    if (limit !== undefined) limit.site = made.site
    made.batch = batch
    made.running = true
    pendingResults.put(made.temp, made)
    batch.add(made, proxy)
    made.space.owner?.begun()
  } catch (error) {
    if (!(error instanceof FailedOperand)) throw error
    pendingResults.report(made.fail(error.error), error.error)
  }
}

/** What may end a call with these options early. Throws what it has failed with already. */
function limitOf(
  made: AsyncState,
  target: ReferenceState | undefined,
  options: CallOptions | undefined,
): CallLimit | undefined {
  if (options === undefined && limits.timeout === Number.POSITIVE_INFINITY) return undefined
  const signal = options?.$signal
  const timeout = options?.$timeout ?? limits.timeout
  if (signal === undefined && timeout === Number.POSITIVE_INFINITY) return undefined
  if (target !== undefined && made.label.startsWith('.') && !made.label.startsWith(target.label))
    made.label = target.label + made.label
  made.limit = new CallLimit(made, signal, timeout)
  refusePassed(made.limit)
  return made.limit
}

function refusePassed(limit: CallLimit): void {
  const error = limit.passed
  if (error === undefined) return
  const here: CallSite = {}
  Error.captureStackTrace(here, write)
  error.place(callersOf(here.stack))
  throw new FailedOperand(error)
}

/** An operation on `target` whose result somebody may use. */
export function operate(
  target: ReferenceState,
  opcode: number,
  auxiliary: Auxiliary,
  args: readonly unknown[],
  label: string,
  keep = 0,
  options = optionsOf(args),
): object {
  const made = new AsyncState(spaceHere(target.space), -1, 0)
  made.label = target.label + label
  made.keep = keep
  return write(made, opcode, auxiliary, target, args, options)
}

/** An operation without a target: an import, a helper. */
export function begin(
  space: Space,
  opcode: number,
  auxiliary: Auxiliary,
  args: readonly unknown[],
  label: string,
  keep = 0,
): object {
  const options = optionsOf(args)
  const there = options?.$lane === undefined ? space : space.on(laneSpace(options.$lane, 'the option $lane'))
  const made = new AsyncState(there.owner === undefined ? spaceHere(there) : there, -1, 0)
  made.label = label
  made.keep = keep
  made.options = options
  return write(made, opcode, auxiliary, undefined, args, options)
}

/** The same object, for use on another lane. */
export function onLane(target: ReferenceState, space: Space): object {
  const made = new AsyncState(spaceHere(target.space.on(space)), -1, 0)
  made.label = target.label
  made.keep = OpFlag.keep
  return write(made, Opcode.fetch, 0, target, none)
}

/** An operation whose result nobody can use: `ref.name = value`. */
export function statement(
  target: ReferenceState,
  opcode: number,
  auxiliary: Auxiliary,
  args: readonly unknown[],
): void {
  const made = new AsyncState(spaceHere(target.space), -1, 0)
  write(made, opcode, auxiliary, target, args)
  made.release()
}

/** What a batch knows of a fetch. */
class Fetch implements Result {
  constructor(
    private readonly state: AsyncState,
    private readonly temp: number,
  ) {}

  finished(): void {
    if (pendingResults.getFetch(this.temp) !== this.state) return
    theChannel().releases.temp(this.takeTemp())
    if (this.state.limit?.isEnding === true) return // cancelled: the operation itself says how it ended
    const unheard = unanswered(this.state.label)
    if (this.state.refuseFetch(unheard)) pendingResults.listen(unheard)
  }

  abandon(error: unknown): boolean {
    return this.state.refuseFetch(error)
  }

  takeTemp(): number {
    pendingResults.takeFetch(this.temp)
    return this.temp
  }
}

/** Asks for the value of a result that was not awaited when its batch was sent. */
export function fetch(state: AsyncState): void {
  const written: Written = { temp: -1, start: 0, context: state.context }
  try {
    const { lane } = state.space
    const { limit } = state
    if (limit?.isEnding) return
    if (limit !== undefined) refusePassed(limit)
    const batch = append(
      lane.closed ? poolLane : lane,
      Opcode.fetch,
      OpFlag.awaited | state.keep | (limit === undefined ? 0 : OpFlag.cancellable),
      true,
      0,
      state,
      none,
      written,
    )
    pendingResults.putFetch(written.temp, state)
    limit?.attach(batch, written.temp)
    batch.add(new Fetch(state, written.temp), state)
  } catch (error) {
    state.fail(error instanceof FailedOperand ? error.error : error)
  }
}
