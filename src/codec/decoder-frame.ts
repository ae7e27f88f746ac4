// A container or a value of many parts whose elements are being read.
import type { Shape } from './shape.js'

export enum FrameKind {
  list = 0,
  shaped = 1,
  dict = 2,
  set = 3,
  rich = 4,
  custom = 5,
  /** Of a container that JavaScript cannot hold. */
  skipped = 6,
}

export class Frame {
  kind: FrameKind = FrameKind.list
  container: unknown = undefined
  shape: Shape | undefined = undefined
  /** Rich kind or registration. */
  detail = 0
  length = 0
  next = 0
  /** The key of a dict whose value comes next. */
  key: unknown = undefined

  /** `value` is what the last element that was read has become. */
  accept(value: unknown): void {
    switch (this.kind) {
      case FrameKind.list:
      case FrameKind.rich:
        ;(this.container as unknown[])[this.next - 1] = value
        return
      case FrameKind.shaped:
        ;(this.container as Record<string, unknown>)[(this.shape as Shape).keys[this.next - 1] as string] = value
        return
      case FrameKind.set:
        ;(this.container as Set<unknown>).add(value)
        return
      case FrameKind.dict:
        if ((this.next & 1) === 1) this.key = value
        else (this.container as Map<unknown, unknown>).set(this.key, value)
        return
      case FrameKind.custom:
        this.container = value
    }
  }
}
