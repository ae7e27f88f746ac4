// The source of a RegExp in Python's syntax, so that it matches the same strings.
//  1. What both have alike is passed as it is. What JavaScript alone has is written as Python has it: (?<name>…) and \k<name>, $ at the very
//     end only, \d, \w and \b about ASCII, \u{…}, \cX, [^], [], { that is no quantifier, letters with a needless backslash.
//  2. What Python cannot say is refused and named: \p{…}, octal escapes, references to groups that are not closed yet.
//  3. Python's own remain: which characters are white space and ends of lines (\s, ., and with the flag m ^ and $), and that a reference to
//     a group that took no part matches nothing instead of everywhere.
import { ConversionError } from '../errors/bridge-errors.js'

const digits = '0-9'
const wordCharacters = '0-9A-Z_a-z'
const last = String.raw`\U0010ffff`
/** In a class in brackets; \D and \W as what is left of all. */
const sets: Readonly<Record<string, string>> = {
  d: digits,
  w: wordCharacters,
  D: String.raw`\x00-/:-${last}`,
  W: String.raw`\x00-/:-@\[-\^\x60{-${last}`,
  s: String.raw`\s`,
  S: String.raw`\S`,
}
const alone: Readonly<Record<string, string>> = {
  d: `[${digits}]`,
  w: String.raw`(?a:\w)`,
  D: `[^${digits}]`,
  W: String.raw`(?a:\W)`,
  s: String.raw`\s`,
  S: String.raw`\S`,
  b: String.raw`(?a:\b)`,
  B: String.raw`(?a:\B)`,
}

