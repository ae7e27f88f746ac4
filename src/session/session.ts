// Sessions: what is made in one is released with it.
//  1. A session has references of its own: the same Python object has one in each session. What an operation makes belongs to the session
//     of its target, or to the one that the asynchronous context is in, whichever was made within the other.
//  2. It ends once: its references are released together, and any use of one throws. An operation that is in flight then runs to its end,
//     and who awaits it gets its value; what it brings of references is released as it arrives.
//  3. Sessions made within another one may use its references. Between others a reference must be taken out first.
import { asyncDisposeSymbol, disposeSymbol } from '../dispose.js'
import { asyncEntry, type Entry } from '../entry.js'
import { ConversionError } from '../errors/bridge-errors.js'
import { requireOptions } from '../known-options.js'
import { laneSpace } from '../lanes.js'
import type { PythonReference } from '../reference.js'
import { type ReferenceState, requireState } from '../reference-state.js'
import { poolSpace } from '../spaces.js'
import { referenceOf } from '../subclass/instance.js'
import { integerWithin, shown } from '../values/integer.js'
import { currentSession, runInside } from './context.js'
import { foreignError } from './errors.js'
import { detachAll } from './kept-result.js'
import { SessionState } from './session-state.js'

/** Options of `python.session` and `python.scope`. */
export interface SessionOptions {
  /** For messages: `session 1` and so on when left out. */
  name?: string | undefined
  /** Milliseconds without a use after which the session ends by itself: never when left out. */
  ttl?: number | undefined
  /** References it holds at most; beyond that the least recently used one is released. Any number when left out. */
  maxReferences?: number | undefined
}

/** What a session holds, and did so far. */
export interface SessionStats {
  name: string
  /** References that it holds: settled ones, and results that were not awaited. */
  references: number
  /** The most at once so far. */
  peak: number
  /** Released because of `maxReferences`. */
  evicted: number
  /** Operations on their way. */
  inFlight: number
  /** Milliseconds since it was made. */
  age: number
  /** Milliseconds since its last use. */
  idle: number
  ended: boolean
}

/** Ways into Python whose references are released together; see `python.session`. */
export class Session implements Entry<PythonReference> {
  /** @internal */
  readonly state: SessionState
  readonly import: Entry<PythonReference>['import']
  readonly eval: Entry<PythonReference>['eval']
  readonly exec: Entry<PythonReference>['exec']
  private readonly entry: Entry<PythonReference>

  /** @internal */
  constructor({ name, ttl, maxReferences }: SessionOptions) {
    this.state = new SessionState(name, ttl, maxReferences, currentSession())
    this.entry = asyncEntry(poolSpace.within(this.state))
    this.import = this.entry.import
    this.eval = this.entry.eval
    this.exec = this.entry.exec
  }

  get builtins(): PythonReference {
    return this.entry.builtins
  }

  get name(): string {
    return this.state.name
  }

  get ended(): boolean {
    return this.state.ended !== undefined
  }

  /** The way into Python on a lane; what it gives belongs to the session. */
  lane(lane: string | object): Entry<PythonReference> {
    return asyncEntry(laneSpace(lane, 'session.lane').within(this.state))
  }

  /** Runs `body` in the session: whatever it makes, and what it calls and awaits makes, belongs to it. Gives what `body` gives. */
  run<T>(body: () => T): T {
    if (typeof body !== 'function') throw new ConversionError(`expected a function for session.run, got ${shown(body)}`)
    this.state.requireOpen()
    return this.state.during(() => runInside(this.state, body))
  }

  /**
   * Takes a reference out of the session and returns it: it lives as long as it is used, or as long as the session in which this one was
   * made.
   */
  detach<T>(reference: T): T {
    const found = referenceOf(reference)
    if (found === undefined)
      throw new ConversionError(`expected a Python reference for session.detach, got ${shown(reference)}`)
    const state = requireState(found)
    if (state.space.owner !== this.state && state.space.owner !== undefined)
      throw foreignError(state.describe(), state.space.owner, this.state)
    this.takeOut(state)
    return reference
  }

  private takeOut(state: ReferenceState): void {
    if (state.space.owner !== this.state) return
    state.requireUsable()
    const { parent } = this.state
    const { base } = state.space
    state.moveTo(parent === undefined || parent.ended !== undefined ? base : base.within(parent))
  }

  /** @internal The result of a scope stays: references in it, alone or in arrays, plain objects, Maps and Sets. */
  keepResult(value: unknown): void {
    detachAll(value, (state) => this.takeOut(state))
  }

  /** Releases all references; settles when the operations that were in flight have ended. */
  end(): Promise<void> {
    return this.state.end('ended')
  }

  /** What it holds, and did so far. */
  stats(): SessionStats {
    return this.state.stats()
  }

  /** Ends it, at the end of a `using` block. */
  [disposeSymbol](): void {
    void this.end()
  }

  /** Ends it and waits for the calls in flight, for `await using`. */
  [asyncDisposeSymbol](): Promise<void> {
    return this.end()
  }
}

/** The largest delay of a timer, and the most references that are counted. */
const largest = 2 ** 31 - 1

/**
 * A session: what is made in it is released with it, by `end()`, by `using`, or by its `ttl`.
 *
 * @example
 * using session = python.session({ ttl: 60_000, maxReferences: 10_000 })
 * const model = session.import('./model.py').load()
 */
export function session(options: SessionOptions = {}): Session {
  requireOptions(options, ['ttl', 'maxReferences', 'name'], 'python.session')
  const { name, ttl, maxReferences } = options
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw new ConversionError(`expected a name for python.session, got ${shown(name)}`)
  if (ttl !== undefined) integerWithin(ttl, 1, largest, 'ttl')
  if (maxReferences !== undefined) integerWithin(maxReferences, 1, largest, 'maxReferences')
  return new Session(options)
}

/**
 * Runs `body` in a session of its own, which ends with it; what it gives is kept. Settles when the operations that `body` wrote have ended.
 *
 * @example
 * const mean = await python.scope(async () => np.mean(await load(file)))
 */
export async function scope<T>(body: (session: Session) => T, options?: SessionOptions): Promise<Awaited<T>> {
  if (typeof body !== 'function') throw new ConversionError(`expected a function for python.scope, got ${shown(body)}`)
  const made = session(options)
  try {
    const result = await made.run(() => body(made))
    made.keepResult(result)
    return result
  } finally {
    await made.end()
  }
}
