import { basename } from 'node:path'

/** `3.12` of `3.12.4`. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}

/** Version and flags in a name such as `python3.13t`. */
export function versionInName(path: string): { version: string; flags: string } | undefined {
  const match = /^python(\d+)\.(\d+)(t?d?)(?:\.exe)?$/.exec(basename(path))
  return match ? { version: `${match[1]}.${match[2]}`, flags: match[3] ?? '' } : undefined
}
