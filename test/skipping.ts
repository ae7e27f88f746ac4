// Tests that cannot run everywhere say so in their titles, where reports and docs/compatibility.md find the reason.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, it, type TestFunction } from 'vitest'

/** For a title: why what it names is skipped, or nothing. */
export const because = (skipped: boolean, reason: string): string => (skipped ? ` (skipped: ${reason})` : '')

/** `it`, or its skip. */
export function itUnless(skipped: boolean, reason: string) {
  return (title: string, test: TestFunction, timeout?: number) =>
    it.skipIf(skipped)(title + because(skipped, reason), test, timeout)
}

/** `describe`, or its skip. */
export function describeUnless(skipped: boolean, reason: string) {
  return (title: string, tests: () => void) => describe.skipIf(skipped)(title + because(skipped, reason), tests)
}

export const copied = 'every buffer is copied'
export const underSanitizer = 'a sanitizer needs the memory'
export const forkUnderSanitizer = 'a lock of the sanitizer that another thread held stays locked in a child of fork()' // GCC 12

/** Whether the environment of the tests lacks a module of Python's. */
export function isMissing(module: string): boolean {
  const question = `import importlib.util as u; print(u.find_spec(${JSON.stringify(module)}) is None)`
  const interpreter = path.join(process.env.VIRTUAL_ENV as string, 'bin/python')
  return execFileSync(interpreter, ['-c', question], { encoding: 'utf8' }).trim() === 'True'
}

export const noTorch = 'torch is not installed' // it is 200 MB, and no requirement of the tests
