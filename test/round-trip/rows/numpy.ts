import { Complex, NDArray } from '../../../src/index.js'
import { AnyReference } from '../describe.js'
import { row } from '../row.js'

const scalars = [
  row('np.bool_(True)', true, 'True'),
  row('np.bool_(False)', false, 'False'),
  row('np.int8(-128)', -128, '-128'),
  row('np.uint8(255)', 255, '255'),
  row('np.int16(-32768)', -32768, '-32768'),
  row('np.uint16(65535)', 65535, '65535'),
  row('np.int32(-2**31)', -2147483648, '-2**31'),
  row('np.uint32(2**32 - 1)', 4294967295, '2**32 - 1'),
  row('np.int64(2**53 - 1)', 9007199254740991, '2**53 - 1'),
  row('np.int64(-2**63)', -(2n ** 63n), '-2**63'),
  row('np.uint64(2**64 - 1)', 2n ** 64n - 1n, '2**64 - 1'),
  row('np.longlong(5)', 5, '5'),
  row('np.intp(-1)', -1, '-1'),
  row('np.float16(0.1)', 0.0999755859375, '0.0999755859375'),
  row('np.float32(0.1)', 0.10000000149011612, '0.10000000149011612'),
  row('np.float64(0.1)', 0.1, '0.1'),
  row('np.float64(3)', 3, '3'),
  row('np.float32(-0.0)', -0, '-0.0'),
  row('np.float16(NAN)', Number.NaN, 'NAN'),
  row('np.float64(INF)', Number.POSITIVE_INFINITY, 'INF'),
  row('np.complex64(1 + 2j)', new Complex(1, 2), '1 + 2j'),
  row('np.complex128(0.1 - 1j)', new Complex(0.1, -1), '0.1 - 1j'),
  row("np.str_('a€\\0')", 'a€\0', "'a€\\0'"),
  row("np.bytes_(b'a\\0')", Buffer.from('a\0'), "memoryview(bytearray(b'a\\0'))"),
  row('[np.float64(0.5), np.int64(1), 2]', [0.5, 1, 2], '[0.5, 1, 2]'),
  row('{np.int64(1): np.float32(2)}', new Map([[1, 2]]), '{1: 2}'),
  row("{np.str_('a'): 1}", new Map([['a', 1]]), "{'a': 1}"),
]

const references = [
  "np.longdouble('0.1')",
  "np.clongdouble('0.1')",
  "np.datetime64('2024-01-01')",
  "np.timedelta64(5, 'D')",
  'np.void(b"abc")',
  "np.zeros(1, 'i4, f8')[0]",
  'np.array([1, None], object)',
  "np.array(['a', 'bc'])",
  "np.array([b'a'])",
  "np.array(['2024-01-01'], 'M8[D]')",
  "np.zeros(2, 'i4, f8')",
  "np.dtype('f8')",
  'np.float64',
  'np.ma.array([1, 2], mask=[0, 1])',
  'np.matrix([[1]])',
].map((python) => row(python, new AnyReference()))

const shared = [
  row('np.array([1.5, 2])', NDArray.from([1.5, 2])),
  row(
    'np.arange(6).reshape(2, 3)',
    NDArray.from(
      [
        [0n, 1n, 2n],
        [3n, 4n, 5n],
      ],
      'int64',
    ),
  ),
  row("np.array(7, 'u1')", NDArray.from(7, 'uint8')),
  row("np.zeros((0, 3), 'f4')", NDArray.zeros([0, 3], 'float32')),
  row('np.array([True, False])', NDArray.from([true, false])),
  row('np.array([1 + 2j])', NDArray.from([new Complex(1, 2)])),
  row("memoryview(bytearray(b'ab'))", NDArray.from([97, 98], 'uint8'), null),
  row("array.array('h', [1, -1])", NDArray.from([1, -1], 'int16'), null),
]

export const numpy = [...scalars, ...references, ...shared]
