import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.join(__dirname, '..')
const python = path.join(process.env.VIRTUAL_ENV as string, 'bin/python')

function failures(script: string, ...rest: string[]): string {
  return execFileSync(python, [`test/python/${script}`, ...rest], { cwd: root, encoding: 'utf8' })
}

it('arrays.view makes NumPy arrays over memory, and numpy_scalar builtin values', () => {
  expect(failures('array_views.py', 'numpy')).toBe('')
})

it('arrays.view makes memoryviews where NumPy is missing, and says where they do not suffice', () => {
  expect(failures('array_views.py', 'plain')).toBe('')
})

it('values.py loads nothing heavy, refuses what it would change, and leaves what it cannot name to references', () => {
  expect(failures('value_rules.py')).toBe('')
})
