// What limits calls that say nothing themselves. Milliseconds; set by python.start().

export const limits = {
  /** Of every awaited call. */
  timeout: Number.POSITIVE_INFINITY,
  /** What a cancelled call has to end. */
  grace: 200,
}
