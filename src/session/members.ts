// The references that a session holds, the least recently used first.
import type { Member } from './owner.js'

export class Members {
  private readonly held = new Set<Member>()
  private readonly evictions = new WeakSet<Member>()
  /** How many were released because of the bound. */
  evicted = 0
  /** The most at once. */
  peak = 0

  constructor(readonly limit: number) {}

  get size(): number {
    return this.held.size
  }

  add(member: Member): void {
    this.held.add(member)
    if (this.held.size > this.peak) this.peak = Math.min(this.held.size, this.limit)
    while (this.held.size > this.limit) this.evictOldest()
  }

  /** What a batch in flight uses is in use until that is done. */
  private evictOldest(): void {
    let left = this.held.size
    for (const member of this.held) {
      this.held.delete(member)
      if (member.inUse && left-- > 0) {
        this.held.add(member)
        continue
      }
      this.evictions.add(member)
      this.evicted++
      member.release()
      return
    }
  }

  use(member: Member): void {
    if (this.limit !== Number.POSITIVE_INFINITY && this.held.delete(member)) this.held.add(member)
  }

  delete(member: Member): void {
    this.held.delete(member)
  }

  wasEvicted(member: Member): boolean {
    return this.evictions.has(member)
  }

  releaseAll(): void {
    const all = [...this.held]
    this.held.clear()
    for (const member of all) member.release()
  }
}
