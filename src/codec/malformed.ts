/** Bytes that no encoder writes: a mistake of the bridge itself. */
export function malformed(what: string): Error {
  return new Error(`a message from Python does not follow the wire format: ${what}`)
}
