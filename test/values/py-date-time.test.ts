import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { decodeRich, richParts } from '../../src/values/rich.js'
import { PyDateTime, PyTimeZone } from '../../src/values.js'

process.env.TZ = 'Europe/Berlin'

describe('PyDateTime', () => {
  const aware = new PyDateTime({
    year: 2024,
    month: 5,
    day: 6,
    hour: 7,
    microsecond: 123456,
    tz: PyTimeZone.fixed(7200),
  })

  it('is a Date at its moment', () => {
    expect(aware).toBeInstanceOf(Date)
    expect(aware.toISOString()).toBe('2024-05-06T05:00:00.123Z')
    expect(new PyDateTime({ year: 2024, month: 5, day: 6 }).getTime()).toBe(new Date(2024, 4, 6).getTime())
    expect(new PyDateTime({ year: 7, month: 5, day: 6, tz: PyTimeZone.utc }).toISOString()).toBe(
      '0007-05-06T00:00:00.000Z',
    )
  })

  it('prints and serialises with everything that it holds', () => {
    expect(String(aware)).toBe('2024-05-06 07:00:00.123456+02:00')
    expect(JSON.stringify(aware)).toBe('"2024-05-06T07:00:00.123456+02:00"')
    const zoned = new PyDateTime({ year: 2024, month: 5, day: 6, tz: PyTimeZone.zone('Asia/Tokyo') })
    expect(inspect(zoned)).toBe('PyDateTime(2024-05-06 00:00:00+09:00 Asia/Tokyo)')
  })

  it('takes the second of two equal times by fold, naive and in a zone', () => {
    const twice = { year: 2024, month: 10, day: 27, hour: 2, minute: 30 }
    for (const tz of [null, PyTimeZone.zone('Europe/Berlin')]) {
      expect(new PyDateTime({ ...twice, tz }).toISOString()).toBe('2024-10-27T00:30:00.000Z')
      expect(new PyDateTime({ ...twice, tz, fold: 1 }).toISOString()).toBe('2024-10-27T01:30:00.000Z')
    }
  })

  it('comes from a Date on the clock of a zone', () => {
    const moment = new Date('2024-10-27T01:30:00.500Z')
    const zoned = PyDateTime.fromDate(moment, PyTimeZone.zone('Europe/Berlin'))
    expect([zoned.hour, zoned.minute, zoned.microsecond, zoned.fold, zoned.offset]).toEqual([2, 30, 500_000, 1, 3600])
    expect(zoned.getTime()).toBe(moment.getTime())
    expect(
      PyDateTime.fromDate(new Date(0)).equals(new PyDateTime({ year: 1970, month: 1, day: 1, tz: PyTimeZone.utc })),
    ).toBe(true)
  })

  it('compares to the microsecond, and never a naive one with an aware one', () => {
    expect(aware.equals(aware.replace({ hour: 5, tz: PyTimeZone.utc }))).toBe(true)
    expect(aware.equals(aware.replace({ microsecond: 123457 }))).toBe(false)
    expect(aware.equals(aware.replace({ tz: null }))).toBe(false)
  })

  it('does not go back as the old value when its Date was set', () => {
    const copy = aware.replace({})
    expect(() => copy.setHours(3)).toThrow(/immutable/)
    Date.prototype.setTime.call(copy, 0)
    expect(() => richParts(copy)).toThrow(/one whose Date was set/)
  })

  it('keeps a tzinfo that is a reference, with the offset that Python gave', () => {
    const tz = { reference: true }
    const made = decodeRich(1, [2024, 5, 6, 7, 8, 9, 10, 1, tz, -3_600_000_000]) as PyDateTime
    expect([made.tz, made.offset]).toEqual([tz, -3600])
    expect(richParts(made)).toEqual({ kind: 1, parts: [2024, 5, 6, 7, 8, 9, 10, 1, tz] })
    expect(() => new PyDateTime({ year: 2024, month: 1, day: 1, tz })).toThrow(/expected the offset/)
  })
})

describe('a Date on its way to Python', () => {
  it('is an aware datetime in UTC', () => {
    const parts = [2024, 2, 29, 23, 59, 58, 7000, 0, PyTimeZone.utc]
    expect(richParts(new Date('2024-02-29T23:59:58.007Z'))).toEqual({ kind: 1, parts })
  })
  it('is refused when invalid or outside of the years 1 to 9999', () => {
    expect(() => richParts(new Date(Number.NaN))).toThrow('expected a valid Date, got an invalid one')
    expect(() => richParts(new Date(8.64e15))).toThrow(/got the year 275760/)
    expect(() => richParts(new Date('0000-12-31T00:00:00Z'))).toThrow(/got the year 0/)
  })
})
