// What the tests of arrays share: which mode is tested, and how elements are written for comparison.
import { Complex } from '../../src/index.js'

/** Whether arrays are copied instead of shared: the mode of runtimes that refuse external memory. */
export const copying = process.env.SNAKEBRIDGE_COPY_BUFFERS === '1'

/** As `element` of test/python/array_table.py: the bits of floats, the digits of ints. */
export function elementText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(elementText)
  if (value instanceof Complex) return `${elementText(value.re)} ${elementText(value.im)}`
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (Number.isNaN(value)) return 'nan'
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, value as number)
  return bits.getBigUint64(0).toString(16).padStart(16, '0')
}

/** Collects garbage, with turns of the event loop for finalizers, until `done` says so or it has been tried `times`. */
export async function collectUntil(done: () => boolean | Promise<boolean>, times = 50): Promise<void> {
  for (let i = 0; i < times; i++) {
    ;(globalThis.gc as () => void)()
    await new Promise((resolve) => setTimeout(resolve, 10))
    if (await done()) return
  }
}
