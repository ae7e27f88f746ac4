// Numbers as they lie in a message.

export function doubles(from: Float64Array, at: number, count: number): number[] {
  const values: number[] = new Array(count)
  for (let i = 0; i < count; i++) values[i] = from[at + i] as number
  return values
}

export function int32s(from: Int32Array, at: number, count: number): number[] {
  const values: number[] = new Array(count)
  for (let i = 0; i < count; i++) values[i] = from[at + i] as number
  return values
}

/** An integer of `words` 64-bit words, least significant first. */
export function readBigInt(from: Uint32Array, at: number, words: number, negative: boolean): bigint {
  let hex = '0x0'
  for (let i = words * 2 - 1; i >= 0; i--) hex += (from[at + i] as number).toString(16).padStart(8, '0')
  const magnitude = BigInt(hex)
  return negative ? -magnitude : magnitude
}
