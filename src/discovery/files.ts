// Questions to the file system that are answered with yes or no; a missing or forbidden path is a no.
import { accessSync, constants, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs'

export function isFile(path: string): boolean {
  return attempt(() => statSync(path, { throwIfNoEntry: false })?.isFile()) ?? false
}

export function isFolder(path: string): boolean {
  return attempt(() => statSync(path, { throwIfNoEntry: false })?.isDirectory()) ?? false
}

/** True for a dangling link too. */
export function exists(path: string): boolean {
  return attempt(() => lstatSync(path, { throwIfNoEntry: false })) !== undefined
}

export function isDangling(path: string): boolean {
  return exists(path) && attempt(() => statSync(path, { throwIfNoEntry: false })) === undefined
}

export function isExecutable(path: string): boolean {
  const allowed = attempt(() => {
    accessSync(path, constants.R_OK | constants.X_OK)
    return true
  })
  return allowed ?? false
}

export function realpath(path: string): string {
  return attempt(() => realpathSync.native(path)) ?? path
}

export function listFolder(path: string): string[] {
  return attempt(() => readdirSync(path)) ?? []
}

function attempt<T>(question: () => T): T | undefined {
  try {
    return question()
  } catch {
    // ENOTDIR, EACCES, ELOOP, ENOENT: there is nothing there for us.
    return undefined
  }
}
