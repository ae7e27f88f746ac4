import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConversionError } from '../../src/errors/bridge-errors.js'
import { richParts } from '../../src/values/rich.js'
import {
  Complex,
  Decimal,
  Fraction,
  Path,
  PyDate,
  PyTime,
  PyTimeDelta,
  PyTimeZone,
  Range,
  Slice,
  UUID,
} from '../../src/values.js'

describe('value classes', () => {
  it.each([
    [new Complex(1, -0), '1-0j', 'Complex(1-0j)', { re: 1, im: -0 }],
    [new Decimal('1.10'), '1.10', 'Decimal(1.10)', '1.10'],
    [new Fraction(3, 4), '3/4', 'Fraction(3/4)', '3/4'],
    [new UUID('{12345678123456781234567812345678}'), '12345678-1234-5678-1234-567812345678'],
    [new Path('/a/b'), '/a/b', 'Path(/a/b)', '/a/b'],
    [new Range(1, 10, 2), 'range(1, 10, 2)', 'Range(1, 10, 2)'],
    [new Slice(null, 'b', 2n), "slice(None, 'b', 2n)", "Slice(None, 'b', 2n)", { start: null, stop: 'b', step: 2n }],
    [new PyDate(7, 1, 2), '0007-01-02', 'PyDate(0007-01-02)'],
    [new PyTime({ hour: 1, tz: PyTimeZone.fixed(-3600) }), '01:00:00-01:00'],
    [new PyTimeDelta({ microseconds: -1 }), '-1 day, 23:59:59.999999'],
    [PyTimeZone.fixed(5400), 'UTC+01:30', 'PyTimeZone(UTC+01:30)'],
  ])(
    'print and serialise: %s',
    (value, text, inspected = `${value.constructor.name}(${text})`, json: unknown = text) => {
      expect(String(value)).toBe(text)
      expect(inspect(value)).toBe(inspected)
      expect(value.toJSON()).toEqual(json)
      expect(Object.isFrozen(value)).toBe(true)
    },
  )

  it('compare by value, as Python does', () => {
    expect(new Decimal('1.0').equals(new Decimal('1.00'))).toBe(true)
    expect(new Decimal('-0').equals(new Decimal('0E+10'))).toBe(true)
    expect(new Decimal('100').equals(new Decimal('1E+2'))).toBe(true)
    expect(new Decimal('NaN').equals(new Decimal('NaN'))).toBe(false)
    expect(new Decimal('-inf').equals(new Decimal('-Infinity'))).toBe(true)
    expect(new Fraction(2, 4).equals(new Fraction(1, 2))).toBe(true)
    expect(new Complex(1).equals(1)).toBe(true)
    expect(new Range(0, 3, 2).equals(new Range(0, 4, 2))).toBe(true)
    expect(new Range(0, 0).equals(new Range(5, 1))).toBe(true)
    expect(new Path('A', 'PureWindowsPath').equals(new Path('a', 'WindowsPath'))).toBe(true)
    expect(new Path('A', 'PosixPath').equals(new Path('a', 'PosixPath'))).toBe(false)
    const noon = new PyTime({ hour: 12, tz: PyTimeZone.utc })
    expect(noon.equals(new PyTime({ hour: 14, tz: PyTimeZone.fixed(7200) }))).toBe(true)
    expect(noon.equals(new PyTime({ hour: 12 }))).toBe(false)
    expect(PyTimeZone.fixed(0)).toBe(PyTimeZone.utc)
    expect(PyTimeZone.fixed(0, 'UTC').equals(PyTimeZone.utc)).toBe(true)
  })

  it('refuse what Python would, and what would lose something', () => {
    expect(() => new Decimal(0.1)).toThrow(/expected a string.*got 0\.1/)
    for (const bad of ['', '.', 'e5', '1..2', 'nanx', '0x10']) expect(() => new Decimal(bad)).toThrow(ConversionError)
    expect(() => new Fraction(1, 0)).toThrow(RangeError)
    expect(() => new Fraction(0.5)).toThrow(ConversionError)
    expect(() => new Range(0, 1, 0)).toThrow(RangeError)
    expect(() => new Range(0, 2 ** 60)).toThrow(ConversionError)
    expect(() => new UUID('xyz')).toThrow(ConversionError)
    expect(() => new PyDate(2023, 2, 29)).toThrow('expected an integer from 1 to 28 for the day, got 29')
    expect(() => new PyTime({ hour: 24 })).toThrow(RangeError)
    expect(() => new PyTimeDelta({ days: 1e9 })).toThrow(RangeError)
    expect(() => new PyTimeDelta({ seconds: 0.5 })).toThrow(ConversionError)
    expect(() => PyTimeZone.fixed(86400)).toThrow(RangeError)
    expect(() => new Path('a', 'Path' as never)).toThrow(ConversionError)
  })
})

