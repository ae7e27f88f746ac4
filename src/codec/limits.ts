// What a message and V8 can hold. V8's limits are the same in every Node from 20 on.
import { constants } from 'node:buffer'
import { ConversionError } from '../errors/bridge-errors.js'

/** Bytes: kLargestMessage of native/wire/bytes.h. */
export const largestMessage = 0x7ffffff8
/** Of an Array whose elements lie side by side. */
export const mostItems = 2 ** 27 - 16
/** Of a Set, a Map and, well before V8 ends the process for it, an object. */
export const mostElements = 2 ** 24
export const mostBigIntWords = 2 ** 24
export const longestText = constants.MAX_STRING_LENGTH

export function tooLarge(what: string, most: number, came: number | string): ConversionError {
  return new ConversionError(
    `expected at most ${most} ${what}, got ${came}; keep the value in Python ($keep) and take parts of it`,
  )
}

/** Two values of Python that are one in JavaScript. */
export function lost(what: string, container: string): ConversionError {
  return new ConversionError(
    `expected ${what} of a ${container} that differ in JavaScript, got two that are the same there (as two NaNs are); one would be lost`,
  )
}
