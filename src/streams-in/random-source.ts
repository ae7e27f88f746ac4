// What Python reads at any place: a Blob, an open file, memory.
import type { FileHandle } from 'node:fs/promises'
import { cannotWait } from './item-source.js'

/** What Python seeks in. */
export interface RandomSource {
  readonly isAsync: boolean
  size(): number | Promise<number>
  readAt(position: number, most: number): Uint8Array | Promise<Uint8Array>
  /** Python closed it. */
  close(): unknown
}

/** Throws where the answer cannot be waited for. */
export function requireWaiting(source: RandomSource, name: string, here: boolean): void {
  if (here && source.isAsync) throw new Error(cannotWait(name))
}

export function blobSource(blob: Blob): RandomSource {
  return {
    isAsync: true,
    size: () => blob.size,
    readAt: async (position, most) => new Uint8Array(await blob.slice(position, position + most).arrayBuffer()),
    close() {},
  }
}

export function handleSource(handle: FileHandle): RandomSource {
  return {
    isAsync: true,
    size: async () => (await handle.stat()).size,
    async readAt(position, most) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(most), 0, most, position)
      return buffer.subarray(0, bytesRead)
    },
    close: () => handle.close(),
  }
}

export function memorySource(bytes: Uint8Array): RandomSource {
  return {
    isAsync: false,
    size: () => bytes.length,
    readAt: (position, most) => bytes.subarray(position, position + most),
    close() {},
  }
}
