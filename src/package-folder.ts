// Where this package lies: the addon's binary and our Python files are beside this file, unless a bundler moved it.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

const archive = /\.asar(?=[/\\]|$)/

/** The folder of the package, as the loader of libraries and Python can read it. */
export const packageFolder = unpacked(path.join(__dirname, '..'))

/**
 * Of a path inside an Electron archive, the file that was unpacked beside the archive, if there is one: only Electron's own
 * JavaScript can read the archive.
 */
export function unpacked(file: string): string {
  if (process.versions.electron === undefined) return file
  const beside = file.replace(archive, '.asar.unpacked')
  return existsSync(beside) ? beside : file
}

/** Throws where the code is not in its package any more, or the package is where only JavaScript can read. */
export function requirePackage(folder = packageFolder): void {
  if (process.versions.electron !== undefined && archive.test(folder))
    throw new Error(
      `expected snakebridge outside the Electron archive, got ${folder}: neither the system's loader nor Python reads archives. ` +
        "Unpack it: asarUnpack: ['**/node_modules/snakebridge/**'] (electron-builder), or packagerConfig.asar.unpack (Electron Forge)",
    )
  if (nameOf(folder) === 'snakebridge') return
  throw new Error(
    `expected snakebridge in a package folder of its own, got ${__dirname}: a bundler has taken its code in and left its binary and Python ` +
      "files behind. Keep it out of the bundle and install it beside: external: ['snakebridge'] (esbuild), externals: " +
      "{ snakebridge: 'commonjs snakebridge' } (webpack), serverExternalPackages: ['snakebridge'] (Next.js)",
  )
}

function nameOf(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { name?: unknown }).name
  } catch {
    // No package.json, or none that can be read: not our folder.
    return undefined
  }
}
