import type { SpawnSyncReturns } from 'node:child_process'

import type { Host } from './candidate.js'

/** Runs an interpreter to its end, at most as long as the host allows. Its streams are closed at the deadline, whoever else holds them. */
export function runPython(executable: string, flags: string[], host: Host): SpawnSyncReturns<string> {
  // Loaded here because most starts need no child process, and loading it costs 2 ms.
  const { spawnSync } = require('node:child_process') as typeof import('node:child_process')
  return spawnSync(executable, flags, {
    encoding: 'utf8',
    env: host.environ,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: host.probeTimeout,
    windowsHide: true,
  })
}
