import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createPythonError, type ErrorDescription } from '../src/errors/create.js'
import { PythonError } from '../src/errors/python-error.js'
import * as errors from '../src/index.js'

const valueError: ErrorDescription = {
  type: 'ValueError',
  mro: ['builtins.ValueError', 'builtins.Exception', 'builtins.BaseException'],
  message: 'bad',
  traceback: 'Traceback (most recent call last):\n  File "m.py", line 1, in f\nValueError: bad\n',
}
const jsStack = 'Error\n    at caller (/app/main.ts:3:7)\n    at Module.load (node:internal)'

// biome-ignore lint/suspicious/noExplicitAny: fields of whichever subclass is chosen
function raised(mro: string[], rest: Partial<ErrorDescription> = {}): any {
  return createPythonError({ ...valueError, mro, type: mro[0]!.replace('builtins.', ''), ...rest })
}

describe('PythonError', () => {
  it('has a stack of the message, the place of the call and the traceback of Python, and is logged as that', () => {
    const error = createPythonError(valueError, undefined, jsStack)
    expect(error.stack).toBe(
      'PythonValueError: bad\n    at caller (/app/main.ts:3:7)\n    at Module.load (node:internal)\n\n' +
        'Traceback (most recent call last):\n  File "m.py", line 1, in f\nValueError: bad',
    )
    expect(inspect(error)).toBe(error.stack)
    expect(createPythonError({ ...valueError, message: '', traceback: 'ValueError\n' }).stack).toBe(
      'PythonValueError\n\nValueError',
    )
    expect([String(error), error.name, error.constructor.name]).toEqual([
      'PythonValueError: bad',
      'PythonValueError',
      'PythonValueError',
    ])
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'PythonValueError',
      pythonType: 'ValueError',
      message: 'bad',
      traceback: valueError.traceback,
      notes: [],
    })
  })

  it('ends a program with the traceback of Python on stderr', () => {
    const root = path.join(__dirname, '..')
    const code = `const { createPythonError } = require('./src/errors/create.ts'); Promise.reject(createPythonError(${JSON.stringify(valueError)}, undefined, new Error().stack))`
    const { stderr, status } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', code], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /PythonValueError: bad\n {4}at \[eval\][\s\S]*\n\nTraceback \(most recent call last\):\n {2}File "m.py", line 1, in f\nValueError: bad\n/,
    )
    expect(stderr).not.toContain('pythonType')
  })

  it('has the reference, hidden from comparison and logs', () => {
    const reference = {}
    const error = createPythonError(valueError, reference)
    expect(error.$exception).toBe(reference)
    expect(Object.keys(error)).not.toContain('$exception')
  })

  it('keeps what hangs together', () => {
    const cause = { ...valueError, message: 'first' }
    const error = createPythonError({ ...valueError, cause, context: cause, exceptions: [cause, { ...cause }] })
    expect(error.cause).toBeInstanceOf(errors.PythonValueError)
    expect(error.context).toBe(error.cause)
    expect(error.exceptions?.[0]).toBe(error.cause)
    expect(error.exceptions?.[1]).not.toBe(error.cause)
    expect('cause' in createPythonError(valueError)).toBe(false)
  })

  it('survives a description that has nothing but the type', () => {
    const error = createPythonError({ type: 'm.Odd' })
    expect([error.constructor, error.message, error.traceback, error.frames]).toEqual([PythonError, '', 'm.Odd\n', []])
  })
})

