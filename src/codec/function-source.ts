// What the source of a function tells.

/** Whether calls must be made with `new`. */
export function isClass(fn: unknown): boolean {
  return classSource.test(sourceOf(fn as object))
}
const classSource = /^class\b/

export function sourceOf(fn: object): string {
  try {
    return Function.prototype.toString.call(fn)
  } catch {
    return '' // TypeError: a callable Proxy has no source
  }
}
