// Runs a program that uses the built package in a Node process of its own, as a user would.
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll } from 'vitest'

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

export interface ProgramOptions {
  /** On top of this process's environment; `undefined` removes a variable. */
  env?: NodeJS.ProcessEnv
  args?: string[]
  nodeArgs?: string[]
  cwd?: string
  /** Sees the process while it runs: to send it signals, or to read its output as it comes. */
  during?: (child: ChildProcess) => void
  /** After this many milliseconds the process counts as hung: it is killed, and `signal` is 'SIGKILL'. */
  deadline?: number
}

export const root = path.resolve(__dirname, '../..')
export const venv = process.env.VIRTUAL_ENV as string
const slow = process.env.SNAKEBRIDGE_SANITIZER !== undefined || process.env.SNAKEBRIDGE_TEST_PATIENT !== undefined

// Inside the repository, so that 'snakebridge' resolves to this package.
mkdirSync(path.join(root, 'build'), { recursive: true })
export const folder = mkdtempSync(path.join(root, 'build', 'program-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let count = 0

/** A copy of the package, as it was installed, with its dependencies. */
export function copyOfPackage(name: string): string {
  const copy = path.join(folder, name)
  mkdirSync(path.join(copy, 'build/Release'), { recursive: true })
  for (const part of ['dist', 'python', 'package.json', 'build/Release/snakebridge.node'])
    cpSync(path.join(root, part), path.join(copy, part), { recursive: true })
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))
  return copy
}

/** The program starts with `python` and `kw` in scope and may await at its top level. */
export function run(program: string, options: ProgramOptions = {}): Promise<Outcome> {
  return runFile(writeProgram(`import { python, kw } from 'snakebridge'\n${program}\n`), options)
}

export function writeProgram(text: string, extension = 'mjs'): string {
  const file = path.join(folder, `program-${++count}.${extension}`)
  writeFileSync(file, text)
  return file
}

/**
 * This process's, without what a developer or a CI sets for Python: PYTHONUNBUFFERED would hide that output is lost. The
 * allocator stays: it is the matrix that sets it.
 */
export const environment: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('PYTHON') || name === 'PYTHONMALLOC'),
)

export function runFile(file: string, options: ProgramOptions = {}): Promise<Outcome> {
  const env = { ...environment, VIRTUAL_ENV: venv, ...options.env }
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), file, ...(options.args ?? [])], {
    cwd: options.cwd ?? root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  options.during?.(child)
  const deadline = setTimeout(() => child.kill('SIGKILL'), (options.deadline ?? 30_000) * (slow ? 4 : 1))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    // 'close' comes when the output has ended too: an orphan that keeps stdout open is a hang.
    child.on('close', (code, signal) => {
      clearTimeout(deadline)
      resolve({ code, signal, stdout, stderr })
    })
  })
}

/** A program that printed this and ended well. */
export function clean(stdout: string, code = 0): Outcome {
  return { code, signal: null, stdout, stderr: '' }
}
