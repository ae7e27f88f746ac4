// Options of python.start that count for the process: who starts Python decides them, and who wants others later is told.
import { inspect } from 'node:util'
import { PythonStartError } from './discovery/start-error.js'
import type { Addon } from './native.js'
import type { StartOptions } from './start.js'

/** What they are when they are left out, as far as that is one value. */
const defaults = {
  switchInterval: 0.005,
  eventLoop: 'asyncio',
  asyncioDebug: false,
  isolation: true,
  poolSize: 64,
  queueLimit: undefined,
  pool: 'own',
} as const

type Name = keyof typeof defaults
type Settings = { [name in Name]?: unknown }

const names = Object.keys(defaults) as Name[]

/** The options of a start, for those who come later, on whichever thread. */
export function settingsOf(options: StartOptions): string {
  const settings: Settings = {}
  for (const name of names) settings[name] = options[name] ?? defaults[name]
  if (options.pool === 'node' && options.poolSize === undefined) settings.poolSize = undefined
  return JSON.stringify(settings)
}

/** Throws when `options` has what the running Python was not started with. `copies`: whether buffers are copied, if that is settled. */
export function requireSettings(addon: Addon, options: StartOptions, copies: boolean | undefined): void {
  const running = JSON.parse(addon.startedWith() as string) as Settings
  const others: string[] = []
  for (const name of names)
    if (differs(options[name], running[name])) others.push(shown(name, options[name], running[name]))
  const { copyBuffers } = options
  if (copies !== undefined && differs(copyBuffers, copies)) others.push(shown('copyBuffers', copyBuffers, copies))
  if (others.length === 0) return
  throw new PythonStartError(
    'already_started',
    `expected the options that Python was started with, got ${others.join(', ')}; they count for the process: ` +
      'call python.start() before anything else uses Python, also in the modules that this one imports',
    [],
  )
}

const differs = (asked: unknown, running: unknown): boolean => asked !== undefined && asked !== running

function shown(name: string, asked: unknown, running: unknown): string {
  return `${name} ${inspect(asked)} (it ${running === undefined ? 'was left out' : `is ${inspect(running)}`})`
}
