// Keyword arguments, and with them the options of the call.
import { addOption, type CallOptions } from './call-options.js'
import { ConversionError } from './errors/bridge-errors.js'
import { loopName } from './lane.js'
import { shown } from './values/integer.js'

type Names = Readonly<Record<string, unknown>>

/** What `kw` makes: the last argument of a call. */
export class KeywordArguments {
  /** @internal */
  constructor(
    readonly values: Names,
    /** The names that begin with `$`; undefined when there are none. */
    readonly options?: CallOptions,
  ) {}
}

/**
 * Keyword arguments of a call; must be its last argument. A plain object alone is a dict. Names that begin with `$` are options of
 * the call itself (`CallOptions`) and do not reach Python.
 *
 * @example
 * await np.sum(a, kw({ axis: 0 }))
 * await client.get(url, kw({ $signal: AbortSignal.timeout(500) }))
 */
export function kw(values: CallOptions & Names): KeywordArguments {
  if (typeof values !== 'object' || values === null || Array.isArray(values) || !isPlain(values))
    throw new ConversionError(`expected a plain object of names and values for kw, got ${shown(values)}`)
  for (const name of Object.keys(values)) if (name.startsWith('$')) return withOptions(values)
  return new KeywordArguments(values)
}

function withOptions(values: Names): KeywordArguments {
  const options: CallOptions = {}
  const others: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    if (name.startsWith('$')) addOption(options, name, value)
    else defineOwn(others, name, value)
  }
  return new KeywordArguments(others, Object.keys(options).length === 0 ? undefined : options)
}

/** An assignment to `__proto__` would not make a property. */
function defineOwn(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, writable: true, configurable: true })
}

/** The options of a call with these arguments; undefined when it has none. */
export function optionsOf(args: readonly unknown[]): CallOptions | undefined {
  if (args.length === 0) return undefined // a look-up of [-1] is slow
  const last = args[args.length - 1]
  return typeof last === 'object' && last instanceof KeywordArguments ? last.options : undefined
}

/** `options`, for a function that has no keyword arguments, as the end of an argument list. `onLanes`: it heeds $lane. */
export function onlyOptions(options: unknown, name: string, onLanes = false): readonly KeywordArguments[] {
  if (options === undefined) return []
  if (!(options instanceof KeywordArguments))
    throw new ConversionError(`expected options in kw() as the last argument of ${name}, got ${shown(options)}`)
  const [other] = Object.keys(options.values)
  if (options.options?.$capture === true)
    throw new ConversionError(
      `expected $capture in the kw() of a call, got it in that of ${name}; use python.capture()`,
    )
  const lane = options.options?.$lane
  if (lane === loopName)
    throw new ConversionError(
      `expected $lane: '${loopName}' in the kw() of a call, got it in that of ${name}; code with \`await\` runs on the event loop by itself`,
    )
  if (lane !== undefined && !onLanes)
    throw new ConversionError(
      `expected $lane in the kw() of a call, got it in that of ${name}; use reference.$on(lane)`,
    )
  if (other === undefined) return [options]
  throw new ConversionError(
    `expected options that begin with $ in the kw() of ${name}, got the keyword argument ${shown(other)}`,
  )
}

/** A Map or an instance of a class may hold its names elsewhere than in its own properties. */
function isPlain(values: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(values)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