const groupStart = /\(\?(?:<(?![=!])([^>]*)>|([a-z]*)(?:-([a-z]*))?:|<?[=!])/y
const quantifier = /\{\d+(?:,\d*)?\}/y
const hex = /x([\da-f]{2})|u([\da-f]{4})(?:\\u([\da-f]{4}))?/iy
const codePoint = /u\{([\da-f]+)\}/iy
const control = /c([a-z])/iy
const reference = /k<([^>]*)>/y
const number = /\d+/y
/** Python takes these for itself, or warns that it will. */
const special = /[[&~|-]/

interface Group {
  /** Counted from 1; 0: it takes nothing. */
  readonly number: number
  /** Whether ^ and $ are about lines in here. */
  readonly lines: boolean
}

/** Throws a ConversionError that names what Python cannot say. @internal */
export function pythonSource(pattern: RegExp): string {
  return new Translation(pattern).run()
}

class Translation {
  private readonly source: string
  private readonly isUnicode: boolean
  private readonly names = new Set<string>()
  private at = 0
  private groups = 0
  private readonly open: Group[] = []

  constructor(private readonly pattern: RegExp) {
    this.source = pattern.source
    this.isUnicode = pattern.unicode
  }

  run(): string {
    let text = ''
    while (this.at < this.source.length) text += this.term()
    return text
  }

  private term(): string {
    const char = this.take()
    switch (char) {
      case '\\':
        return this.escape()
      case '[':
        return this.set()
      case '(':
        return this.group()
      case ')':
        this.open.pop()
        return char
      case '$':
        return this.hasLines ? char : String.raw`\Z`
      case '{':
        this.at--
        return this.match(quantifier)?.[0] ?? this.escaped()
      default:
        return char
    }
  }

  private get hasLines(): boolean {
    return this.open.at(-1)?.lines ?? this.pattern.multiline
  }

  private group(): string {
    this.at--
    const start = this.match(groupStart)
    if (start === undefined) {
      this.at++
      this.enter(true)
      return '('
    }
    const [text, name, on, off] = start
    if (name === undefined) {
      this.enter(false, on?.includes('m') === true || (this.hasLines && off?.includes('m') !== true))
      return text
    }
    this.enter(true)
    if (!/^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(name)) this.refuse(text, 'a name that Python has no group for')
    if (this.names.has(name)) this.refuse(text, 'a second group of this name')
    this.names.add(name)
    return `(?P<${name}>`
  }

  private enter(isTaken: boolean, lines = this.hasLines): void {
    if (isTaken) this.groups++
    this.open.push({ number: isTaken ? this.groups : 0, lines })
  }

  private escape(): string {
    const next = this.source[this.at] as string
    const known = alone[next]
    if (known !== undefined) {
      this.at++
      return known
    }
    if (next === 'k' && (this.isUnicode || this.hasNames)) {
      const [text, name] = this.match(reference) as RegExpExecArray
      if (!this.names.has(name as string)) this.refuse(`\\${text}`, 'a reference to a group that comes later')
      return `(?P=${name})`
    }
    if (next >= '1' && next <= '9') {
      const [text] = this.match(number) as RegExpExecArray
      const group = Number(text)
      if (group > this.groups || this.open.some((each) => each.number === group))
        this.refuse(
          `\\${text}`,
          'an octal escape, or a reference to a group that has not ended; write \\xHH for the first',
        )
      return `\\${text}`
    }
    return this.character()
  }

  private get hasNames(): boolean {
    return /\(\?<(?![=!])/.test(this.source)
  }

  private get isDigitNext(): boolean {
    return /\d/.test(this.source[this.at] ?? '')
  }

  /** What follows a backslash and stands for one character, in brackets too. */
  private character(): string {
    const code = this.match(hex)
    if (code !== undefined) return this.unit(code)
    const point = this.isUnicode ? this.match(codePoint) : undefined
    if (point !== undefined) return charOf(Number.parseInt(point[1] as string, 16))
    const key = this.match(control)
    if (key !== undefined) return charOf((key[1] as string).charCodeAt(0) % 32)
    const char = this.take()
    if (char >= '0' && char <= '9') {
      if (char !== '0' || this.isDigitNext) this.refuse(`\\${char}`, 'an octal escape; write \\xHH')
      return String.raw`\x00`
    }
    if (/[tnvfr]/.test(char)) return `\\${char}`
    if (char === 'c') return String.raw`\\c`
    if (!/[A-Za-z]/.test(char)) return char.length === 1 && char < '\x80' ? `\\${char}` : char
    if (this.isUnicode)
      this.refuse(`\\${char}${this.source[this.at] === '{' ? '{…}' : ''}`, 'nothing that Python’s re knows')
    return char
  }

  /** Two halves of one character are one in Python. */
  private unit([, byte, first, second]: RegExpExecArray): string {
    if (byte !== undefined) return charOf(Number.parseInt(byte, 16))
    const high = Number.parseInt(first as string, 16)
    const low = second === undefined ? 0 : Number.parseInt(second, 16)
    const pair = String.fromCharCode(high, low)
    if (second !== undefined && pair.codePointAt(0) === high) this.at -= '\\uHHHH'.length
    return charOf(pair.codePointAt(0) as number)
  }

  /** A class in brackets. */
  private set(): string {
    const isNegated = this.source[this.at] === '^'
    if (isNegated) this.at++
    if (this.source[this.at] === ']') {
      this.at++
      return isNegated ? String.raw`[\s\S]` : '(?!)'
    }
    let text = isNegated ? '[^' : '['
    while (this.source[this.at] !== ']') {
      const from = this.element()
      const isRange = this.source[this.at] === '-' && this.source[this.at + 1] !== ']'
      if (!isRange) {
        text += from.text
        continue
      }
      this.at++
      const to = this.element()
      text += `${from.text}${from.isSet || to.isSet ? String.raw`\-` : '-'}${to.text}`
    }
    this.at++
    return `${text}]`
  }

  private element(): { text: string; isSet: boolean } {
    const char = this.take()
    if (char !== '\\') return { text: special.test(char) ? `\\${char}` : char, isSet: false }
    const next = this.source[this.at] as string
    const known = sets[next]
    if (known === undefined) {
      const legacy = this.isUnicode ? undefined : this.match(/c([\d_])/y)
      if (legacy !== undefined) return { text: charOf((legacy[1] as string).charCodeAt(0) % 32), isSet: false }
      if (next !== 'b') return { text: this.character(), isSet: false }
    }
    this.at++
    return { text: known ?? String.raw`\x08`, isSet: known !== undefined }
  }

  private take(): string {
    const char = String.fromCodePoint(this.source.codePointAt(this.at) as number)
    this.at += char.length
    return char
  }

  private escaped(): string {
    return `\\${this.take()}`
  }

  private match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.at
    const found = sticky.exec(this.source)
    if (found === null) return undefined
    this.at += found[0].length
    return found
  }

  private refuse(part: string, why: string): never {
    throw new ConversionError(`expected a RegExp that Python’s re can express, got ${part} in ${this.pattern}: ${why}`)
  }
}

function charOf(code: number): string {
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`
  return `\\U${code.toString(16).padStart(8, '0')}`
}
