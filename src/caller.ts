// Who called us: a file named relatively is found beside the caller's.
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { limitFrames } from './errors/frame-limit.js'
import { unpacked } from './package-folder.js'

const ownFolder = __dirname + path.sep

/** The folder of the source file that called into this package. */
export function callerFolder(): string {
  const { prepareStackTrace } = Error
  const limit = limitFrames(32)
  const holder: { stack?: NodeJS.CallSite[] | string } = {}
  try {
    // Reflect: a program may have frozen `Error`, and then the stack is text.
    Reflect.set(Error, 'prepareStackTrace', (_error: Error, sites: NodeJS.CallSite[]) => sites)
    Error.captureStackTrace(holder, callerFolder)
    const { stack } = holder
    const names = typeof stack === 'string' ? filesIn(stack) : stack?.map((site) => site.getFileName())
    const file = names?.map(fileOf).find((name) => name !== undefined && isForeign(name))
    return file === undefined ? process.cwd() : path.dirname(file)
  } finally {
    Reflect.set(Error, 'prepareStackTrace', prepareStackTrace)
    limitFrames(limit)
  }
}

function filesIn(stack: string): (string | undefined)[] {
  return stack.split('\n').map((line) => /^ {4}at (?:.* \()?(.*):\d+:\d+\)?$/.exec(line)?.[1])
}

/** The stack without this package's own lines. */
export function callersOf(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .filter((line) => !line.includes(ownFolder))
    .join('\n')
}

function fileOf(name: string | null | undefined): string | undefined {
  if (name === null || name === undefined) return undefined
  if (!name.startsWith('file:')) return path.isAbsolute(name) ? name : undefined
  const url = new URL(name)
  url.search = url.hash = '' // transpilers and loaders add queries
  return fileURLToPath(url)
}

function isForeign(file: string): boolean {
  return path.relative(__dirname, file).startsWith('..')
}

/** The absolute path of a Python file named as `./file.py`, `../x.py`, an absolute path or a file URL; undefined for a dotted name. */
export function pythonFile(name: string | URL): string | undefined {
  if (typeof name !== 'string' || name.startsWith('file:')) return unpacked(fileURLToPath(name))
  if (/^\.\.?[/\\]/.test(name)) return unpacked(path.resolve(callerFolder(), name))
  return path.isAbsolute(name) ? unpacked(name) : undefined
}
