#!/usr/bin/env node
import { parseArgs } from 'node:util'

import { doctor } from './doctor.js'
import { formatReport } from './doctor-text.js'

const usage = `Usage: snakebridge doctor [--json] [--executable <path>] [--env <folder>] [--libpython <path>]

  doctor   Shows which Python would be used and why each other one would not, and tries to start it.
           Exit code 0 when it starts, 1 when it does not, 2 for wrong arguments.
`

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      executable: { type: 'string' },
      env: { type: 'string' },
      libpython: { type: 'string' },
    },
  })
  const [command, ...rest] = positionals
  if (values.help) return print(usage, 0)
  if (command !== 'doctor' || rest.length > 0) {
    process.stderr.write(`Expected the command \`doctor\`, got ${positionals.join(' ') || 'none'}.\n${usage}`)
    return 2
  }
  const { executable, env, libpython } = values
  const report = await doctor({ executable, env, libpython })
  return print(values.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report), report.healthy ? 0 : 1)
}

function print(text: string, code: number): number {
  process.stdout.write(text)
  return code
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: Error & { code?: string }) => {
    const wrongArguments = error.code?.startsWith('ERR_PARSE_ARGS')
    process.stderr.write(wrongArguments ? `${error.message}\n${usage}` : `${error.stack}\n`)
    process.exitCode = wrongArguments ? 2 : 1
  },
)
