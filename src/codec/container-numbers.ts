// The numbers of a message's containers, in the order in which they were met.

/** Up to here a search through a list is faster than a Map. */
const few = 8

export class ContainerNumbers {
  private count = 0
  private readonly list: (object | undefined)[] = new Array(few).fill(undefined)
  private map: Map<object, number> | undefined

  clear(): void {
    if (this.count === 0) return
    for (let i = 0; i < few && i < this.count; i++) this.list[i] = undefined
    this.count = 0
    this.map = undefined
  }

  /** The number of a container that was met before, or -1, and then it has the next one. */
  take(container: object): number {
    const { count, list } = this
    if (this.map !== undefined) {
      const known = this.map.get(container)
      if (known !== undefined) return known
      this.map.set(container, count)
    } else {
      for (let i = 0; i < count; i++) if (list[i] === container) return i
      if (count < few) {
        list[count] = container
      } else {
        this.map = new Map()
        for (let i = 0; i < few; i++) this.map.set(list[i] as object, i)
        this.map.set(container, count)
      }
    }
    this.count = count + 1
    return -1
  }
}
