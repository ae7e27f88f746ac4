// Items that wait for their consumer: a ring, so that taking the first costs the same however many there are.

const smallest = 16

export class ItemQueue {
  private slots: unknown[] = new Array(smallest).fill(undefined)
  private head = 0
  length = 0

  push(value: unknown): void {
    if (this.length === this.slots.length) this.grow()
    this.slots[(this.head + this.length) & (this.slots.length - 1)] = value
    this.length++
  }

  /** The first; there must be one. */
  shift(): unknown {
    const { slots, head } = this
    const value = slots[head]
    slots[head] = undefined // or it would be kept until the slot is used again
    this.head = (head + 1) & (slots.length - 1)
    this.length--
    return value
  }

  /** Forgets all but the first `length`. */
  truncate(length: number): void {
    while (this.length > length) {
      this.length--
      this.slots[(this.head + this.length) & (this.slots.length - 1)] = undefined
    }
  }

  private grow(): void {
    const { slots, head } = this
    const rest = slots.length - head
    const larger: unknown[] = new Array(slots.length * 2).fill(undefined)
    for (let i = 0; i < slots.length; i++) larger[i] = slots[i < rest ? head + i : i - rest]
    this.slots = larger
    this.head = 0
  }
}
