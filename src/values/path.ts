// Python's pathlib paths: a path, and which of the four classes it is.
import nodePath from 'node:path'
import { ConversionError } from '../errors/bridge-errors.js'
import { shown } from './integer.js'
import { RichKind, type RichParts, RichValue, richParts } from './rich-value.js'

/** pathlib's classes. The pure ones only handle text; the others belong to the machine they are on. */
export type PathKind = 'PosixPath' | 'WindowsPath' | 'PurePosixPath' | 'PureWindowsPath'

const kinds: readonly string[] = ['PosixPath', 'WindowsPath', 'PurePosixPath', 'PureWindowsPath']

/**
 * A path of the file system, as pathlib has them. `String(path)` is what Node's own functions take.
 *
 * @example
 * const path = await python.import('pathlib').Path('/data/model.bin')
 * path.name // 'model.bin'
 * await fs.readFile(String(path))
 */
export class Path extends RichValue {
  readonly #text: string
  readonly kind: PathKind

  /** The default kind is this machine's: what `pathlib.Path(text)` makes. */
  constructor(text: string, kind: PathKind = process.platform === 'win32' ? 'WindowsPath' : 'PosixPath') {
    super()
    if (typeof text !== 'string') throw new ConversionError(`expected a string for Path, got ${shown(text)}`)
    if (!kinds.includes(kind))
      throw new ConversionError(`expected one of ${kinds.join(', ')} for the kind of a Path, got ${shown(kind)}`)
    this.#text = text
    this.kind = kind
    Object.freeze(this)
  }

  /** The last component: `model.bin`. */
  get name(): string {
    const name = this.#rules.basename(this.#text)
    return name === '.' ? '' : name
  }

  /** The last component without its suffix: `model`. */
  get stem(): string {
    return this.name.slice(0, this.name.length - this.suffix.length)
  }

  /** The last dot of the name and what follows: `.bin`; empty for `.bashrc` and for `name.`. */
  get suffix(): string {
    const dot = this.name.lastIndexOf('.')
    return dot > 0 && dot < this.name.length - 1 ? this.name.slice(dot) : ''
  }

  /** The path without its last component. */
  get parent(): Path {
    return new Path(this.#rules.dirname(this.#text), this.kind)
  }

  get isAbsolute(): boolean {
    return this.#rules.isAbsolute(this.#text)
  }

  /** This path followed by more components; an absolute one starts anew, and `..` stays, as with Python's `/`. */
  join(...parts: string[]): Path {
    const { isAbsolute, sep } = this.#rules
    let text = this.#text
    for (const part of parts) {
      const replaces = text === '' || text === '.' || isAbsolute(part)
      text = replaces ? part : text + (text.endsWith(sep) ? '' : sep) + part
    }
    return new Path(text, this.kind)
  }

  /** The same text under the same rules; on Windows without regard to case. */
  equals(other: unknown): boolean {
    if (!(other instanceof Path) || this.#rules !== other.#rules) return false
    if (this.#rules === nodePath.posix) return this.#text === other.#text
    return this.#text.toLowerCase() === other.#text.toLowerCase()
  }

  override toString(): string {
    return this.#text
  }

  /** @internal */
  override [richParts](): RichParts {
    return { kind: RichKind.path, parts: [this.kind, this.#text] }
  }

  get #rules(): nodePath.PlatformPath {
    return this.kind.endsWith('WindowsPath') ? nodePath.win32 : nodePath.posix
  }
}
