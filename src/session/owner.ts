// A session as its references know it.

/** What stands for a reference in its session. */
export interface Member {
  /** A batch in flight uses it. */
  readonly inUse: boolean
  release(): void
  describe(): string
}

export interface SpaceOwner {
  readonly name: string
  /** Why nothing can be done in it any more; undefined while it is open. */
  readonly ended: string | undefined
  /** The session around it. */
  readonly parent: SpaceOwner | undefined
  /** An operation is about to be written in it; throws when it has ended. */
  requireOpen(): void
  /** A reference of it is used; throws when the operation that is being written is another session's. */
  use(member: Member): void
  /** It holds something of Python from now on. */
  keep(member: Member): void
  /** It holds nothing any more. */
  drop(member: Member): void
  /** Why the reference was released, if that was the session's doing. */
  explain(member: Member): Error | undefined
  /** An operation is on its way. */
  begun(): void
  /** One has ended, or was taken back. */
  finished(): void
}

/** Whether one of them is around the other, or both are the same. */
export function related(one: SpaceOwner, other: SpaceOwner): boolean {
  return isWithin(one, other) || isWithin(other, one)
}

/** Whether `inner` is `outer`, or a session that was made in it. */
export function isWithin(inner: SpaceOwner, outer: SpaceOwner): boolean {
  for (let at: SpaceOwner | undefined = inner; at !== undefined; at = at.parent) if (at === outer) return true
  return false
}
