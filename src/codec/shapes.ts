// The key lists of a message's plain objects. A list that is met again costs one number.

/** How many shapes are looked through; a message with more repeats some, which costs bytes only. */
const searched = 16

export class Shapes {
  private readonly keys: (readonly string[])[] = []
  private last = 0

  clear(): void {
    if (this.keys.length !== 0) this.keys.length = 0
    this.last = 0
  }

  /** The number of the shape with these keys, or -1. */
  find(keys: readonly string[]): number {
    const { length } = this.keys
    if (length === 0) return -1
    if (same(this.keys[this.last] as readonly string[], keys)) return this.last
    for (let i = Math.max(0, length - searched); i < length; i++) {
      if (same(this.keys[i] as readonly string[], keys)) {
        this.last = i
        return i
      }
    }
    return -1
  }

  add(keys: readonly string[]): number {
    this.last = this.keys.push(keys) - 1
    return this.last
  }
}

function same(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false
  return true
}
