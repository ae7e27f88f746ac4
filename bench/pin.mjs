// Keeps a trial on a few cores, so that its figures mean the same on a machine with more.
import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** This process, its threads and all that it starts run on the first `count` cores from here on. Linux only. */
export function pinTo(count) {
  if (process.platform !== 'linux' || availableParallelism() <= count) return
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', `0-${count - 1}`, String(process.pid)])
}
