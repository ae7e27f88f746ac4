import {
  Complex,
  Decimal,
  Fraction,
  Path,
  PyDate,
  PyDateTime,
  PyTime,
  PyTimeDelta,
  PyTimeZone,
  Range,
  Slice,
  UUID,
} from '../../../src/index.js'
import { row } from '../row.js'

const utc = PyTimeZone.utc
const berlin = PyTimeZone.zone('Europe/Berlin')
const odd = PyTimeZone.fixed(-12615.000007, 'odd')
const oddPython = "timezone(timedelta(hours=-3, minutes=-30, seconds=-15, microseconds=-7), 'odd')"
const autumn = { year: 2024, month: 10, day: 27, hour: 2, minute: 30 }
const last = { hour: 23, minute: 59, second: 59, microsecond: 999_999 }

const times = [
  row(
    'datetime(2024, 5, 6, 7, 8, 9, 123456)',
    new PyDateTime({ year: 2024, month: 5, day: 6, hour: 7, minute: 8, second: 9, microsecond: 123_456 }),
  ),
  row('datetime(1, 1, 1)', new PyDateTime({ year: 1, month: 1, day: 1 })),
  row('datetime(9999, 12, 31, 23, 59, 59, 999999)', new PyDateTime({ year: 9999, month: 12, day: 31, ...last })),
  row('datetime(2024, 5, 6, tzinfo=UTC)', new PyDateTime({ year: 2024, month: 5, day: 6, tz: utc })),
  row(
    'datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC)',
    new PyDateTime({ year: 1969, month: 12, day: 31, ...last, microsecond: 1, tz: utc }),
  ),
  row(
    `datetime(2024, 5, 6, 7, tzinfo=${oddPython})`,
    new PyDateTime({ year: 2024, month: 5, day: 6, hour: 7, tz: odd }),
  ),
  row("datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo('Europe/Berlin'))", new PyDateTime({ ...autumn, tz: berlin })),
  row(
    "datetime(2024, 10, 27, 2, 30, tzinfo=ZoneInfo('Europe/Berlin'), fold=1)",
    new PyDateTime({ ...autumn, tz: berlin, fold: 1 }),
  ),
  row('datetime(2024, 10, 27, 2, 30, fold=1)', new PyDateTime({ ...autumn, fold: 1 })),
  row('date(2024, 2, 29)', new PyDate(2024, 2, 29)),
  row('date.min', new PyDate(1, 1, 1)),
  row('date.max', new PyDate(9999, 12, 31)),
  row('time()', new PyTime()),
  row('time.max', new PyTime(last)),
  row(
    'time(1, 2, 3, 4, tzinfo=UTC, fold=1)',
    new PyTime({ hour: 1, minute: 2, second: 3, microsecond: 4, tz: utc, fold: 1 }),
  ),
  row("time(1, tzinfo=ZoneInfo('Europe/Berlin'))", new PyTime({ hour: 1, tz: berlin })),
  row('timedelta()', new PyTimeDelta()),
  row('timedelta.max', new PyTimeDelta({ days: 999_999_999, hours: 24, microseconds: -1 })),
  row('timedelta.min', new PyTimeDelta({ days: -999_999_999 })),
  row('timedelta(microseconds=-1)', new PyTimeDelta({ microseconds: -1 })),
  row('timedelta(days=-3, seconds=5, microseconds=7)', new PyTimeDelta({ days: -3, seconds: 5, microseconds: 7 })),
  row('UTC', utc),
  row("timezone(timedelta(0), 'UTC')", PyTimeZone.fixed(0, 'UTC')),
  row('timezone(timedelta(hours=5, minutes=30))', PyTimeZone.fixed(19_800)),
  row(oddPython, odd),
  row("ZoneInfo('Europe/Berlin')", berlin),
]

const decimals = [
  '0',
  '-0',
  '1.10',
  '0.00',
  '1E+5',
  '-0E+10',
  '1E-7',
  '1E+999999',
  'NaN',
  'sNaN12',
  '-Infinity',
  '9'.repeat(400),
]

const quantities = [
  ...decimals.map((text) => row(`Decimal('${text}')`, new Decimal(text))),
  row('Fraction(3, -4)', new Fraction(-3, 4)),
  row('Fraction(0)', new Fraction(0)),
  row('Fraction(10**40, 3**50)', new Fraction(10n ** 40n, 3n ** 50n)),
  row('1 + 2j', new Complex(1, 2)),
  row('complex(-0.0, -0.0)', new Complex(-0, -0)),
  row('complex(NAN, -INF)', new Complex(Number.NaN, Number.NEGATIVE_INFINITY)),
  row('complex(3, 0)', new Complex(3)),
  row('range(0)', new Range(0, 0)),
  row('range(10, 0, -3)', new Range(10, 0, -3)),
  row('range(2**70, 2**71, 2**60)', new Range(2n ** 70n, 2n ** 71n, 2n ** 60n)),
  row('slice(None)', new Slice()),
  row('slice(1, None, -2)', new Slice(1, null, -2)),
  row("slice('a', 1.5, date(2024, 1, 1))", new Slice('a', 1.5, new PyDate(2024, 1, 1))),
  row("slice([1], {'a': 2}, slice(3))", new Slice([1], { a: 2 }, new Slice(null, 3))),
]

const names = [
  row('UUID(int=0)', new UUID('0'.repeat(32))),
  row("UUID('12345678-1234-5678-1234-567812345678')", new UUID('12345678-1234-5678-1234-567812345678')),
  row('UUID(int=2**128 - 1, is_safe=SafeUUID.safe)', new UUID('f'.repeat(32), true)),
  row("Path('/a/é b/c.tar.gz')", new Path('/a/é b/c.tar.gz')),
  row("Path('')", new Path('.')),
  row("Path('/\\udcff')", new Path('/\udcff')),
  row("PurePosixPath('../x')", new Path('../x', 'PurePosixPath')),
  row("PureWindowsPath('C:\\\\a\\\\b.txt')", new Path('C:\\a\\b.txt', 'PureWindowsPath')),
]

export const values = [...times, ...quantities, ...names]
