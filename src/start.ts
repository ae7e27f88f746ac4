// Starting Python: asked for, or by the first use of anything.

import path from 'node:path'
import { limits } from './call-limits.js'
import { isTimeLimit, timeLimitText } from './call-options.js'
import type { Channel } from './channel.js'
import { keepCodeSoon } from './code-cache.js'
import type { DiscoverOptions, UsableCandidate } from './discovery/candidate.js'
import { discover } from './discovery/discover.js'
import { PythonStartError } from './discovery/start-error.js'
import { ConversionError } from './errors/bridge-errors.js'
import { finalizeAtExit } from './exit.js'
import { requireOptions } from './known-options.js'
import { type Addon, loadAddon, type StartFailure, type StartSettings } from './native.js'
import { packageFolder } from './package-folder.js'
import { requireSettings, settingsOf } from './start-conflicts.js'
import { integerWithin, shown } from './values/integer.js'

/** Options of `python.start`. */
export interface StartOptions extends Pick<DiscoverOptions, 'executable' | 'env' | 'libpython'> {
  /** Seconds after which a thread that runs Python code lets another one in: 0.005 when left out. */
  switchInterval?: number
  /** The most threads of the pool: 64 when left out; of Node's pool all. */
  poolSize?: number
  /** Operations that may wait for the pool before more are refused with a LaneFullError: any number when left out. */
  queueLimit?: number
  /**
   * Whose threads the pool has: its own ('own', when left out), or those of Node's pool ('node'), which fs, dns and crypto use too and
   * whose number is UV_THREADPOOL_SIZE.
   */
  pool?: 'own' | 'node'
  /** Copies every buffer instead of sharing its memory, as runtimes that forbid shared memory (Electron) make necessary. */
  copyBuffers?: boolean
  /** Milliseconds after which every awaited call fails with a TimeoutError, unless its own `$timeout` says otherwise; none when left out. */
  timeout?: number
  /** Milliseconds that a cancelled call has to end before its promise rejects all the same: 200 when left out. */
  grace?: number
  /** What drives coroutines: 'asyncio' when left out. */
  eventLoop?: 'asyncio' | 'uvloop'
  /** asyncio's debug mode. */
  asyncioDebug?: boolean
  /** Keeps libraries of Node's executable from standing in for those of Python's extension modules: true when left out. */
  isolation?: boolean
}

/** The Python that runs. */
export interface Info {
  version: string
  implementation: string
  executable: string
  prefix: string
  basePrefix: string
  path: string[]
  utf8Mode: boolean
  [more: string]: unknown
}

export interface StartListener {
  begun(): void
  refused(error: unknown): void
}

let listener: StartListener | undefined
let starting: Promise<Info> | undefined
/** Electron refuses external memory. */
let copies = process.env.SNAKEBRIDGE_COPY_BUFFERS === '1' || process.versions.electron !== undefined

let queueLimit: number | undefined

/** Of the pool, as far as a start was asked for: what is written until Python runs is held here. */
export const queueLimitOfStart = (): number | undefined => queueLimit

export const copyBuffers = (): boolean => copies

/** The channel wants to know how a start ends. */
export function onStart(channel: Channel): void {
  listener = channel
  finalizeAtExit()
  if (loadAddon().info() !== undefined) begin()
}

/** What runs, or undefined before the start. */
export function info(): Info | undefined {
  const json = loadAddon().info()
  return json === undefined ? undefined : (JSON.parse(json) as Info)
}

/**
 * Starts Python; the options may be left out, and so may the call: the first use starts it. Rejects with a PythonStartError
 * that lists every interpreter tried and why it was refused; another call may then try again.
 */
export async function start(options: StartOptions = {}): Promise<Info> {
  checkOptions(options)
  const addon = loadAddon()
  finalizeAtExit()
  const running = alreadyRunning(options)
  setLimits(options)
  if (running !== undefined) return running
  if (starting !== undefined) {
    await starting.catch(() => {}) // whoever asked for that start hears of its failure
    return start(options)
  }
  starting = attempt(addon, options)
  try {
    return await starting
  } finally {
    starting = undefined
  }
}

async function attempt(addon: Addon, options: StartOptions): Promise<Info> {
  try {
    const { chosen, settings } = choose(options)
    const json = await new Promise<string>((resolve, reject) => {
      addon.start(settings, (failure, done) => {
        if (failure === null) resolve(done as string)
        else reject(failed(chosen, failure))
      })
    })
    return joined(options, json)
  } catch (error) {
    const running = alreadyRunning(options) // another thread was faster
    if (running !== undefined) return running
    throw error
  }
}

