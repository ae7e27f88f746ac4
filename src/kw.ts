// Keyword arguments.
import { ConversionError } from './errors/bridge-errors.js'
import { shown } from './values/integer.js'

/** What `kw` makes: the last argument of a call. */
export class KeywordArguments {
  /** @internal */
  constructor(readonly values: Readonly<Record<string, unknown>>) {}
}

/**
 * Keyword arguments of a call; must be its last argument. A plain object alone is a dict.
 *
 * @example
 * await np.sum(a, kw({ axis: 0 }))
 */
export function kw(values: Readonly<Record<string, unknown>>): KeywordArguments {
  if (typeof values !== 'object' || values === null || Array.isArray(values) || !isPlain(values))
    throw new ConversionError(`expected a plain object of names and values for kw, got ${shown(values)}`)
  for (const name of Object.keys(values)) {
    if (name.startsWith('$'))
      throw new ConversionError(`expected the name of a keyword argument for kw, got the unknown option ${shown(name)}`)
  }
  return new KeywordArguments(values)
}

/** A Map or an instance of a class may hold its names elsewhere than in its own properties. */
function isPlain(values: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(values)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
