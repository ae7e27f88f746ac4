// Programs of the memory tests: each runs in a process of its own and prints what it measured.
import { expect } from 'vitest'
import { run } from '../process/program.js'

export const MB = 2 ** 20

/** A program's JSON on standard output; `resident` and `peak` (bytes) are in scope of it. */
export async function measure(program: string): Promise<Record<string, number>> {
  const outcome = await run(
    `import { readFileSync } from 'node:fs'
     const resident = () => process.memoryUsage().rss
     const peak = () => Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
     const later = () => new Promise((resolve) => setTimeout(resolve, 100))
     ${program}`,
    // The young generation of Node 24 takes its 139 MB page by page, in some five rounds, whatever becomes of them; 16 MB are Node 20's.
    { deadline: 120_000, nodeArgs: ['--expose-gc', '--max-semi-space-size=16'] },
  )
  expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' })
  return JSON.parse(outcome.stdout)
}
