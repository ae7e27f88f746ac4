// Wall clocks: how the fields of a date and time relate to the time line, in UTC, in this machine's zone and in any IANA zone.
// A wall time is the number of milliseconds from 1970-01-01T00:00 on the wall to the wall's time.

const day = 86_400_000

/** The wall time that a clock shows at a moment (milliseconds since the epoch). */
export type Clock = (moment: number) => number

/** The wall time of a date; `month` from 1. Years below 100 are what they say. */
export function wallTime(year: number, month: number, dayOfMonth: number, millisecondOfDay: number): number {
  const midnight =
    year >= 100 ? Date.UTC(year, month - 1, dayOfMonth) : new Date(0).setUTCFullYear(year, month - 1, dayOfMonth)
  return midnight + millisecondOfDay
}

/** The days of a month; `month` from 1. */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** This machine's clock, by TZ or the system's setting: Python's `time.localtime`. */
export const localClock: Clock = (moment) => {
  const date = new Date(moment)
  const milliseconds =
    ((date.getHours() * 60 + date.getMinutes()) * 60 + date.getSeconds()) * 1000 + date.getMilliseconds()
  return wallTime(date.getFullYear(), date.getMonth() + 1, date.getDate(), milliseconds)
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** The clock of an IANA zone, by Node's time zone data; throws a RangeError for a zone that it does not know. */
export function zoneClock(key: string): Clock {
  let format = formats.get(key)
  if (format === undefined) {
    const two = '2-digit'
    const fields = { year: 'numeric', month: two, day: two, hour: two, minute: two, second: two, era: 'short' } as const
    format = new Intl.DateTimeFormat('en-US', { calendar: 'iso8601', hourCycle: 'h23', timeZone: key, ...fields })
    formats.set(key, format)
  }
  const parts = format
  return (moment) => {
    const found: Record<string, string> = {}
    for (const { type, value } of parts.formatToParts(moment)) found[type] = value
    const year = found.era?.startsWith('B') ? 1 - Number(found.year) : Number(found.year)
    const seconds = (Number(found.hour) * 60 + Number(found.minute)) * 60 + Number(found.second)
    const fraction = ((moment % 1000) + 1000) % 1000
    return wallTime(year, Number(found.month), Number(found.day), seconds * 1000 + fraction)
  }
}

/** The moment at which `clock` shows `wall`: of two, the one that `fold` chooses; in a gap as PEP 495 has it (datetime._mktime). */
export function momentOf(wall: number, fold: number, clock: Clock): number {
  const offset = clock(wall) - wall
  const first = wall - offset
  const shown = clock(first)
  let other = shown - first
  if (shown === wall) {
    const probe = first + (fold === 0 ? -day : day)
    other = clock(probe) - probe
    if (other === offset) return first
  }
  const second = wall - other
  if (clock(second) === wall) return second
  if (shown === wall) return first
  return fold === 0 ? Math.max(first, second) : Math.min(first, second)
}
