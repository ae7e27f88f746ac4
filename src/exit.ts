// The end of the process, which is where Python has to end too: after everything that listens to 'exit', whenever it was added.
import { keepCodeNow } from './code-cache.js'
import { loadAddon } from './native.js'

let installed = false

/**
 * `process.exit()` and the natural end both emit 'exit'. Environment clean-up hooks do not run on process.exit() of the main thread, and
 * a listener of ours would run before those added later, which may still want to use Python: so emit itself is wrapped. To be called
 * before Python starts: the process may end half-way through. A worker's 'exit' is its own end only.
 */
export function finalizeAtExit(): void {
  if (installed || !loadAddon().isMainThread) return
  installed = true
  // Nobody caught an exception: Node emits 'exit' first and prints the exception afterwards.
  let dying = false
  const emit = process.emit as (this: NodeJS.Process, event: string | symbol, ...args: unknown[]) => boolean
  const emitAndFinalize = function (this: NodeJS.Process, event: string | symbol, ...args: unknown[]): boolean {
    const heard = emit.call(this, event, ...args)
    if (event === 'uncaughtException' && !heard) dying = true
    if (event === 'exit' && this === process) {
      keepCodeNow()
      loadAddon().exit(Number(process.exitCode ?? args[0] ?? 0), dying)
    }
    return heard
  }
  process.emit = emitAndFinalize as typeof process.emit
}
