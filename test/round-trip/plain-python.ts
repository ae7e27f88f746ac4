// What plain CPython, beside the bridge, says about expressions.
import { execFileSync } from 'node:child_process'
import path from 'node:path'

const root = path.join(__dirname, '../..')
export const executable = path.join(process.env.VIRTUAL_ENV as string, 'bin/python')

/** The descriptions of the expressions' values, by test/python/round_trip.py. */
export function describedByPython(expressions: readonly string[]): string[] {
  // Through the module's own name, so that it is the same module as in the bridge.
  const input = JSON.stringify(expressions)
  const script = path.join(root, 'test/python/round_trip.py')
  return JSON.parse(execFileSync(executable, [script], { input, encoding: 'utf8', maxBuffer: 2 ** 28 })) as string[]
}
