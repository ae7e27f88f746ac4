// The lanes of this JavaScript thread, by name.
import { asyncSpace } from './async-reference.js'
import { theChannel } from './channel.js'
import { asyncEntry, type Entry } from './entry.js'
import { ConversionError } from './errors/bridge-errors.js'
import { requireOptions } from './known-options.js'
import { type LaneOptions, LaneThread, loopName, poolLane } from './lane.js'
import type { PythonReference } from './reference.js'
import type { Space } from './space.js'
import { poolSpace } from './spaces.js'
import { integerWithin, shown } from './values/integer.js'

/** One thread of its own, on which everything imported through it runs, strictly in order. */
export interface Lane extends Entry<PythonReference> {
  readonly name: string
  /** Ends the thread after what was written so far. */
  close(): void
}

const smallestStack = 256 * 1024
const largestStack = 2 ** 40
const mostWaiting = 2 ** 31 - 1

const noLane =
  "expected another name than 'asyncio' for python.lane, got that of the event loop: coroutines run there by themselves when they are " +
  "awaited, and a call that wants a running loop is sent there by kw({ $lane: 'asyncio' })"

const lanes = new Map<string, Lane>()
const spaces = new WeakMap<object, Space>()

/** The lane of that name, made when there is none; the name 'pool' is that of the pool. */
export function lane(name: string, options: LaneOptions = {}): Lane {
  if (typeof name !== 'string' || name === '')
    throw new ConversionError(`expected a name for python.lane, got ${shown(name)}`)
  requireOptions(options, ['stackSize', 'queueLimit'], 'python.lane')
  const { stackSize, queueLimit } = options
  if (stackSize !== undefined) integerWithin(stackSize, smallestStack, largestStack, 'stackSize')
  if (queueLimit !== undefined) integerWithin(queueLimit, 1, mostWaiting, 'queueLimit')
  if (name === loopName) throw new ConversionError(noLane)
  if (name === poolLane.name) return pool(options)
  const known = lanes.get(name)
  if (known === undefined) return open(new LaneThread(name, { stackSize, queueLimit }))
  requireSame(known, options)
  return known
}

function open(thread: LaneThread): Lane {
  const close = (): void => {
    if (thread.closed) return
    theChannel().closeLane(thread)
    lanes.delete(thread.name)
  }
  return remember(asyncSpace(thread), close)
}

function pool(options: LaneOptions): Lane {
  if (options.stackSize !== undefined || options.queueLimit !== undefined)
    throw new ConversionError(
      "expected no options for python.lane('pool'), got some; python.start({ poolSize, queueLimit }) has the pool's",
    )
  const close = (): void => {
    throw new ConversionError('expected a lane that was opened, got the pool, which cannot be closed')
  }
  return lanes.get(poolLane.name) ?? remember(poolSpace, close)
}

function remember(space: Space, close: () => void): Lane {
  const { name } = space.lane
  const made: Lane = Object.assign(asyncEntry(space), { name, close })
  lanes.set(name, made)
  spaces.set(made, space)
  return made
}

/** A lane keeps the options that it was opened with. */
function requireSame(known: Lane, options: LaneOptions): void {
  const had: LaneOptions = (spaces.get(known) as Space).lane.options
  for (const name of ['stackSize', 'queueLimit'] as const) {
    if (options[name] === undefined || options[name] === had[name]) continue
    throw new ConversionError(
      `expected ${had[name] === undefined ? `no ${name}` : `the ${name} ${had[name]}`} for the open lane ${known.name}, got ${shown(options[name])}: ` +
        'the first python.lane() of a name decides; close() that lane first, or take another name',
    )
  }
}

/** The references of a lane, which is given by itself or by its name. */
export function laneSpace(given: unknown, user: string): Space {
  const found = typeof given === 'string' ? lane(given) : given
  const space = typeof found === 'object' && found !== null ? spaces.get(found) : undefined
  if (space !== undefined) return space
  throw new ConversionError(`expected a lane (python.lane(name)) or its name for ${user}, got ${shown(given)}`)
}

/** The threads of the lanes that are open. */
export function openLanes(): LaneThread[] {
  return [...lanes.values()].map((known) => (spaces.get(known) as Space).lane)
}
