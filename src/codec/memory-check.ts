// Whether memory stays where it is while Python uses it.

/** False for a detached buffer, and for a resizable one: when it shrinks, its last pages become inaccessible. */
export function staysInPlace(buffer: ArrayBufferLike): boolean {
  return !isResizable(buffer) && (buffer.byteLength !== 0 || !isDetached(buffer))
}

/** A growable SharedArrayBuffer only grows. */
export function isResizable(buffer: ArrayBufferLike): boolean {
  return (buffer as { resizable?: boolean }).resizable === true
}

/** `detached` itself is missing before Node 21. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  try {
    new Uint8Array(buffer)
    return false
  } catch {
    // TypeError: no view can be made of a detached buffer
    return true
  }
}
