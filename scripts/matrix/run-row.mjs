// Runs the test suite in one environment: that Node runs vitest, the tests, and the programs that they start.
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { runStep } from '../progress.mjs'
import { readReport } from './report.mjs'

const longest = 60 * 60_000

/** What this process's environment would bring in: other Pythons' settings, and this Node's. */
const foreign = /^(PYTHON|PYENV|CONDA|VIRTUAL_ENV|UV_|SNAKEBRIDGE_|NODE_|npm_node)/

export function environmentOf({ node, folder, env, report }) {
  const inherited = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  return {
    ...Object.fromEntries(inherited),
    PATH: [path.dirname(node.executable), process.env.PATH].join(path.delimiter),
    SNAKEBRIDGE_TEST_VENV: folder,
    SNAKEBRIDGE_TEST_REPORT: report,
    SNAKEBRIDGE_TEST_PATIENT: '1',
    ...env,
  }
}

/** What readReport says of it. `report`: where the report is kept; left out, it is thrown away. */
export async function runRow(root, title, { node, folder, env, files, report }) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'snakebridge-matrix-'))
  const file = report ?? path.join(scratch, 'report.json')
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs')
  let died
  try {
    await runStep(title, [[node.executable, vitest, 'run', ...files]], {
      cwd: root,
      env: environmentOf({ node, folder, env, report: file }),
      limit: longest,
    })
  } catch (error) {
    died = error.message
  }
  try {
    return readReport(root, file, died)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
