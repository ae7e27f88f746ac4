// The shape of the conversion table's rows.

/** What the value of a Python expression becomes in JavaScript. */
export interface Row {
  /** Evaluated in test/python/round_trip.py. */
  python: string
  /** A literal; `new AnyReference()` where a reference is expected. */
  js: unknown
  /** What `js` is in Python again, where that is not the value of `python`; null where it cannot go back. */
  back?: string | null
}

/** What a JavaScript value becomes in Python. */
export interface ArgumentRow {
  title: string
  js: unknown
  /** Evaluated in test/python/round_trip.py. */
  python: string
}

export const row = (python: string, js: unknown, back?: string | null): Row => ({ python, js, back })

/** Rows whose value is the same text in both languages. */
export const alike = (...texts: string[]): Row[] => texts.map((text) => row(text, new Function(`return ${text}`)()))
