// About how many bytes an item takes on its way: what bounds a message.
import { types } from 'node:util'

const small = 64

export function weightOf(item: unknown): number {
  if (typeof item === 'string') return item.length
  if (typeof item !== 'object' || item === null) return 8
  if (ArrayBuffer.isView(item) || types.isArrayBuffer(item)) return item.byteLength
  return Array.isArray(item) ? small + item.length * 8 : small
}
