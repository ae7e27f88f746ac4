// JavaScript values that Python holds by number: errors today. They live here until Python says it dropped them.

export class JsValues {
  private readonly values = new Map<number, unknown>()
  private next = 0

  /** A new number for `value`: Python tells about each number once when it is dropped. */
  keep(value: unknown): number {
    const id = this.next
    this.next = (this.next + 1) >>> 0
    this.values.set(id, value)
    return id
  }

  /** The number that comes next: what `takeBack` goes back to. */
  get mark(): number {
    return this.next
  }

  /** The operation that took the numbers from `mark` on is not sent: Python will never hear of them. */
  takeBack(mark: number): void {
    while (this.next !== mark) {
      this.next = (this.next - 1) >>> 0
      this.values.delete(this.next)
    }
  }

  get(id: number): unknown {
    return this.values.get(id)
  }

  drop(id: number): void {
    this.values.delete(id)
  }

  get size(): number {
    return this.values.size
  }
}
