// Attribute and keyword names by number: each travels once.
import { inlineName } from './wire.js'
import { isIdentifierLike } from './write-scalar.js'

/** Names beyond these travel with each operation: a program that makes them up must not fill the memory. */
const most = 65_536

export class Names {
  private readonly ids = new Map<string, number>()

  constructor(private readonly define: (id: number, name: string) => void) {}

  /** The number of `name`, or `inlineName` when it has to be written out. */
  id(name: string): number {
    const known = this.ids.get(name)
    if (known !== undefined) return known
    const id = this.ids.size
    if (id >= most || !isIdentifierLike(name)) return inlineName
    this.define(id, name)
    this.ids.set(name, id)
    return id
  }
}
