// A container or a value of many parts whose elements are being read.

export enum FrameKind {
  list = 0,
  shaped = 1,
  dict = 2,
  set = 3,
  rich = 4,
  custom = 5,
}

export class Frame {
  kind: FrameKind = FrameKind.list
  container: unknown
  keys: readonly string[] = []
  /** Rich kind or registration. */
  detail = 0
  length = 0
  next = 0
  /** The key of a dict whose value comes next. */
  key: unknown
}
