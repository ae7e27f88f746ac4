// What Python holds in place of a JavaScript object: the object, and in which way.
//  1. The same object in the same way is the same view, so that it is the same object in Python (js-values.ts).
//  2. On its way back a view is the object itself.

export abstract class View {
  /** JsKind. */
  abstract readonly kind: number
  /** The object itself. */
  abstract readonly target: object
  /** What Python is told of it, once: see kJsValue in native/wire/wire.h. */
  abstract describe(): string
}

export function describeView(view: View): string {
  return view.describe()
}

/** Rule 2, for any value that Python held. */
export function unwrapped(value: unknown): unknown {
  return value instanceof View ? value.target : value
}
