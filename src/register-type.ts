// A user's own rows of the conversion table.
// biome-ignore-all lint/suspicious/noExplicitAny: values of Python are untyped
import { begin } from './async-operations.js'
import { theChannel } from './channel.js'
import { Opcode } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'
import { requireOptions } from './known-options.js'
import type { PythonReference } from './reference.js'
import { isReference } from './reference-state.js'
import { poolSpace } from './spaces.js'
import { shown } from './values/integer.js'

/** A row of the conversion table, for `python.registerType`. */
export interface TypeConversion<Instance = any> {
  /**
   * A Python function from an instance of the type to what crosses (plain values, a tuple, a dict): a reference, or source such as
   * `'lambda p: (p.x, p.y)'`. Without it `toJs` gets a reference to the instance.
   */
  export?: PythonReference | string
  /** Makes the JavaScript value of what `export` gave. Must not wait. */
  toJs?: (value: any) => unknown
  /** The JavaScript class whose instances `toPython` turns into something that crosses. */
  class?: abstract new (
    ...args: any[]
  ) => Instance
  /** What is passed to Python for an instance: a value, or a reference such as `Point(p.x, p.y)` makes. Must not wait. */
  toPython?: (instance: Instance) => unknown
}

/**
 * From now on instances of the Python type (and of its subclasses that have no row in the conversion table) arrive as what `toJs` makes of them, and instances of the JavaScript class
 * are passed as what `toPython` makes of them. Resolves when both are in force.
 *
 * @example
 * await python.registerType(python.import('./shapes.py').Point, {
 *   export: 'lambda p: (p.x, p.y)',
 *   toJs: ([x, y]) => new Point(x, y),
 *   class: Point,
 *   toPython: (p) => shapes.Point(p.x, p.y),
 * })
 */
export async function registerType<Instance>(
  type: PythonReference,
  conversion: TypeConversion<Instance>,
): Promise<void> {
  if (!isReference(type))
    throw new ConversionError(`expected a reference to a Python class for registerType, got ${shown(type)}`)
  requireOptions(conversion, ['export', 'toJs', 'class', 'toPython'], 'registerType')
  const { toJs, toPython, class: jsClass, export: exporter } = conversion
  if ((jsClass === undefined) !== (toPython === undefined))
    throw new ConversionError('expected `class` and `toPython` together for registerType, got one of them')
  if (jsClass !== undefined && typeof jsClass !== 'function')
    throw new ConversionError(`expected a class for registerType, got ${shown(jsClass)}`)
  const { custom } = theChannel()
  const id = custom.add({ toJs, toPython }, jsClass?.prototype as object | undefined)
  if (toJs === undefined && exporter === undefined) return
  const func =
    typeof exporter === 'string'
      ? begin(poolSpace, Opcode.helper, 'evaluate', [exporter], 'export')
      : (exporter ?? null)
  await begin(poolSpace, Opcode.helper, 'register_type', [type, id, func], 'registerType')
}
