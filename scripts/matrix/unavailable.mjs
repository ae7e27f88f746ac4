/** A Python, a Node or an environment that cannot be had here; the message is the reason that the row is skipped with. */
export class Unavailable extends Error {}
