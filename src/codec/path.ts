// Where in an argument a value stands, for error messages: `argument 2.rows[3].key`.

export function keyStep(key: unknown): string {
  if (typeof key === 'string') return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
  if (typeof key === 'number' || typeof key === 'bigint') return `[${key}]`
  return typeof key === 'object' && key !== null ? '[…]' : `[${String(key)}]`
}

export function indexStep(index: number): string {
  return `[${index}]`
}
