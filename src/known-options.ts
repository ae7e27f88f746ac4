// Options given as an object: one that is misspelt would have no effect, and nobody would notice.
import { ConversionError } from './errors/bridge-errors.js'
import { shown } from './values/integer.js'

/** Throws for what is no object of these options. */
export function requireOptions(options: unknown, names: readonly string[], user: string): void {
  if (typeof options !== 'object' || options === null)
    throw new ConversionError(`expected an object of options for ${user}, got ${shown(options)}`)
  for (const name of Object.keys(options))
    if (!names.includes(name))
      throw new ConversionError(`expected an option of ${user} (${names.join(', ')}), got ${shown(name)}`)
}
