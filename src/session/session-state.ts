// What a session knows of itself: whether it is open, what it holds, what is in flight, when it was used.
import { enter, left, writingSession } from './context.js'
import { endedError, evictedError, foreignError } from './errors.js'
import { IdleTimer } from './idle-timer.js'
import { Members } from './members.js'
import { type Member, related, type SpaceOwner } from './owner.js'
import type { SessionStats } from './session.js'

let count = 0

export class SessionState implements SpaceOwner {
  readonly name: string
  ended: 'ended' | 'expired' | undefined = undefined
  private readonly members: Members
  private readonly made = performance.now()
  private used = this.made
  private readonly timer: IdleTimer | undefined
  private inFlight = 0
  /** Bodies that run in it. */
  private running = 0
  private entered = false
  private readonly waiting: (() => void)[] = []

  constructor(
    name: string | undefined,
    ttl: number | undefined,
    private readonly limit = Number.POSITIVE_INFINITY,
    readonly parent: SpaceOwner | undefined,
  ) {
    this.name = name === undefined ? `session ${++count}` : `the session ${JSON.stringify(name)}`
    this.members = new Members(limit)
    if (ttl !== undefined) {
      this.timer = new IdleTimer(
        ttl,
        () => this.isBusy,
        () => void this.end('expired'),
      )
    }
  }

  private get isBusy(): boolean {
    return this.inFlight > 0 || this.running > 0
  }

  private touch(): void {
    this.used = performance.now()
    this.timer?.touch()
  }

  requireOpen(): void {
    if (this.ended !== undefined) throw endedError('an operation', this)
    this.touch()
  }

  use(member: Member): void {
    if (this.ended !== undefined) throw endedError(member.describe(), this)
    const writing = writingSession()
    if (writing !== undefined && writing !== this && !related(writing, this))
      throw foreignError(member.describe(), this, writing)
    this.touch()
    this.members.use(member)
  }

  keep(member: Member): void {
    if (this.ended === undefined) this.members.add(member)
    else member.release()
  }

  drop(member: Member): void {
    this.members.delete(member)
  }

  explain(member: Member): Error | undefined {
    if (this.ended !== undefined) return endedError(member.describe(), this)
    return this.members.wasEvicted(member) ? evictedError(member.describe(), this, this.limit) : undefined
  }

  begun(): void {
    this.inFlight++
  }

  finished(): void {
    this.inFlight--
    this.touch()
    if (this.inFlight === 0 && this.ended !== undefined) for (const settle of this.waiting.splice(0)) settle()
  }

  /** In use for as long as `body` takes. */
  during<T>(body: () => T): T {
    if (!this.entered) {
      this.entered = true
      enter()
    }
    this.running++
    const over = (): void => {
      this.running--
      this.touch()
    }
    let result: T
    try {
      result = body()
    } catch (error) {
      over()
      throw error
    }
    if (result instanceof Promise) result.then(over, over)
    else over()
    return result
  }

  end(reason: 'ended' | 'expired'): Promise<void> {
    if (this.ended === undefined) {
      this.ended = reason
      this.timer?.stop()
      if (this.entered) left()
      this.members.releaseAll()
    }
    if (this.inFlight === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.waiting.push(resolve)
    })
  }

  stats(): SessionStats {
    const now = performance.now()
    return {
      name: this.name,
      references: this.members.size,
      peak: this.members.peak,
      evicted: this.members.evicted,
      inFlight: this.inFlight,
      age: now - this.made,
      idle: this.isBusy ? 0 : now - this.used,
      ended: this.ended !== undefined,
    }
  }
}
