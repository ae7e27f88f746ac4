import { row } from '../row.js'

const bounds = [
  0n,
  1n,
  2n,
  127n,
  2n ** 15n,
  2n ** 30n,
  2n ** 31n,
  2n ** 32n,
  2n ** 52n,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n,
]
const large = [2n ** 64n, 2n ** 65n, 2n ** 127n, 2n ** 128n, 2n ** 192n, 10n ** 400n, 2n ** 10_000n]

/** Each bound, its neighbours, and their negatives. */
export const integers = [...new Set([...bounds, ...large].flatMap((n) => [n - 1n, n, n + 1n, -n - 1n, -n, 1n - n]))]

/** An int of Python in JavaScript: a number where it is safe. */
export function arrived(n: bigint): number | bigint {
  return n >= -(2n ** 53n) + 1n && n <= 2n ** 53n - 1n ? Number(n) : n
}

const hex = (n: bigint) => (n < 0n ? `-0x${(-n).toString(16)}` : `0x${n.toString(16)}`)

export const numbers = [
  row('None', null),
  row('True', true),
  row('False', false),
  ...integers.map((n) => row(hex(n), arrived(n))),

  row('0.1', 0.1),
  row('-0.0', -0),
  row('NAN', Number.NaN),
  row('INF', Number.POSITIVE_INFINITY),
  row('-INF', Number.NEGATIVE_INFINITY),
  row('1e300', 1e300),
  row('-1e300', -1e300),
  row('0.99999999', 0.99999999),
  row('1.00000001', 1.00000001),
  row('5e-324', 5e-324),
  row('2.2250738585072014e-308', 2.2250738585072014e-308),
  row('1.7976931348623157e308', 1.7976931348623157e308),
  row('0.1 + 0.2', 0.30000000000000004),
  row('1e16', 1e16),
  row('9007199254740992.0', 9007199254740992),
  row('-9007199254740994.0', -9007199254740994),
  row('2.0**31 + 0.5', 2147483648.5),

  // A number that is a safe integer goes back as an int, whatever it came as.
  row('0.0', 0, '0'),
  row('3.0', 3, '3'),
  row('-2147483648.0', -2147483648, '-2147483648'),
  row('4294967296.0', 4294967296, '4294967296'),
  row('9007199254740991.0', 9007199254740991, '9007199254740991'),
]
