// Figures as text.
const digits = (x) => (x === 0 ? '0' : Math.abs(x) >= 100 ? x.toFixed(0) : x.toPrecision(Math.abs(x) < 1 ? 2 : 3))

/** A value in its unit: times with the unit that fits, ratios with a ×. */
export function figure(value, unit) {
  if (unit === 'ms') return figure(value * 1e3, 'µs')
  if (unit !== 'µs') return unit === '×' ? `${digits(value)}×` : `${digits(value)} ${unit}`.trim()
  const size = Math.abs(value)
  if (size >= 1e6) return `${digits(value / 1e6)} s`
  if (size >= 1e3) return `${digits(value / 1e3)} ms`
  return size >= 1 ? `${digits(value)} µs` : `${digits(value * 1e3)} ns`
}

/** A metric: the median, then its spread (p10 to p90) and p99. */
export function cell({ median, p10, p90, p99, unit }) {
  if (p10 === undefined) return figure(median, unit)
  const tail = p99 === undefined ? '' : `, p99 ${figure(p99, unit)}`
  return `${figure(median, unit)} (${figure(p10, unit)}–${figure(p90, unit)}${tail})`
}
