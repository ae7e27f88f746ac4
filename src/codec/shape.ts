// The keys that plain objects of one make have in common, and code for them.
//  1. Objects are made with all their keys at once: those of one shape share a hidden class.
//  2. Once a shape has come some times, its values are read and written by code in which every key is spelled out: in a loop
//     over the keys each access looks the key up anew, a seventh of the instructions that a record takes.
//  3. Code from strings may be forbidden: then loops do all of it.

type Plain = Record<string, unknown>

/** What the code goes through: an open object, and how many of its values are done. */
interface Place {
  next: number
}

/** Reads one value; opens a container, one level deeper, if that is what comes. */
export interface ValueReader {
  depth: number
  read(): unknown
}

export interface ValueWriter {
  depth: number
  write(value: unknown): void
}

/** Both go on at `place` and stop when the value was a container: its elements come first. */
type Fill = (made: Plain, place: Place, reader: ValueReader, depth: number) => void
type Write = (from: Plain, place: Place, writer: ValueWriter, depth: number) => void

/** Longer key lists are rare, and their objects are better off as dictionaries. */
const longest = 64
const remembered = 4096
/** Compiling takes as long as the loop takes for some hundred values. */
const worthwhile = 32

export class Shape {
  private readonly factory: () => Plain
  private filled = 0
  private written = 0
  private fillCode: Fill | undefined = undefined
  private writeCode: Write | undefined = undefined

  constructor(readonly keys: readonly string[]) {
    const properties = keys.map((key) => `[${JSON.stringify(key)}]: undefined`).join(', ')
    this.factory = compile(keys, `() => ({ ${properties} })`) ?? (() => makeSlowly(keys))
  }

  /** An object with these keys, all of them undefined. */
  make(): Plain {
    return this.factory()
  }

  fill(made: Plain, place: Place, reader: ValueReader, depth: number): void {
    if (this.fillCode !== undefined) {
      this.fillCode(made, place, reader, depth)
      return
    }
    if (++this.filled === worthwhile) {
      this.fillCode = compile(
        this.keys,
        code('made, place, reader', this.keys, (key) => `made[${key}] = reader.read()`),
      )
    }
    const { keys } = this
    while (place.next < keys.length && reader.depth === depth) made[keys[place.next++] as string] = reader.read()
  }

  write(from: Plain, place: Place, writer: ValueWriter, depth: number): void {
    if (this.writeCode !== undefined) {
      this.writeCode(from, place, writer, depth)
      return
    }
    if (++this.written === worthwhile) {
      this.writeCode = compile(
        this.keys,
        code('from, place, writer', this.keys, (key) => `writer.write(from[${key}])`),
      )
    }
    const { keys } = this
    while (place.next < keys.length && writer.depth === depth) writer.write(from[keys[place.next++] as string])
  }
}

const shapes = new Map<string, Shape>()

/** The shape with these keys: the same one each time. */
export function shapeOf(keys: readonly string[]): Shape {
  const name = keys.join('\0')
  let shape = shapes.get(name)
  if (shape === undefined || !sameKeys(shape.keys, keys)) {
    if (shapes.size >= remembered) shapes.clear()
    shape = new Shape(keys)
    shapes.set(name, shape)
  }
  return shape
}

export function sameKeys(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}

function code(parameters: string, keys: readonly string[], step: (key: string) => string): string {
  const worker = parameters.slice(parameters.lastIndexOf(' ') + 1)
  const steps = keys.map(
    (key, i) => `case ${i}: place.next = ${i + 1}; ${step(JSON.stringify(key))}; if (${worker}.depth !== depth) return`,
  )
  return `(${parameters}, depth) => { switch (place.next) { ${steps.join('\n')} } }`
}

function compile<T>(keys: readonly string[], text: string): T | undefined {
  if (keys.length > longest) return undefined
  try {
    return new Function(`return ${text}`)() as T
  } catch {
    return undefined // EvalError: rule 3
  }
}

/** `__proto__` is a key as any other. */
function makeSlowly(keys: readonly string[]): Plain {
  const made: Plain = {}
  for (const key of keys) {
    if (key === '__proto__') {
      Object.defineProperty(made, key, { value: undefined, writable: true, enumerable: true, configurable: true })
    } else {
      made[key] = undefined
    }
  }
  return made
}