describe('Decimal', () => {
  it('becomes the nearest number', () => {
    expect(new Decimal('19.90').toNumber()).toBe(19.9)
    expect(new Decimal('-0').toNumber()).toBe(-0)
    expect(new Decimal('1E-400').toNumber()).toBe(0)
    expect(new Decimal('-Infinity').toNumber()).toBe(Number.NEGATIVE_INFINITY)
    expect(new Decimal('sNaN').toNumber()).toBeNaN()
  })
  it('takes the text that Python takes and writes what Python writes', () => {
    const pairs = {
      ' 1_000.50 ': '1000.50',
      '+1e5': '1E+5',
      '.5': '0.5',
      '5.': '5',
      inf: 'Infinity',
      nan00: 'NaN',
      '0e-7': '0E-7',
    }
    for (const [given, written] of Object.entries(pairs)) expect(new Decimal(given).toString()).toBe(written)
  })
})

describe('Fraction', () => {
  it('becomes a number at every size', () => {
    expect(new Fraction(1, 3).toNumber()).toBeCloseTo(1 / 3, 15)
    expect(new Fraction(10n ** 400n, 10n ** 399n).toNumber()).toBe(10)
    expect(new Fraction(-1, 10n ** 320n).toNumber()).toBe(-1e-320)
    expect(new Fraction(10n ** 400n).toNumber()).toBe(Number.POSITIVE_INFINITY)
    expect(new Fraction(0).toNumber()).toBe(0)
  })
})

describe('Range', () => {
  it('holds integers of any size', () => {
    expect([...new Range(10, 0, -3)]).toEqual([10, 7, 4, 1])
    expect([...new Range(2n ** 53n - 2n, 2n ** 53n + 1n)]).toEqual([2 ** 53 - 2, 2 ** 53 - 1, 2n ** 53n])
    expect(new Range(0, 2n ** 80n).length).toBe(2n ** 80n)
    expect(new Range(5, 1).length).toBe(0)
    expect(new Range(0, 10, 3).at(-1)).toBe(9)
    expect(new Range(0, 10, 3).at(4)).toBeUndefined()
    expect([3, 4, 12, 1.5].map((value) => new Range(0, 10, 3).includes(value))).toEqual([true, false, false, false])
  })
})

describe('Path', () => {
  it('has the parts that pathlib has', () => {
    const path = new Path('/data/x.tar.gz', 'PurePosixPath')
    expect([path.name, path.stem, path.suffix, String(path.parent)]).toEqual(['x.tar.gz', 'x.tar', '.gz', '/data'])
    expect(new Path('.bashrc', 'PosixPath').suffix).toBe('')
    expect(String(new Path('a', 'PosixPath').join('..', 'b'))).toBe('a/../b')
    expect(String(new Path('a', 'PosixPath').join('/b', 'c'))).toBe('/b/c')
    expect(new Path('C:\\a\\b.txt', 'PureWindowsPath').name).toBe('b.txt')
    expect(new Path('C:\\a', 'PureWindowsPath').isAbsolute).toBe(true)
  })
})

describe('a RegExp on its way to Python', () => {
  it('takes its flags from the table', () => {
    expect(richParts(/a\/b/dgimsu)).toEqual({ kind: 12, parts: ['a\\/b', 2 | 8 | 16 | 32] })
    expect(richParts(/a/)).toEqual({ kind: 12, parts: ['a', 0] })
  })
  it('is refused with a flag that Python has no counterpart to', () => {
    expect(() => richParts(/a/y)).toThrow(/got y in \/a\/y; in Python the method decides/)
    const setNotation = 'v'
    expect(() => richParts(new RegExp('a', setNotation))).toThrow(ConversionError)
  })
})

it('values of other classes are not rich', () => {
  for (const value of [{}, [], new Map(), new URL('http://a'), Buffer.alloc(1), () => 1])
    expect(richParts(value)).toBeUndefined()
})
