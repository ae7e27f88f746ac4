// `python`: the way in.
import './deliver.js'
import { asyncSpace } from './async-reference.js'
import { callback } from './callback.js'
import { theChannel } from './channel.js'
import { withManager, withManagerSync } from './context.js'
import type { DiscoverOptions } from './discovery/candidate.js'
import type { DoctorReport } from './doctor.js'
import { asyncEntry, type Entry, syncEntry } from './entry.js'
import { ConversionError } from './errors/bridge-errors.js'
import { LaneThread } from './lane.js'
import { markers } from './markers.js'
import type { PythonReference, SyncReference } from './reference.js'
import { registerType } from './register-type.js'
import { poolSpace, syncSpace } from './spaces.js'
import { info, start, startSync } from './start.js'
import { shown } from './values/integer.js'

/** One thread of its own, on which everything imported through it runs, strictly in order. */
export interface Lane extends Entry<PythonReference> {
  readonly name: string
  /** Ends the thread after what was written so far. */
  close(): void
}

export interface LaneOptions {
  /** Bytes of the thread's stack: 8 MiB when left out. */
  stackSize?: number
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
  /** Batches waiting for each dedicated lane. */
  lanes: { queued: number }[]
  pool: { threads: number; busy: number; stuck: number; queued: number; limit: number }
}

const lanes = new Map<string, Lane>()

function lane(name: string, options: LaneOptions = {}): Lane {
  if (typeof name !== 'string' || name === '')
    throw new ConversionError(`expected a name for python.lane, got ${shown(name)}`)
  const known = lanes.get(name)
  if (known !== undefined) return known
  const thread = new LaneThread(name, options.stackSize)
  const close = () => {
    theChannel().flush()
    thread.close()
    lanes.delete(name)
  }
  const made: Lane = Object.assign(asyncEntry(asyncSpace(thread)), { name, close })
  lanes.set(name, made)
  return made
}

function stats(): Stats {
  return JSON.parse(theChannel().addon.stats()) as Stats
}

const pool = asyncEntry(poolSpace)
const blocking = syncEntry(syncSpace)

/** The blocking API: every operation runs on the calling thread, which waits for it. */
export interface SyncPython extends Entry<SyncReference> {
  with: typeof withManagerSync
}

const sync: SyncPython = {
  import: blocking.import,
  eval: blocking.eval,
  exec: blocking.exec,
  with: withManagerSync,
  get builtins() {
    return blocking.builtins
  },
}

/** Examines this machine; see `DoctorReport`. Loaded on demand: start-up should not pay for it. */
async function doctor(options?: DiscoverOptions): Promise<DoctorReport> {
  return (await import('./doctor.js')).doctor(options)
}

/** Python in this process. Starts with the first use, or with `python.start()`. */
export const python = {
  start,
  startSync,
  info,
  doctor,
  stats,
  import: pool.import,
  eval: pool.eval,
  exec: pool.exec,
  get builtins(): PythonReference {
    return pool.builtins
  },
  with: withManager,
  lane,
  sync,
  registerType,
  callback,
  ...markers,
}
