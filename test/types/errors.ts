// Compiled only: what is caught, released and iterated has types without casts.
import {
  isReference,
  kw,
  MissingModuleError,
  NDArray,
  PythonError,
  PythonExceptionGroup,
  type PythonFrame,
  PythonOSError,
  type PythonReference,
  python,
  ReleasedReferenceError,
  type SyncReference,
} from 'snakebridge'

export async function failing(): Promise<string | undefined> {
  try {
    await python.import('model').fit(kw({ epochs: 3, class: 'x' }))
  } catch (error) {
    if (error instanceof MissingModuleError) return error.install
    if (error instanceof PythonOSError) return `${error.errno} ${error.filename}`
    if (error instanceof PythonExceptionGroup) return error.exceptions.map((one: Error) => one.message).join()
    if (error instanceof ReleasedReferenceError) return error.code
    if (error instanceof PythonError) {
      const frames: readonly PythonFrame[] = error.frames
      const line: number | null | undefined = frames[0]?.line
      const context: Error | undefined = error.context
      const again: PythonReference = python.builtins.repr(error.$exception)
      return `${error.pythonType} ${error.traceback} ${error.notes.join()} ${line} ${context?.message} ${await again}`
    }
    throw error
  }
  return undefined
}

export async function lifetimes(): Promise<void> {
  using lock: PythonReference = await python.import('threading').Lock()
  await using file = await python.builtins.open('x')
  using now: SyncReference = python.sync.import('math')
  lock.$release()
  console.log(file, now)
}

export async function iterating(): Promise<void> {
  const [q, r] = python.import('numpy').linalg.qr([[1, 2]])
  const [first, ...rest] = await python.builtins.list('abc')
  for (const [key, value] of await python.eval('[(1, 2)]')) console.log(key, value)
  for await (const chunk of python.builtins.range(10).$chunks(3)) console.log(chunk.length)
  for await (const row of python.import('./model.py').fit()) console.log(row.loss)
  const values: unknown = await q.$add(r).$item(python.slice(0, 1), -1)
  if (values instanceof NDArray) console.log(values.shape[0], values.data.length)
  if (isReference(values)) console.log('a reference')
  const lengths: number[] = await Promise.all(['a', 'b'].map((text) => python.builtins.len(text)))
  const settled = await Promise.allSettled([q, python.builtins.len([]).catch(() => 0), q.finally(() => {})])
  console.log(first, rest, lengths, settled)
}

export async function contexts(): Promise<number | undefined> {
  const text: string | undefined = await python.with(python.builtins.open('x'), async (file) => file.read())
  const size: number | undefined = await python.with(python.import('threading').Lock(), () => 3)
  const now: number | undefined = python.sync.with(python.sync.builtins.open('x'), (file) => file.fileno())
  return text === undefined ? size : now
}

export function wrongUses(): void {
  // @ts-expect-error the name of a module is a string or a URL
  python.import(5)
  // @ts-expect-error keyword arguments are an object
  kw('x')
  // @ts-expect-error a lane has a name
  python.lane()
}
