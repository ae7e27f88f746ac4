// What console.log shows of an array: its ends, when it is long.
import { inspect } from 'node:util'
import type { NDArray } from './ndarray.js'

const shownWhole = 200
const shownEnds = 3

/** Nested arrays, with a gap in the middle of long axes. */
export function preview(array: NDArray): unknown {
  if (array.size <= shownWhole || array.ndim === 0) return array.toArray()
  const length = array.shape[0] as number
  const show = (index: number): unknown => {
    const item: unknown = array.at(index)
    return array.ndim === 1 ? item : preview(item as NDArray)
  }
  const indexes = [...Array(Math.min(length, 2 * shownEnds)).keys()]
  if (length <= 2 * shownEnds) return indexes.map(show)
  const ends = indexes.map((index) => show(index < shownEnds ? index : index - 2 * shownEnds))
  return [...ends.slice(0, shownEnds), gap(length - 2 * shownEnds), ...ends.slice(shownEnds)]
}

function gap(count: number): object {
  return { [inspect.custom]: () => `… ${count} more` }
}
