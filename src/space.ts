// The references of one kind (awaited or blocking) and one lane: the same live Python object is the same JavaScript reference.

import { theChannel } from './channel.js'
import type { ValueSource } from './codec/value-source.js'
import { unwrapped } from './codec/view.js'
import type { Handle } from './handle.js'
import type { LaneThread } from './lane.js'
import type { Member, SpaceOwner } from './session/owner.js'
import { watch } from './watch.js'

/** The state of a settled reference. */
export interface Settled extends Handle, Member {
  readonly index: number
  readonly generation: number
  /** How often Python gave the object out: it wants as many back. */
  received: number
  released: boolean
  makeProxy(): object
}

/** What a proxy with traps for everything stands on: callable, constructible, without properties of its own that a trap could not hide. */
// biome-ignore lint/complexity/useArrowFunction: an arrow function cannot be constructed
export const proxyTarget = function () {}.bind(null) as () => void

type MakeSettled = (space: Space, index: number, generation: number) => Settled
/** The space of each lane, for references that arrive without having been asked for. */
let laneSpaces: Space[] = []

export class Space implements ValueSource {
  private readonly byIndex = new Map<number, Settled>()
  /** The space of the same kind and lane outside of sessions. */
  readonly base: Space
  /** Those of the same kind and lane in sessions. */
  private owned: WeakMap<SpaceOwner, Space> | undefined = undefined

  constructor(
    readonly lane: LaneThread,
    private readonly settled: MakeSettled,
    /** The session it belongs to. */
    readonly owner?: SpaceOwner,
    base?: Space,
  ) {
    this.base = base ?? this
  }

  /** The space of the same kind and lane in a session. */
  within(owner: SpaceOwner): Space {
    const { base } = this
    base.owned ??= new WeakMap()
    let space = base.owned.get(owner)
    if (space === undefined) {
      space = new Space(base.lane, base.settled, owner, base)
      base.owned.set(owner, space)
    }
    return space
  }

  /** Where results go that another lane computes: in the same session, if this is one's. */
  on(other: Space): Space {
    return this.owner === undefined ? other : other.within(this.owner)
  }

  /** The object arrived once more. */
  reference(index: number, generation: number): object {
    const known = this.byIndex.get(index)
    if (known !== undefined && known.generation === generation && !known.released) {
      const alive = watch.object(known)
      if (alive !== undefined) {
        known.received++
        return alive
      }
    }
    const state = this.settled(this, index, generation)
    const proxy = state.makeProxy()
    this.byIndex.set(index, state)
    watch.add(proxy, state)
    this.owner?.keep(state)
    return proxy
  }

  /** A reference of another space belongs here from now on, unless the object has one here already: that stays the one it is known by. */
  adopt(state: Settled): void {
    if (!this.byIndex.has(state.index)) this.byIndex.set(state.index, state)
  }

  forget(state: Settled): void {
    if (this.byIndex.get(state.index) === state) this.byIndex.delete(state.index)
    this.owner?.drop(state)
  }

  buffer(exportId: number): ArrayBuffer {
    return theChannel().addon.exportBuffer(exportId)
  }

  jsValue(id: number): unknown {
    return unwrapped(theChannel().jsValues.get(id))
  }

  custom(id: number, value: unknown): unknown {
    return theChannel().custom.toJs(id, value)
  }
}

/** `space` is the one for references that arrive from its lane. */
export function offerSpace(space: Space): Space {
  laneSpaces = laneSpaces.filter(({ lane }) => !lane.closed)
  laneSpaces.push(space)
  return space
}

/** The space of the addon's lane; undefined for one that is closed, and for the pool before its first use. */
export function spaceOfLane(number: number): Space | undefined {
  return laneSpaces.find(({ lane }) => lane.is(number))
}
