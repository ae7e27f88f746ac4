import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createPythonError, type ErrorDescription } from '../src/errors/create.js'
import {
  MissingModuleError,
  PythonAttributeError,
  PythonExceptionGroup,
  PythonOSError,
  PythonSyntaxError,
  PythonSystemExit,
  PythonValueError,
} from '../src/errors/kinds.js'

interface Report {
  described: Record<string, { is: ErrorDescription; printed: string }>
  bounded: Record<string, { is: ErrorDescription; seconds: number }>
  hostile: Record<string, ErrorDescription>
  fromJs: ErrorDescription
  ownFrames: Record<'missing' | 'called', string>
}

const root = path.join(__dirname, '..')
const python = path.join(process.env.VIRTUAL_ENV as string, 'bin/python')
const output = execFileSync(python, ['test/python/described_errors.py'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 2 ** 26,
})
const { described, bounded, hostile, fromJs, ownFrames } = JSON.parse(output) as Report
// biome-ignore lint/suspicious/noExplicitAny: fields of whichever subclass is chosen
const made = (name: string) => createPythonError(described[name]!.is) as any

describe('errors.py and src/errors', () => {
  it.each(Object.keys(described))('the traceback of %s is what plain Python prints', (name) => {
    expect(made(name).traceback).toBe(described[name]?.printed)
  })

  it('frames have file, line, column in characters, function and source', () => {
    const [outer, inner] = made('simple').frames
    expect(outer).toMatchObject({ function: 'simple', text: 'inner("abc")', column: 5 })
    expect(inner).toMatchObject({ function: 'inner', text: 'return float(x)', column: 12, line: outer.line - 4 })
    expect(inner.file).toMatch(/raised_errors\.py$/)
    expect(made('astral').frames[0].column).toBe(17)
    expect(made('recursion').frames).toHaveLength(100)
  })

  it('frames of the package and of the import machinery that it called are left out', () => {
    expect(ownFrames.missing).toBe("ModuleNotFoundError: No module named 'no_such_module'\n")
    expect(ownFrames.called).toBe(described.simple?.printed)
  })

  it('links, notes and members are kept', () => {
    expect(made('caused').cause).toBeInstanceOf(PythonValueError)
    expect([made('during').cause, made('during').context.message, made('during').message]).toEqual([
      undefined,
      "could not convert string to float: 'q'",
      "'x'",
    ])
    expect([made('suppressed').suppressContext, made('suppressed').context.pythonType]).toEqual([true, 'ValueError'])
    expect(made('noted').notes).toEqual(['note 1\nline 2', 'note 2'])
    const group = made('nested_group')
    expect(group).toBeInstanceOf(PythonExceptionGroup)
    expect(group.exceptions[0].exceptions.map((error: Error) => error.message)).toHaveLength(3)
    expect(group.exceptions[1].pythonType).toBe('TypeError')
    expect(made('surrogate').message).toBe('a\ud800b')
  })

  it('details come with their exceptions', () => {
    expect(made('syntax')).toBeInstanceOf(PythonSyntaxError)
    expect(made('syntax')).toMatchObject({ file: '/tmp/foo.py', line: 2, offset: 7, text: 'def f(:\n' })
    expect(made('os_error')).toMatchObject({
      errno: 2,
      strerror: 'No such file or directory',
      filename: '/nonexistent/é',
    })
    expect(made('system_exit')).toBeInstanceOf(PythonSystemExit)
    expect(made('system_exit').code).toBe('bye')
    expect(made('attribute')).toBeInstanceOf(PythonAttributeError)
    expect(made('attribute').attribute).toBe('sqr')
    expect(made('missing')).toBeInstanceOf(MissingModuleError)
    expect(made('missing').module).toBe('no_such_module')
    expect(made('missing').install).toMatch(/no-such-module$/)
    expect(made('missing_submodule').install).toBeUndefined()
    const both = made('multiple')
    expect([both instanceof PythonValueError, both instanceof PythonOSError, both.errno]).toEqual([true, true, 2])
  })

  it('a chain, a group or a stack without end is cut, and the text says so', () => {
    const cut = '[snakebridge: more exceptions of this chain or group are not shown]'
    for (const name of ['long_chain', 'wide_group', 'deep_group']) expect(bounded[name]?.is.traceback).toContain(cut)
    expect(bounded.deep_stack?.is.traceback).toContain('[snakebridge: the outer frames of a deep stack are not shown]')
    expect(bounded.deep_stack?.is.frames).toHaveLength(100)
    expect(bounded.wide_group?.is.exceptions).toHaveLength(63)
    expect(bounded.cyclic?.is.cause).toMatchObject({ message: 'b', cause: null })
  })

  it('an exception whose own methods misbehave is described all the same', () => {
    const message = (name: string) => hostile[name]?.message
    expect([message('BadStr'), message('ExitingStr'), message('SubclassStr')]).toEqual([
      '<exception str() failed>',
      '<exception str() failed>',
      'sub',
    ])
    expect(hostile.BadStr?.type).toBe('raised_errors.BadStr')
    expect(hostile.BadNotes?.notes?.[0]).toMatch(/Ignored error getting __notes__/)
    expect(hostile.BadSyntax?.mro).toContain('builtins.SyntaxError')
    for (const description of Object.values(hostile)) expect(description.traceback).not.toBe('')
  })

  it('an error of JavaScript comes back as itself where it is a cause', () => {
    const original = new TypeError('x is not a function')
    const error = createPythonError(fromJs, undefined, undefined, (id) => (id === 7 ? original : undefined))
    expect(error.cause).toBe(original)
    expect(error.traceback).toContain('snakebridge.errors.JavaScriptError: TypeError: x is not a function')
  })
})
