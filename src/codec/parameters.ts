// The parameters of a JavaScript function, as its source names them.
import { isClass, sourceOf } from './function-source.js'

export interface Parameter {
  readonly name: string
  /** The source of its default; undefined where it has none. */
  readonly fallback: string | undefined
}

export interface Parameters {
  readonly listed: readonly Parameter[]
  /** Whether there is a `...rest`. */
  readonly rest: boolean
}

const unknown: Parameters = { listed: [], rest: true }
const known = new WeakMap<object, Parameters>()

/** Of a function, a method, or the constructor of a class; any number where the source does not say. */
export function parametersOf(fn: object): Parameters {
  let parameters = known.get(fn)
  if (parameters === undefined) {
    parameters = read(fn)
    known.set(fn, parameters)
  }
  return parameters
}

/** Whether the class has a constructor of its own. */
export function hasConstructor(jsClass: object): boolean {
  return constructorStart.test(masked(sourceOf(jsClass)))
}

const constructorStart = /[{;}\s]constructor\s*\(/

function read(fn: object): Parameters {
  const source = sourceOf(fn)
  const mask = masked(source)
  let open: number
  if (isClass(fn)) {
    const found = constructorStart.exec(mask)
    if (found === null) return unknown
    open = found.index + found[0].length - 1
  } else {
    const arrow = /^(?:async\s+)?([\w$]+)\s*=>/.exec(mask)
    if (arrow !== null) return { listed: [{ name: arrow[1] as string, fallback: undefined }], rest: false }
    // A computed name comes before the parameters: [Symbol('(')](…).
    open = mask.indexOf('(', mask.startsWith('[') ? closing(mask, 0) : 0)
  }
  const close = open < 0 ? -1 : closing(mask, open)
  return close < 0 ? unknown : split(source, mask, open + 1, close)
}

function split(source: string, mask: string, start: number, end: number): Parameters {
  const listed: Parameter[] = []
  let rest = false
  let depth = 0
  let from = start
  for (let at = start; at <= end; at++) {
    const character = mask[at] as string
    if (at < end && '([{'.includes(character)) depth++
    else if (at < end && ')]}'.includes(character)) depth--
    else if (at === end || (character === ',' && depth === 0)) {
      const text = mask.slice(from, at)
      const found = /^\s*(\.\.\.)?\s*([\w$]+)\s*(=?)/.exec(text)
      if (found?.[1] !== undefined) rest = true
      else if (found !== null) {
        const fallback = found[3] === '' ? undefined : source.slice(from + found[0].length, at).trim()
        listed.push({ name: found[2] as string, fallback })
      } else if (text.trim() !== '') {
        // A pattern. Its default, if it has one, is behind the last bracket.
        const isOptional = text.lastIndexOf('=') > Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'))
        listed.push({
          name: `arg${listed.length + 1}`,
          fallback: isOptional || /=\s*[{[]/.test(text) ? '…' : undefined,
        })
      }
      from = at + 1
    }
  }
  return { listed, rest }
}

/** Where the bracket at `open` is closed. */
function closing(mask: string, open: number): number {
  let depth = 0
  for (let at = open; at < mask.length; at++) {
    const character = mask[at] as string
    if ('([{'.includes(character)) depth++
    else if (')]}'.includes(character) && --depth === 0) return at
  }
  return -1
}

/** The source with blanks for the contents of comments and texts, which may hold brackets. */
function masked(source: string): string {
  return source.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g,
    (text) => (text.startsWith('/') ? ' '.repeat(text.length) : `'${' '.repeat(text.length - 2)}'`),
  )
}
