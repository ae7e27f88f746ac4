import { row } from '../row.js'

/** One character of each width that CPython stores text in, and one that only UTF-16 can carry. */
export const characters = { ASCII: 'q', 'Latin-1': 'é', BMP: '€', astral: '😀', 'a lone surrogate': '\ud83d' }

/** The same text as a Python literal. */
export const literal = (text: string) =>
  `'${text.replace(/[^ -&(-[\]-~]/gu, (each) => `\\U${(each.codePointAt(0) as number).toString(16).padStart(8, '0')}`)}'`

const texts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\0\0\0\0\0\0\0\0\0',
  'line\r\nline\t',
  '"quoted" \'twice\' \\ `${x}`',
  'é',
  'straße',
  '€',
  '日本語',
  'e\u0301',
  '\u2028\u2029',
  '\ufeffx',
  '\ufeff'.repeat(200),
  '\ufffe\uffff',
  '\u{10ffff}',
  'a😀b',
  '😀'.repeat(3),
  '👩‍👩‍👧‍👦🏳️‍🌈',
  'مرحبا',
  '\ud800',
  '\udc00',
  '\udfff',
  'a\ud83d',
  'a\ude00b',
  '\ude00\ud83d',
  '😀\ud83d',
  `${'x'.repeat(300)}\udcff`,
  `${'€'.repeat(300)}\udcff`,
  `${'x'.repeat(300)}\0${'x'.repeat(300)}`,
]

export const text = texts.map((each) => row(literal(each), each))

export const bytes = [
  row("b''", Buffer.alloc(0), 'memoryview(bytearray())'),
  row("b'a\\0b'", Buffer.from('a\0b'), "memoryview(bytearray(b'a\\0b'))"),
  row('bytes(range(256))', Buffer.from(Array.from({ length: 256 }, (_, i) => i)), 'memoryview(bytearray(range(256)))'),
  row("bytearray(b'\\xff\\0')", Buffer.from([255, 0]), "memoryview(bytearray(b'\\xff\\0'))"),
  row('bytearray()', Buffer.alloc(0), 'memoryview(bytearray())'),
  ...[1, 7, 8, 9, 63, 64, 65].map((n) =>
    row(`b'z' * ${n}`, Buffer.alloc(n, 'z'), `memoryview(bytearray(b'z' * ${n}))`),
  ),
]
