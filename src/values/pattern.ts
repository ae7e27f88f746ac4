// A RegExp on its way to Python's re.compile.
import { ConversionError } from '../errors/bridge-errors.js'
import { pythonSource } from './pattern-source.js'
import { RichKind, type RichParts } from './rich-value.js'

// Python's re.IGNORECASE, re.MULTILINE, re.DOTALL and re.UNICODE. `g` and `d` say how a method of JavaScript searches and what it
// returns: in Python the method says it, so there is nothing to pass.
const flags: Readonly<Record<string, number>> = { i: 2, m: 8, s: 16, u: 32, g: 0, d: 0 }

const refused: Readonly<Record<string, string>> = {
  y: 'in Python the method decides where a match starts: pass the pattern without y and call its match(text, position)',
  v: "Python's re has no set notation in character classes: write the class out",
}

/** The parts of a re.Pattern; throws for a flag that Python has no counterpart to. @internal */
export function patternParts(pattern: RegExp): RichParts {
  let sum = 0
  for (const flag of pattern.flags) {
    const value = flags[flag]
    if (value === undefined) {
      throw new ConversionError(
        `expected a RegExp with flags out of ${Object.keys(flags).join('')}, got ${flag} in ${pattern}; ${refused[flag] ?? 'leave it out'}`,
      )
    }
    sum |= value
  }
  // `new RegExp('')` calls its source (?:).
  return { kind: RichKind.pattern, parts: [pythonSource(pattern), sum] }
}
