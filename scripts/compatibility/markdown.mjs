// The pieces of Markdown that the sections share.

const cell = (value) => String(value).replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A table; no rows give an empty text. */
export function table(head, rows) {
  if (rows.length === 0) return ''
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`)
  return lines.join('\n')
}

export const count = (number) => number.toLocaleString('en-US')

export const plural = (number, word) => `${count(number)} ${word}${number === 1 ? '' : 's'}`

export const day = (date) => date.slice(0, 10)

/** Values in the order in which they first come, each with the items that have it. */
export function groupBy(items, keyOf) {
  const groups = new Map()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return [...groups]
}

/** Joins what is not empty, with blank lines between. */
export const paragraphs = (...parts) => parts.filter(Boolean).join('\n\n')
