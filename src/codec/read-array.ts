// An array in a message: where its memory is, and its shape.
import { NDArray } from '../ndarray.js'
import type { Memory } from './memory.js'
import { doubles } from './packed.js'
import type { ValueSource } from './value-source.js'
import { ArrayFlag } from './wire.js'

let untransferable: ((buffer: ArrayBuffer | SharedArrayBuffer) => void) | undefined

/** Python's memory: posting it makes a copy, or is refused. */
function markAsPython(buffer: ArrayBuffer | SharedArrayBuffer): void {
  untransferable ??= (require('node:worker_threads') as typeof import('node:worker_threads')).markAsUntransferable // 4 ms
  untransferable(buffer)
}

export function readArray(memory: Memory, at: number, ndim: number, flags: number, source: ValueSource): NDArray {
  const { u32, f64 } = memory
  const exportId = u32[at << 1] as number
  const dtype = u32[(at << 1) + 1] as number
  const buffer = source.buffer(exportId)
  if ((flags & ArrayFlag.copied) === 0) markAsPython(buffer)
  return NDArray.fromExport({
    buffer,
    byteOffset: f64[at + 1] as number,
    dtype: dtype & 0xff,
    bigEndian: (dtype & 0x100) !== 0,
    shape: doubles(f64, at + 2, ndim),
    strides: doubles(f64, at + 2 + ndim, ndim),
    readonly: (flags & ArrayFlag.readOnly) !== 0,
    exportId,
    whole: (flags & ArrayFlag.whole) !== 0,
    copied: (flags & ArrayFlag.copied) !== 0,
  })
}
