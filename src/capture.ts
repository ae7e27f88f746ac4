// `python.capture`: what Python prints while a function runs, by a Python context (contextvars) in which its calls run.
import { begin } from './async-operations.js'
import { Opcode, OpFlag } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'
import { context as contextLikeThis } from './python-context.js'
import { poolSpace } from './spaces.js'
import { shown } from './values/integer.js'

/** What a function gave, and what Python printed meanwhile. */
export interface Captured<T> {
  result: T
  stdout: string
  stderr: string
}

/**
 * Calls `body` and gives its result together with what was printed by the calls to Python written in it, and in what it awaits:
 * coroutines and threads that they start included. If `body` fails, so does this, and what was captured is printed after all.
 *
 * @example
 * const { result, stdout } = await python.capture(() => model.fit(x, y))
 */
export async function capture<T>(body: () => T): Promise<Captured<Awaited<T>>> {
  if (typeof body !== 'function')
    throw new ConversionError(`expected a function for python.capture, got ${shown(body)}`)
  const context = contextLikeThis()
  const kept = await helper('begin_capture', [context.reference], OpFlag.keep)
  let result: Awaited<T>
  try {
    result = await context.run(body)
  } catch (error) {
    await helper('end_capture', [kept, true])
    throw error
  }
  const [stdout, stderr] = (await helper('end_capture', [kept, false])) as [string, string]
  return { result, stdout, stderr }
}

function helper(name: string, args: readonly unknown[], flags: number = OpFlag.none): PromiseLike<unknown> {
  return begin(poolSpace, Opcode.helper, name, args, 'python.capture()', flags) as PromiseLike<unknown>
}
