// The numbers of a message's containers, in the order in which they were met.

/** Up to here a search through a list is faster than a Set. */
const few = 8

export class ContainerNumbers {
  private count = 0
  private readonly list: (object | undefined)[] = new Array(few).fill(undefined)
  /** Those of a tree, which is what most messages are: adding to a Set is half of what asking a Map first and adding to it is. */
  private met: Set<object> | undefined = undefined
  /** Once one was met again, and its number is to be known. */
  private numbers: Map<object, number> | undefined = undefined

  clear(): void {
    if (this.count === 0) return
    for (let i = 0; i < few && i < this.count; i++) this.list[i] = undefined
    this.count = 0
    this.met = this.numbers = undefined
  }

  /** The number of a container that was met before, or -1, and then it has the next one. */
  take(container: object): number {
    const { count, met } = this
    if (met !== undefined) {
      met.add(container)
      if (met.size === count) return this.numberOf(container)
    } else if (this.numbers !== undefined) {
      const known = this.numbers.get(container)
      if (known !== undefined) return known
      this.numbers.set(container, count)
    } else {
      const { list } = this
      for (let i = 0; i < count; i++) if (list[i] === container) return i
      if (count < few) list[count] = container
      else this.met = new Set(list as object[]).add(container)
    }
    this.count = count + 1
    return -1
  }

  private numberOf(container: object): number {
    const numbers = new Map<object, number>()
    for (const one of this.met as Set<object>) numbers.set(one, numbers.size)
    this.met = undefined
    this.numbers = numbers
    return numbers.get(container) as number
  }
}
