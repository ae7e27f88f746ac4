// The shapes of a message's plain objects. One that is met again costs one number.
import { type Shape, sameKeys, shapeOf } from './shape.js'

/** How many shapes are looked through; a message with more repeats some, which costs bytes only. */
const searched = 16

export class Shapes {
  private readonly met: Shape[] = []
  private last = 0

  clear(): void {
    if (this.met.length !== 0) this.met.length = 0
    this.last = 0
  }

  at(number: number): Shape {
    return this.met[number] as Shape
  }

  /** The number of the shape with these keys, or -1. */
  find(keys: readonly string[]): number {
    const { length } = this.met
    if (length === 0) return -1
    if (sameKeys(this.at(this.last).keys, keys)) return this.last
    for (let i = Math.max(0, length - searched); i < length; i++) {
      if (sameKeys(this.at(i).keys, keys)) {
        this.last = i
        return i
      }
    }
    return -1
  }

  add(keys: readonly string[]): number {
    this.last = this.met.push(shapeOf(keys)) - 1
    return this.last
  }
}
