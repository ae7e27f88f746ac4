// Makes the error classes of what snakebridge.errors.describe (Python) says about an exception.
import { errorClassOf } from './kinds.js'
import { linkPythonError, type PythonError, type PythonFrame } from './python-error.js'

/** What arrives in a kError value. The codec keeps the shape of shared objects, so one exception is one description. @internal */
export interface ErrorDescription {
  type: string
  mro?: readonly string[]
  message?: string
  traceback?: string
  frames?: readonly PythonFrame[]
  notes?: readonly string[]
  cause?: ErrorDescription | null
  context?: ErrorDescription | null
  suppressContext?: boolean
  exceptions?: readonly ErrorDescription[] | null
  details?: Readonly<Record<string, unknown>>
  /** The id of the JavaScript error that this exception stands for. */
  js?: number | null
  /** The id of the JavaScript half of an exception whose class is one of JavaScript. */
  half?: number | null
}

/** The PythonError for a description. `resolveJs` gives a JavaScript error back as itself where it is a cause or a member. @internal */
export function createPythonError(
  description: ErrorDescription,
  exception?: unknown,
  jsStack?: string,
  resolveJs?: (id: number) => unknown,
): PythonError {
  const made = new Map<ErrorDescription, Error>()
  const linked = (other: ErrorDescription | null | undefined): Error | undefined => {
    if (other === undefined || other === null) return undefined
    const js = typeof other.js === 'number' ? resolveJs?.(other.js) : undefined
    return js instanceof Error ? js : make(other, undefined, undefined)
  }
  const make = (from: ErrorDescription, reference: unknown, stack: string | undefined): PythonError => {
    const known = made.get(from)
    if (known !== undefined) return known as PythonError
    const error = construct(from, reference, stack)
    made.set(from, error)
    linkPythonError(error, {
      cause: linked(from.cause),
      context: linked(from.context),
      exceptions: from.exceptions?.map((member) => linked(member) as Error),
    })
    return error
  }
  return make(description, exception, jsStack)
}

function construct(from: ErrorDescription, exception: unknown, jsStack: string | undefined): PythonError {
  const mro = from.mro ?? []
  const message = from.message ?? ''
  return new (errorClassOf(mro))({
    type: from.type,
    mro,
    message,
    traceback: from.traceback ?? `${from.type}${message === '' ? '' : `: ${message}`}\n`,
    frames: from.frames ?? [],
    notes: from.notes ?? [],
    suppressContext: from.suppressContext ?? false,
    details: from.details ?? {},
    exception,
    jsStack,
  })
}