describe('the subclass', () => {
  const tail = ['builtins.Exception', 'builtins.BaseException']
  it.each([
    ['MissingModuleError', ['builtins.ModuleNotFoundError', 'builtins.ImportError']],
    ['PythonSyntaxError', ['builtins.IndentationError', 'builtins.SyntaxError']],
    ['PythonTimeoutError', ['builtins.TimeoutError', 'builtins.OSError']],
    ['PythonTimeoutError', ['subprocess.TimeoutExpired', 'subprocess.SubprocessError']],
    ['PythonCancelledError', ['asyncio.exceptions.CancelledError']],
    ['PythonMemoryError', ['torch.OutOfMemoryError', 'builtins.RuntimeError']],
    ['PythonMemoryError', ['numpy._core._exceptions._ArrayMemoryError', 'builtins.MemoryError']],
    ['PythonRecursionError', ['builtins.RecursionError', 'builtins.RuntimeError']],
    ['PythonKeyError', ['pkg.MyKeyError', 'builtins.KeyError', 'builtins.LookupError']],
    ['PythonFileNotFoundError', ['builtins.FileNotFoundError', 'builtins.OSError']],
    ['PythonConnectionError', ['builtins.ConnectionResetError', 'builtins.ConnectionError', 'builtins.OSError']],
    ['PythonExceptionGroup', ['builtins.ExceptionGroup', 'builtins.BaseExceptionGroup']],
    ['PythonError', ['pkg.Own']],
  ])('%s is chosen over the whole MRO', (name, mro) => {
    const error = raised([...mro, ...tail])
    expect(error.constructor.name).toBe(name)
    expect(error.name).toBe(name)
    expect(error).toBeInstanceOf(PythonError)
    expect(error).toBeInstanceOf(Error)
  })

  it('instanceof holds for every base of the Python class, and for no other', () => {
    const error = raised([
      'requests.JSONDecodeError',
      'requests.RequestException',
      'builtins.OSError',
      'json.JSONDecodeError',
      'builtins.ValueError',
      ...tail,
    ])
    expect(error).toBeInstanceOf(errors.PythonOSError)
    expect(error).toBeInstanceOf(errors.PythonValueError)
    expect(error).not.toBeInstanceOf(errors.PythonTypeError)
    expect(new ValueErrorLike()).not.toBeInstanceOf(errors.PythonValueError)
    class Own extends errors.PythonValueError {}
    expect(error).not.toBeInstanceOf(Own)
  })

  it('of a missing module has the command that installs it', () => {
    const mro = ['builtins.ModuleNotFoundError', 'builtins.ImportError', ...tail]
    const missing = (module: string, rest: object) => raised(mro, { details: { module, ...rest } })
    expect(missing('sklearn.svm', { executable: '/v/bin/python', pip: true }).install).toBe(
      '/v/bin/python -m pip install scikit-learn',
    )
    expect(missing('my_pkg', { executable: '/a b/python', pip: false }).install).toBe(
      'uv pip install --python "/a b/python" my-pkg',
    )
    expect(missing('toString', { executable: '/p', pip: true }).install).toBe('/p -m pip install toString')
    expect(missing('json.foo', {}).install).toBeUndefined()
    expect(missing('a; rm -rf /', { executable: '/p', pip: true }).install).toBeUndefined()
    expect(inspect(missing('numpy', { executable: '/p', pip: true }))).toMatch(
      /\n\nTo install it: \/p -m pip install numpy$/,
    )
  })
})

class ValueErrorLike extends Error {
  mro = ['builtins.ValueError']
}

it('errors of the bridge have names and codes', () => {
  const { ConversionError, ReleasedReferenceError, ForeignReferenceError, PythonStoppedError } = errors
  expect(new ConversionError('x')).toBeInstanceOf(TypeError)
  const all = [
    new ConversionError('x'),
    new ReleasedReferenceError('x'),
    new ForeignReferenceError('x'),
    new PythonStoppedError('x'),
  ]
  expect(all.map(String)).toEqual([
    'ConversionError: x',
    'ReleasedReferenceError: x',
    'ForeignReferenceError: x',
    'PythonStoppedError: x',
  ])
  expect(all.map(({ code }) => code)).toEqual([
    'ERR_SNAKEBRIDGE_CONVERSION',
    'ERR_SNAKEBRIDGE_RELEASED',
    'ERR_SNAKEBRIDGE_FOREIGN_REFERENCE',
    'ERR_SNAKEBRIDGE_STOPPED',
  ])
})
