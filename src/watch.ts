// Which references are still used: asked of the engine when it is time.
//  1. The addon says when to look for the dead (native/bridge/watched_objects.h): after so many references, or so many bytes.
//  2. A program that is idle does not get there; it looks after a full collection, which the canary notices.
import type { Handle } from './handle.js'
import { loadAddon } from './native.js'

class Watch {
  private readonly handles: (Handle | undefined)[] = []
  private readonly free: number[] = []
  private canary: FinalizationRegistry<undefined> | undefined

  /** Discards what `handle` holds when `object` is collected. */
  add(object: object, handle: Handle): void {
    const slot = this.free.pop() ?? this.handles.length
    this.handles[slot] = handle
    handle.slot = slot
    if (loadAddon().watch(slot, object)) this.look()
    if (this.canary === undefined) this.arm()
  }

  /** The object that was added with `handle`, if it is still there. */
  object(handle: Handle): object | undefined {
    return handle.slot < 0 ? undefined : loadAddon().watched(handle.slot)
  }

  remove(handle: Handle): void {
    const { slot } = handle
    if (slot < 0) return
    loadAddon().unwatch(slot)
    this.clear(slot)
  }

  private look(): void {
    const dead = loadAddon().takeDead()
    for (let i = 0; i < dead.length; i++) this.clear(dead[i] as number)?.discard()
  }

  private clear(slot: number): Handle | undefined {
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

/** The references of this JavaScript thread. */
export const watch = new Watch()
