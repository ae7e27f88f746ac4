/** Where the decoder finds what bytes only name. */
export interface ValueSource {
  /** One more arrival of the object: its reference. */
  reference(index: number, generation: number): unknown
  buffer(exportId: number): ArrayBuffer
  /** A JavaScript value that comes back. */
  jsValue(id: number): unknown
  custom(id: number, value: unknown): unknown
}
