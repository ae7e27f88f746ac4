// How many frames the next errors capture. A program may have frozen `Error` (--frozen-intrinsics): then they capture what they do.

/** Returns what the limit was. */
export function limitFrames(most: number): number {
  const had = Error.stackTraceLimit
  Reflect.set(Error, 'stackTraceLimit', most)
  return had
}
