// What is a file in Python: what it is read from and written to, and how.
import { inspect } from 'node:util'
import type { ByteSink } from './byte-sink.js'
import type { ByteSource } from './byte-source.js'
import type { RandomSource } from './random-source.js'

/** Text instead of bytes: as Python's `open` has it. */
export interface TextMode {
  readonly encoding: string
  readonly errors: string
  readonly newline: string | null
}

/** @internal */
export interface FileParts {
  reader?: ByteSource
  writer?: ByteSink
  random?: RandomSource
}

/**
 * A file for Python; made by `python.file`, and of each byte stream that is passed. It is a value to be passed: a reference to the file in
 * Python, which has its methods, is `python.eval('file', { file })`.
 */
export class FileSource {
  /** @internal */
  constructor(
    readonly name: string,
    /** @internal */
    readonly parts: FileParts,
    /** @internal */
    readonly text: TextMode | null = null,
    /** The stream it is made of. @internal */
    readonly origin?: object,
  ) {}

  /** @internal */
  [inspect.custom](): string {
    return `[${this.text === null ? 'File' : 'Text file'} for Python: ${this.name}]`
  }

  /** Python closed it. @internal */
  close(here: boolean): unknown {
    const { reader, writer, random } = this.parts
    const ended = writer?.end(here)
    if (reader === undefined) return ended ?? random?.close()
    if (ended === undefined) return reader.chunks.close(here)
    return (ended as Promise<unknown>).then(() => reader.chunks.close())
  }

  /** Python has forgotten it: what it began to read is left, what it wrote to is the program's. @internal */
  forget(): unknown {
    const chunks = this.parts.reader?.chunks
    return chunks?.isOpen ? chunks.close() : undefined
  }
}
