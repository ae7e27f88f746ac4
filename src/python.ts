// `python`: the way in.
import './deliver.js'
import './promise-requests.js'
import './proxy-requests.js'
import { callback } from './callback.js'
import { capture } from './capture.js'
import { theChannel } from './channel.js'
import { withManager, withManagerSync } from './context.js'
import type { DiscoverOptions } from './discovery/candidate.js'
import type { DoctorReport } from './doctor.js'
import { asyncEntry, type Entry, syncEntry } from './entry.js'
import { off, on } from './events.js'
import { readStats, type Stats } from './lane-stats.js'
import { lane, openLanes } from './lanes.js'
import { markers } from './markers.js'
import { output } from './output.js'
import { proxy } from './proxy.js'
import { context } from './python-context.js'
import type { PythonReference, SyncReference } from './reference.js'
import { registerType } from './register-type.js'
import { scope, session } from './session/session.js'
import { poolSpace, syncSpace } from './spaces.js'
import { info, start, startSync } from './start.js'
import { streamMarkers } from './streams-in/python-file.js'
import { subclass, subclassSync } from './subclass/subclass.js'

function stats(): Stats {
  return readStats(theChannel().addon, openLanes())
}

const pool = asyncEntry(poolSpace)
const blocking = syncEntry(syncSpace)

/** The blocking API: every operation runs on the calling thread, which waits for it. */
export interface SyncPython extends Entry<SyncReference> {
  with: typeof withManagerSync
  subclass: typeof subclassSync
}

const sync: SyncPython = {
  import: blocking.import,
  eval: blocking.eval,
  exec: blocking.exec,
  with: withManagerSync,
  subclass: subclassSync,
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
  context,
  session,
  scope,
  sync,
  registerType,
  callback,
  proxy,
  subclass,
  capture,
  output,
  on,
  off,
  ...markers,
  ...streamMarkers,
}
