// Where keyword arguments go: to the parameters of a JavaScript function that have their names.
import { parametersOf } from '../codec/parameters.js'
import { KeywordArguments } from '../kw.js'

/**
 * Keyword arguments take the places of the parameters of their names; the others are one plain object, the last argument. With a
 * `...rest`, which is there to be handed on, they are what `kw` makes.
 */
export function placeKeywords(fn: object, args: unknown[], keywords: Readonly<Record<string, unknown>>): unknown[] {
  const { listed, rest } = parametersOf(fn)
  const others: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(keywords)) {
    const place = listed.findIndex((parameter) => parameter.name === name)
    if (place < 0) others[name] = value
    else if (place < args.length && args[place] !== undefined)
      throw new TypeError(`expected one value for the parameter ${name}, got two: by place and by name`)
    else {
      while (args.length < place) args.push(undefined)
      args[place] = value
    }
  }
  if (Object.keys(others).length > 0) args.push(rest ? new KeywordArguments(others) : others)
  return args
}
