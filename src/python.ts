// `python`: the way in.
import './deliver.js'
import './promise-requests.js'
import './proxy-requests.js'
import { callback } from './callback.js'
import { capture } from './capture.js'
import { theChannel } from './channel.js'
import { withManager, withManagerSync } from './context.js'
import { doctor } from './doctor.js'
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
  /** `with manager as value`: calls the function with the value; `__exit__` gets the error that it throws. */
  with: typeof withManagerSync
  /** A Python class to extend in JavaScript, whose attributes are values. */
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

/** Python in this process. Starts with the first use, or with `python.start()`. */
export const python = {
  /** Starts Python, with options; the first use of anything does it without. */
  start,
  /** The blocking twin of `start`. */
  startSync,
  /** What runs, or undefined before the start. */
  info,
  /** Examines this machine: every Python, the addon, and a trial start. */
  doctor,
  /** Counts of what is alive and in flight, without waiting for Python. */
  stats,
  /** A module by its dotted name, or a `.py` file: `./model.py` is looked for beside the calling file. */
  import: pool.import,
  /** The value of an expression; `locals` are the names it may use. Options last, in `kw()`. */
  eval: pool.eval,
  /** Runs statements; gives a reference to the dict of the names they made. */
  exec: pool.exec,
  /** The module of built-in functions: `python.builtins.len(x)`. */
  get builtins(): PythonReference {
    return pool.builtins
  },
  /** `with` and `async with`: calls the function with what the manager gives; `__exit__` gets the error that it throws. */
  with: withManager,
  /** A thread of its own by that name, strictly in order: `python.lane('gpu')`. */
  lane,
  /** A new `contextvars.Context`, for calls that belong together. */
  context,
  /** A session: what is made in it is released with it. */
  session,
  /** A session for one function; its result is kept. */
  scope,
  /** The blocking twin. */
  sync,
  /** A row of your own in the conversion table. */
  registerType,
  /** A JavaScript function as a Python callable, with options. */
  callback,
  /** A JavaScript object by reference: Python works on the object itself. */
  proxy,
  /** A Python class to extend in JavaScript: `class Net extends python.subclass(nn.Module) {}`. */
  subclass,
  /** What Python prints while the function runs: `{ result, stdout, stderr }`. */
  capture,
  /** Routes what Python prints to Node streams; null: back to the process’s own. */
  output,
  /** Hears Python’s log records, or its warnings. */
  on,
  /** Ends what `on` began. */
  off,
  ...markers,
  ...streamMarkers,
}
