// Tests that cannot run everywhere say so in their titles, where reports and docs/compatibility.md find the reason.
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
