// The part of the matrix that CI runs: the newest supported Python with the newest Node, what depends on either, and no more
// packages than that needs.
const files = ['test/start', 'test/process/loading', 'test/process/exit', 'test/process/threads', 'test/round-trip']

/** Of requirements.txt: what these files import. */
export const cornerRequirements = (requirements) => /^numpy==.*$/m.exec(requirements)[0]

export function corner(rows, lines) {
  const newest = rows.filter(({ name, node }) => name.startsWith('python 3.') && node === lines.at(-1))
  return newest.slice(-1).map((row) => ({ ...row, name: `corner: ${row.name}`, files }))
}
