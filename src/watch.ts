// Which references, and errors, are still used: asked of the engine when it is time.
//  1. The addon says when to look for the dead (native/bridge/watched_objects.h): after so many references, or so many bytes.
//  2. A program that is idle does not get there; it looks after a full collection, which the canary notices.
import { loadAddon } from './native.js'

/** What stands for a watched object; it must not refer to the object. */
export interface Watched {
  /** Where it is watched; -1 when it is not. */
  slot: number
  /** The object has been collected. */
  discard(): void
}

class Watch {
  private readonly handles: (Watched | undefined)[] = []
  private readonly free: number[] = []
  private canary: FinalizationRegistry<undefined> | undefined = undefined

  /** Calls `discard` of `handle` when `object` is collected. */
  add(object: object, handle: Watched): void {
    const slot = this.free.pop() ?? this.handles.length
    this.handles[slot] = handle
    handle.slot = slot
    if (loadAddon().watch(slot, object)) this.look()
    if (this.canary === undefined) this.arm()
  }

  /** The object that was added with `handle`, if it is still there. */
  object(handle: Watched): object | undefined {
    return handle.slot < 0 ? undefined : loadAddon().watched(handle.slot)
  }

  remove(handle: Watched): void {
    const { slot } = handle
    if (slot < 0) return
    loadAddon().unwatch(slot)
    this.clear(slot)
  }

  private look(): void {
    const dead = loadAddon().takeDead()
    for (let i = 0; i < dead.length; i++) this.clear(dead[i] as number)?.discard()
  }

  private clear(slot: number): Watched | undefined {
    const handle = this.handles[slot]
    this.handles[slot] = undefined
    this.free.push(slot)
    if (handle !== undefined) handle.slot = -1
    return handle
  }

  private arm(): void {
    this.canary ??= new FinalizationRegistry(() => {
      this.look()
      this.arm()
    })
    this.canary.register({}, undefined)
  }
}

/** What is watched on this JavaScript thread. */
export const watch = new Watch()
