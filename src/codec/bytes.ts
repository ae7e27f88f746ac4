// Buffer's conversions by name: Node documents `toString(encoding)` and `write`, which cost more for short strings.

export interface Bytes extends Buffer {
  latin1Slice(start: number, end: number): string
  utf8Slice(start: number, end: number): string
  ucs2Slice(start: number, end: number): string
  /** Bytes written. */
  utf8Write(text: string, at: number, length: number): number
  ucs2Write(text: string, at: number, length: number): number
}

export function bytesOf(buffer: ArrayBuffer): Bytes {
  return Buffer.from(buffer) as Bytes
}
