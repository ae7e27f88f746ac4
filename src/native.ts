// Loads the addon, once, and types what it exports.
import { addonFailure } from './addon-failure.js'
import { packageFolder, requirePackage } from './package-folder.js'
import { requireNode } from './runtime.js'

export interface StartSettings {
  libpython: string
  executable: string
  /** The folder with our Python package. */
  packageDir: string
  utf8Mode: boolean
  isolation: boolean
  switchInterval?: number | undefined
  poolSize?: number | undefined
  eventLoop?: string | undefined
  asyncioDebug?: boolean | undefined
  queueLimit?: number | undefined
  pool?: 'own' | 'node' | undefined
  /** Given back by `startedWith`, on every thread. */
  asked: string
}

export interface StartFailure {
  code: string
  message: string
}

type Externals = (ArrayBuffer | SharedArrayBuffer)[] | undefined

/** The addon's functions; native/addon.cc is the other half. */
export interface Addon {
  /** On a thread of the addon's own. */
  start(settings: StartSettings, done: (failure: StartFailure | null, info?: string) => void): void
  startSync(settings: StartSettings): string
  info(): string | undefined
  /** The `asked` of the start that there was. */
  startedWith(): string | undefined
  /** Once for each JS environment: the shared memory, and who is told about results. */
  open(
    onResults: (length: number, big?: ArrayBuffer) => void,
    /** Takes a request of Python's and gives the length of the answer in the replies buffer; -1: see `reply`. */
    onCall: (length: number, big?: ArrayBuffer) => number,
    copyBuffers: boolean,
  ): { commands: ArrayBuffer; results: ArrayBuffer; calls: ArrayBuffer; replies: ArrayBuffer }
  setCommands(buffer: ArrayBuffer): void
  /**
   * False when the lane's queue is full: nothing was taken. `always`: whatever waits. `cancelled`: temps of operations that are not to
   * start, each with the id of the error that it fails with. `caller`: the request of Python's that the code answers which wrote the batch.
   */
  submit(
    lane: number,
    length: number,
    batch: number,
    externals: Externals,
    always?: boolean,
    cancelled?: Uint32Array,
    caller?: number,
  ): false | undefined
  /** The length of the result in the results buffer, or a buffer of its own; undefined: two words. */
  run(length: number, externals?: Externals): number | ArrayBuffer | undefined
  /** The same for a call with a few scalars; false when it is none, or has to wait: nothing was done. */
  runQuickly(): number | ArrayBuffer | undefined | false
  /** Watches an object by number; true when it is time for takeDead(). */
  watch(slot: number, object: object): boolean
  /** The object, unless it has been collected. */
  watched(slot: number): object | undefined
  unwatch(slot: number): void
  /** The numbers of those that have been collected; they are free again. */
  takeDead(): Uint32Array
  defineName(id: number, name: string): void
  exportBuffer(exportId: number): ArrayBuffer
  createLane(name: string, stackSize: number, queueLimit: number | undefined): number
  closeLane(lane: number): void
  stats(): string
  readonly isMainThread: boolean
  /** How far the operation was, see call-limit.ts; `reason` is the id of the error that it fails with. */
  cancel(batch: number, temp: number, reason: number): number
  /** Nobody waits for the operation any longer; where it is, and how long it runs. */
  abandon(batch: number, temp: number): { state: number; lane: string; milliseconds: number }
  /** Ends Python with the process; `later`: Node still has something to print. */
  exit(code: number, later: boolean): void

  // Callbacks.
  setReplies(buffer: ArrayBuffer): void
  /** Answers a request later than it was taken, or with memory: the bytes lie in the replies buffer. */
  reply(call: number, length: number, externals?: Externals): void
}

const instanceKey = Symbol.for('snakebridge.instance')

let addon: Addon | undefined

/** The addon; throws when it cannot be loaded, and when another copy of the package has loaded its own. */
export function loadAddon(): Addon {
  if (addon !== undefined) return addon
  const global = globalThis as { [instanceKey]?: string }
  const other = global[instanceKey]
  if (other !== undefined && other !== packageFolder) {
    throw new Error(
      `expected one copy of snakebridge in this process, got two: ${other} and ${packageFolder}. ` +
        'There is one Python in a process, and references of one copy mean nothing to the other; install one version for all (npm dedupe)',
    )
  }
  requireNode()
  requirePackage()
  const load = require('node-gyp-build') as (folder: string) => Addon
  try {
    addon = load(packageFolder)
  } catch (error) {
    throw addonFailure(packageFolder, error as Error)
  }
  Object.defineProperty(globalThis, instanceKey, { value: packageFolder, configurable: true })
  return addon
}
