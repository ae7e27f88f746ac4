// Why the addon could not be loaded, and what to do.
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'

const build =
  'To build one on this machine (with a C++20 compiler, make, and the headers of a CPython 3.11 or newer): npm rebuild snakebridge'

/** The error of node-gyp-build, or of the system's loader, in words that say what can be done. */
export function addonFailure(folder: string, cause: Error): Error {
  const reason = cause.message.startsWith('No native build was found')
    ? `expected a binary of snakebridge for ${platform()}, found ${present(folder)} in ${folder}`
    : `the binary of snakebridge for ${platform()} does not load: ${cause.message}`
  return new Error(`${reason}. ${advice(cause.message)}`, { cause })
}

function advice(message: string): string {
  const needed = /version [`'](GLIBC_[\d.]+)' not found/.exec(message)?.[1]
  if (needed === undefined) return build
  return `It was built on a newer system: it needs ${needed}, and this one has glibc ${glibc() ?? 'unknown'}. ${build}`
}

function platform(): string {
  const libc = process.platform !== 'linux' ? '' : glibc() === undefined ? ' (musl)' : ' (glibc)'
  return `${process.platform}-${process.arch}${libc}`
}

function glibc(): string | undefined {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined
  return report?.header?.glibcVersionRuntime
}

function present(folder: string): string {
  const prebuilds = path.join(folder, 'prebuilds')
  if (!existsSync(prebuilds)) return 'none'
  const files = readdirSync(prebuilds).flatMap((target) =>
    readdirSync(path.join(prebuilds, target)).map((file) => `${target}/${file}`),
  )
  return files.join(', ') || 'none'
}