/** The blocking twin of `start`. */
export function startSync(options: StartOptions = {}): Info {
  checkOptions(options)
  const addon = loadAddon()
  finalizeAtExit()
  const running = alreadyRunning(options)
  setLimits(options)
  if (running !== undefined) return running
  const { chosen, settings } = choose(options)
  let json: string
  try {
    json = addon.startSync(settings)
  } catch (error) {
    const faster = alreadyRunning(options)
    if (faster === undefined) throw failed(chosen, error as Error & StartFailure)
    return faster
  }
  return joined(options, json)
}

/** Of two threads that start at once one is first, and the other has what that one asked for. */
function joined(options: StartOptions, json: string): Info {
  begin()
  keepCodeSoon()
  requireSettings(loadAddon(), options, undefined)
  return JSON.parse(json) as Info
}

let awaited: Promise<Info> | undefined

/** The first use of anything: starts Python unless a start is under way. What was written until then fails with it. */
export function startSoon(): void {
  if (awaited !== undefined) return
  awaited = starting ?? start()
  const settled = (): void => {
    awaited = undefined
  }
  awaited.then(settled, (error: unknown) => {
    settled()
    listener?.refused(error)
  })
}

/** The first use of anything that blocks. */
export function startNow(): void {
  startSync()
}

const optionNames: readonly (keyof StartOptions)[] = [
  'executable',
  'env',
  'libpython',
  'switchInterval',
  'poolSize',
  'queueLimit',
  'pool',
  'copyBuffers',
  'timeout',
  'grace',
  'eventLoop',
  'asyncioDebug',
  'isolation',
]

function checkOptions(options: StartOptions): void {
  requireOptions(options, optionNames, 'python.start')
  const { timeout, grace, eventLoop } = options
  for (const [name, value] of Object.entries({ timeout, grace })) {
    if (value !== undefined && !isTimeLimit(value))
      throw new ConversionError(`expected ${timeLimitText} for python.start's ${name}, got ${shown(value)}`)
  }
  if (eventLoop !== undefined && eventLoop !== 'asyncio' && eventLoop !== 'uvloop')
    throw new ConversionError(`expected 'asyncio' or 'uvloop' for python.start's eventLoop, got ${shown(eventLoop)}`)
}

/** Limits are those of this JavaScript thread; a later start changes them. */
function setLimits({ timeout, grace }: StartOptions): void {
  if (timeout !== undefined) limits.timeout = timeout
  if (grace !== undefined) limits.grace = grace
}

/** What runs, if that is what `options` ask for; throws if something else does. */
function alreadyRunning(options: StartOptions): Info | undefined {
  const running = info()
  if (running === undefined) return undefined
  requirePoolOptions(options)
  requireInterpreter(options, running)
  requireSettings(loadAddon(), options, listener === undefined ? undefined : copies)
  if (options.copyBuffers !== undefined) copies = options.copyBuffers
  begin()
  return running
}

function requireInterpreter(options: StartOptions, running: Info): void {
  if (options.executable === undefined && options.env === undefined && options.libpython === undefined) return
  const { chosen } = discover(options)
  if (chosen !== undefined && (chosen.executable === running.executable || chosen.prefix === running.prefix)) return
  throw new PythonStartError(
    'already_started',
    `expected the Python that runs in this process (${running.executable}, ${running.version}), got ${chosen?.executable ?? 'another one'}: ` +
      'there is one Python in a process; call python.start() before anything else uses it',
    [],
  )
}

function choose(options: StartOptions): { chosen: UsableCandidate; settings: StartSettings } {
  requirePoolOptions(options)
  const { chosen, candidates } = discover(options)
  if (chosen === undefined) throw PythonStartError.notFound(candidates)
  if (options.copyBuffers !== undefined) copies = options.copyBuffers
  queueLimit = options.queueLimit
  const settings: StartSettings = {
    libpython: chosen.libpython,
    executable: chosen.executable,
    packageDir: path.join(packageFolder, 'python'),
    utf8Mode: true,
    isolation: options.isolation ?? true,
    switchInterval: options.switchInterval,
    poolSize: options.poolSize,
    eventLoop: options.eventLoop,
    asyncioDebug: options.asyncioDebug,
    queueLimit: options.queueLimit,
    pool: options.pool,
    asked: settingsOf(options),
  }
  return { chosen, settings }
}

/** The most threads, and the most operations that may be counted. */
const mostThreads = 4096
const mostWaiting = 2 ** 31 - 1

function requirePoolOptions({ poolSize, queueLimit, pool }: StartOptions): void {
  if (poolSize !== undefined) integerWithin(poolSize, 1, mostThreads, 'poolSize')
  if (queueLimit !== undefined) integerWithin(queueLimit, 1, mostWaiting, 'queueLimit')
  if (pool !== undefined && pool !== 'own' && pool !== 'node')
    throw new ConversionError(`expected 'own' or 'node' for pool, got ${shown(pool)}`)
}

function failed(chosen: UsableCandidate, { code, message }: StartFailure): PythonStartError {
  return PythonStartError.failed(chosen, { code, message })
}

function begin(): void {
  listener?.begun()
}
