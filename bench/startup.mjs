// Start-up: each sample is a fresh process that reports its own time to the first result and the memory it added.
import { execFileSync } from 'node:child_process'
import { summarise } from './measure.mjs'

/** Runs `command` again and again; it prints { milliseconds, megabytes }, or with `wall` only its end counts. */
export async function measureStart({ command, wall = false }, { quick }) {
  const samples = []
  // A contender that needs seconds to start gets fewer samples.
  const enough = performance.now() + 10_000
  while (samples.length < 5 || (!quick && samples.length < 21 && performance.now() < enough)) {
    const start = performance.now()
    const output = execFileSync(command[0], command.slice(1), { encoding: 'utf8' })
    const spent = performance.now() - start
    samples.push(wall ? { milliseconds: spent } : JSON.parse(output))
  }
  // The first sample reads the disk; it is the warm-up.
  const warm = samples.slice(1)
  const metrics = {
    time: summarise(
      warm.map(({ milliseconds }) => milliseconds),
      'ms',
    ),
  }
  if (!wall)
    metrics.memory = summarise(
      warm.map(({ megabytes }) => megabytes),
      'MB',
    )
  return metrics
}
