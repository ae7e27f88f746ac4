// Builds the allocator that fails and says how a program gets it. Undefined where there is none: not glibc on Linux, or a sanitizer,
// whose allocator must be the only one.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = path.dirname(fileURLToPath(import.meta.url))

/** @returns {Record<string, string> | undefined} */
export function failingAllocator() {
  const glibc = process.report.getReport().header.glibcVersionRuntime
  if (process.platform !== 'linux' || glibc === undefined || process.env.SNAKEBRIDGE_SANITIZER !== undefined)
    return undefined
  const built = path.join(folder, '../../build/failing_allocator.so')
  mkdirSync(path.dirname(built), { recursive: true })
  const source = path.join(folder, 'failing_allocator.c')
  const { status, stderr } = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', built, source], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`the failing allocator was not built: ${stderr}`)
  return { LD_PRELOAD: built, PYTHONMALLOC: 'malloc' }
}
