// The pieces of Python's isoformat().

/** `0007`, `05`. */
export function padded(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

/** `12:30:00`, and `.000001` when there are microseconds. */
export function clockText(hour: number, minute: number, second: number, microsecond: number): string {
  const whole = `${padded(hour, 2)}:${padded(minute, 2)}:${padded(second, 2)}`
  return microsecond === 0 ? whole : `${whole}.${padded(microsecond, 6)}`
}

/** `+02:00`, with seconds and microseconds only where there are any. `offset` is in seconds. */
export function offsetText(offset: number): string {
  const microseconds = Math.round(Math.abs(offset) * 1e6)
  const seconds = Math.floor(microseconds / 1e6)
  const text = `${offset < 0 ? '-' : '+'}${padded(Math.floor(seconds / 3600), 2)}:${padded(Math.floor(seconds / 60) % 60, 2)}`
  if (microseconds % 60e6 === 0) return text
  const fraction = microseconds % 1e6
  return `${text}:${padded(seconds % 60, 2)}${fraction === 0 ? '' : `.${padded(fraction, 6)}`}`
}
