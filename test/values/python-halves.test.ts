import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeRich, richParts } from '../../src/values/rich.js'
import { PyDateTime, UUID } from '../../src/values.js'

type Json = null | string | boolean | { kind: number; parts: Json[] } | { int: string } | { float: string }
interface Case {
  value: Json
  expected: { text: string; moment?: number | null; offset?: number | null }
  repr: string
}

const root = path.join(__dirname, '../..')
const python = path.join(process.env.VIRTUAL_ENV as string, 'bin/python')

function run(mode: string, input = ''): unknown {
  const env = { ...process.env, TZ: 'America/New_York' }
  return JSON.parse(
    execFileSync(python, ['test/python/rich_values.py', mode], { cwd: root, env, input, encoding: 'utf8' }),
  )
}

function fromJson(value: Json): unknown {
  if (value === null || typeof value !== 'object') return value
  if ('kind' in value) return decodeRich(value.kind, value.parts.map(fromJson))
  if ('int' in value) return Number.isSafeInteger(Number(value.int)) ? Number(value.int) : BigInt(value.int)
  return Number(value.float.replace('inf', 'Infinity'))
}

function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return { int: String(value) }
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) return { int: String(value) }
    return { float: Object.is(value, -0) ? '-0.0' : String(value) }
  }
  if (value === null || typeof value !== 'object') return value as Json
  const { kind, parts } = richParts(value) as { kind: number; parts: unknown[] }
  return { kind, parts: parts.map(toJson) }
}

describe('rich values between values.py and src/values', () => {
  process.env.TZ = 'America/New_York'
  const cases = run('cases') as Case[]

  it('come back to Python as they were, each of the table', () => {
    expect(cases.length).toBeGreaterThan(70)
    const answers = cases.map(({ value }) => toJson(fromJson(value)))
    expect(run('check', JSON.stringify(answers))).toEqual([])
  })

  it.each(cases)('say what Python says: $repr', ({ value, expected }) => {
    const made = fromJson(value) as { toString(): string }
    if (!/j|^range|^slice/.test(expected.text)) expect(made.toString()).toBe(expected.text)
    if (!(made instanceof PyDateTime)) return
    expect(made.offset).toBe(expected.offset)
    if (expected.moment !== null) expect(made.getTime()).toBe(expected.moment)
  })

  it('keep is_safe of a UUID', () => {
    const safe = cases.map(({ value }) => fromJson(value)).filter((value) => value instanceof UUID)
    expect(safe.map(({ isSafe }) => isSafe)).toEqual([null, null, true, false])
  })
})
