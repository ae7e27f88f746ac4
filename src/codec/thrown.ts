// A marker of our own.

/** What was thrown: it crosses as an exception, whatever it is. */
export class Thrown {
  constructor(readonly value: unknown) {}
}
