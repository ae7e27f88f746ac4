// What the addon counts of lanes and of what runs, with the names that only JavaScript knows.
import { Opcode } from './codec/wire.js'
import type { LaneThread } from './lane.js'
import type { Addon } from './native.js'
import { pendingResults } from './pending.js'

/** A dedicated lane. */
export interface LaneStats {
  name: string
  /** Batches queued or running. */
  queued: number
  /** Operations that have not begun. */
  waiting: number
  queueLimit: number
}

/** The pool: its threads, and what waits for one. */
export interface PoolStats {
  kind: 'own' | 'node'
  threads: number
  /** Threads with a batch. */
  busy: number
  /** Threads that have been in one operation for more than a millisecond. */
  stuck: number
  /** Batches that no thread has taken. */
  queued: number
  /** The most threads. */
  limit: number
  /** Operations that have not begun, of all JavaScript threads. */
  waiting: number
  queueLimit: number
}

/** An operation that is inside Python. Blocking calls are not among them. */
export interface RunningCall {
  /** What was written last: `.sleep()` for `time.sleep(1)`. */
  operation: string
  /** The lane's name, or 'pool'. */
  lane: string
  /** Milliseconds since it began, a few exact. */
  age: number
}

/** Counts of what is alive and in flight. */
export interface Stats {
  references: number
  temps: number
  buffers: number
  bufferBytes: number
  /** Bytes that Python holds for JavaScript, as far as they are known. */
  heldBytes: number
  batchesInFlight: number
  /** Python objects that were let go and wait for a thread in Python to free them. */
  deferredReleases: number
  /** Batches and blocking operations so far. */
  trips: number
  bytesToPython: number
  bytesToJs: number
  arrayBytesShared: number
  arrayBytesCopied: number
  /** The dedicated lanes of this JavaScript thread that have a thread. */
  lanes: LaneStats[]
  pool: PoolStats
  /** What runs for this JavaScript thread, on the pool and on lanes; the longest first. */
  running: RunningCall[]
}

interface Counted<Lane> {
  lanes: (Lane & { lane: number })[]
  pool: Omit<PoolStats, 'kind'> & { onNode: number }
  running: { lane: number; opcode: number; temp: number; age: number }[]
}

type Limited = { waiting: number; queueLimit: number | null }
type Raw = Omit<Stats, 'lanes' | 'pool' | 'running'> & Counted<Limited & { queued: number }>

const opcodeNames = new Map<number, string>(Object.entries(Opcode).map(([name, number]) => [number, name]))

/** The addon writes no limit as null. */
function limitOf({ queueLimit }: { queueLimit: number | null }): number {
  return queueLimit ?? Number.POSITIVE_INFINITY
}

/** Everything counted, without waiting for Python. `lanes`: those that may have a thread. */
export function readStats(addon: Addon, lanes: Iterable<LaneThread>): Stats {
  const raw = JSON.parse(addon.stats()) as Raw
  const names = new Map<number, string>([[0, 'pool']])
  for (const lane of lanes) if (lane.known !== undefined) names.set(lane.known, lane.name)
  const nameOf = (lane: number): string => names.get(lane) ?? `lane ${lane}`
  const { onNode, ...pool } = raw.pool
  return {
    ...raw,
    lanes: raw.lanes.map(({ lane, ...counts }) => ({ name: nameOf(lane), ...counts, queueLimit: limitOf(counts) })),
    pool: { kind: onNode === 1 ? 'node' : 'own', ...pool, queueLimit: limitOf(pool) },
    running: raw.running
      .map(({ lane, opcode, temp, age }) => ({ operation: labelOf(opcode, temp), lane: nameOf(lane), age }))
      .sort((a, b) => b.age - a.age),
  }
}

function labelOf(opcode: number, temp: number): string {
  const label = pendingResults.labelOf(temp)
  return label === undefined || label === '' ? (opcodeNames.get(opcode) ?? `operation ${opcode}`) : label
}

/** How many operations wait for the lane, and how many may. */
export function backlogOf(addon: Addon, lane: LaneThread): { waiting: number; limit: number } {
  const { lanes, pool } = JSON.parse(addon.stats()) as Raw
  const found = lane.isPool ? pool : lanes.find((counted) => counted.lane === lane.known)
  return { waiting: found?.waiting ?? 0, limit: found === undefined ? 0 : limitOf(found) }
}
