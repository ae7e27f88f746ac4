// Keeps what V8 has compiled of this package for the next process (loader.ts).
import { setTimeout } from './scheduling.js'

/** Given by the loader, unless there is nothing to keep. */
declare const keepCode: (() => void) | undefined

/**
 * Milliseconds. A program has used by then what the next one will need, and not yet what it has compiled for speed: that may be
 * slower (a blocking call by a quarter) once V8 has been asked for its code.
 */
const patience = 250

let isDue = false

/** This thread has started Python. */
export function keepCodeSoon(): void {
  if (typeof keepCode !== 'function') return
  isDue = true
  setTimeout(keepCodeNow, patience).unref()
}

export function keepCodeNow(): void {
  if (!isDue) return
  isDue = false
  keepCode?.()
}
