// `python.output`: what Python prints goes to Node streams. python/snakebridge/output.py says how it gets here, and what is waited for.
import type { Writable } from 'node:stream'
import { begin } from './async-operations.js'
import { Opcode } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'
import { poolSpace } from './spaces.js'
import { shown } from './values/integer.js'

/** Where Python's standard streams go. One that is left out goes where it always went. */
export interface OutputStreams {
  stdout?: Writable | null | undefined
  stderr?: Writable | null | undefined
}

/** A route as Python knows it. */
class Route {
  /** Shared with Python: the number of the last message taken, and the characters written. */
  readonly counts = new Float64Array(2)
  private taken = 0
  private readonly waiting: (() => void)[] = []
  private readonly full = new Set<Writable>()

  constructor(private readonly streams: readonly [Writable | undefined, Writable | undefined]) {}

  /** Python's `write`. `total` counts the characters so far. */
  readonly write = (number: number, total: number, which: 0 | 1, data: string | Buffer): void => {
    this.counts[0] = number
    this.taken = total
    const stream = this.streamFor(which)
    const hasRoom = stream.write(data)
    if (!hasRoom && !this.full.has(stream)) this.waitFor(stream)
    if (this.full.size === 0) this.counts[1] = total
  }

  /** What waits for room in Python asks this. */
  readonly room = async (): Promise<void> => {
    if (this.full.size > 0) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  /** The user's stream; the process's own when that takes nothing any more. */
  private streamFor(which: 0 | 1): Writable {
    const stream = this.streams[which]
    if (stream?.writable === true) return stream
    return which === 0 ? process.stdout : process.stderr
  }

  private waitFor(stream: Writable): void {
    this.full.add(stream)
    const emptied = () => {
      stream.off('drain', emptied).off('close', emptied)
      this.full.delete(stream)
      if (this.full.size > 0) return
      this.counts[1] = this.taken
      for (const resolve of this.waiting.splice(0)) resolve()
    }
    stream.on('drain', emptied).on('close', emptied)
  }
}

let current: Route | undefined

/**
 * Sends what Python prints to Node streams, from the moment on when the promise settles; `null` ends that. Python has one stdout: the
 * thread of Node that said it last has it. The order of the two streams is kept.
 *
 * @example
 * await python.output({ stdout: createWriteStream('out.log'), stderr: process.stderr })
 */
export async function output(streams: OutputStreams | null): Promise<void> {
  const before = current
  const route = streams === null ? undefined : new Route(writablesOf(streams))
  current = route
  const operations: PromiseLike<unknown>[] = []
  if (route !== undefined) {
    const { stdout, stderr } = streams as OutputStreams
    operations.push(
      helper('route_output', [route.write, route.room, route.counts, isWritable(stdout), isWritable(stderr)]),
    )
  }
  if (before !== undefined) operations.push(helper('end_route', [before.write]))
  await Promise.all(operations)
}

function helper(name: string, args: readonly unknown[]): PromiseLike<unknown> {
  return begin(poolSpace, Opcode.helper, name, args, 'python.output()') as PromiseLike<unknown>
}

function writablesOf(streams: unknown): readonly [Writable | undefined, Writable | undefined] {
  if (typeof streams !== 'object' || streams === null)
    throw new ConversionError(`expected { stdout, stderr } or null for python.output, got ${shown(streams)}`)
  for (const [name, stream] of Object.entries(streams)) {
    if (name !== 'stdout' && name !== 'stderr')
      throw new ConversionError(`expected stdout or stderr for python.output, got ${shown(name)}`)
    if (stream !== undefined && stream !== null && !isWritable(stream))
      throw new ConversionError(`expected a Writable for ${name} of python.output, got ${shown(stream)}`)
  }
  const { stdout, stderr } = streams as OutputStreams
  return [stdout ?? undefined, stderr ?? undefined]
}

/** By what it does: streams of packages count. */
function isWritable(stream: unknown): stream is Writable {
  const { write, on } = (stream ?? {}) as Partial<Writable>
  return typeof write === 'function' && typeof on === 'function'
}
