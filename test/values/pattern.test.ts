// A RegExp in Python finds what it finds in JavaScript.
import { describe, expect, it } from 'vitest'
import { ConversionError, python } from '../../src/index.js'
import { pythonSource } from '../../src/values/pattern-source.js'

const re = python.sync.import('re')
const matches = python.sync.eval(
  'lambda pattern, text: [[m.group(), *m.groups(), m.groupdict()] for m in pattern.finditer(text)]',
)

function expected(pattern: RegExp, text: string): unknown[] {
  const all = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`)
  return [...text.matchAll(all)].map((match) => [
    ...[...match].map((group) => group ?? null),
    Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, value]) => [name, value ?? null])),
  ])
}

const made = (source: string, flags = '') => new RegExp(source, flags)

describe('a RegExp finds the same in Python', () => {
  it.each<[RegExp, string]>([
    [/(?<year>\d{4})-(?<month>\d\d)/, 'on 2024-05 and ١٢٣٤-٠١'],
    [/(?<quote>['"])(.*?)\k<quote>/, `say "it's" or 'no'`],
    [/(['"]).*?\1/, `say "it's" or 'no'`],
    [/^\d+$/, '12\n'],
    [/^\d+$/, '12'],
    [/a$/m, 'a\nba\n'],
    [/^a/m, 'a\nab\nba'],
    [/\w+/, 'straße_1 ünder K'],
    [/\w+/i, 'straße_1 ünder \u212a'],
    [/\W+/, 'a-é b'],
    [/\D+/, '1a٣2'],
    [/\bé|\bb\b/, 'é b éb'],
    [/\Bb/, 'ab b éb'],
    [/[\w-]+/, 'a-b é-c'],
    [/[\w-.]+/, 'a-b.c/d'],
    [/[a-\d]+/, 'a-1b'],
    [/[^\W\d]+/, 'ab1é'],
    [/[\D]+/, 'a1é'],
    [/[\W]+/, 'a[]^`{é1'],
    [/[^\D]+/, 'a12é'],
    [/[+--]+/, 'a+,-.'],
    [/[-a]+/, 'b-a-'],
    [/[a-]+/, 'b-a-'],
    [/[[\]]+/, 'a[]b'],
    [/[[a]+/, '[[a]'],
    [/[a&&b||c~~d]+/, 'a&b|c~d'],
    [made('[^]'), '\n'],
    [made('a[]|b'), 'ab'],
    [/\cJ/, 'a\nb'],
    [/[\cJ]/, 'a\nb'],
    [/\0/, 'a\0b'],
    [/[\b]/, 'a\bb'],
    [/\//, 'a/b'],
    [/\x41\u0042/, 'AB'],
    [/\ud83d\ude00/, 'a😀'],
    [/\u{1F600}+/u, 'a😀😀'],
    [/[\u{1F600}-\u{1F602}]/u, 'a😁'],
    [/😀+/u, 'a😀😀'],
    [/[😀😁]/u, 'a😁'],
    [/\u002e/, 'a.b'],
    [/a.c/, 'abc a\nc'],
    [/a.c/s, 'abc a\nc'],
    [/A/i, 'aA'],
    [/(?<=\$)\d+(?!\d)/, 'cost $42'],
    [/(?<!a)b/, 'ab b'],
    [/(?:a|(b))+?/, 'ab'],
    [/a{2,3}?b{1,}c{1}/, 'aaabbc'],
    [/\s+/, 'a \t\u00a0b'],
    [/(?<été>a)/, 'a'],
    // What only the older syntax of JavaScript takes.
    [made('\\a\\Z\\e\\z'), 'aZez'],
    [made('a{,3}'), 'a{,3} aaa'],
    [made('{a}'), '{a}'],
    [made('x{'), 'x{'],
    [made('\\u{3}'), 'uuu'],
    [made('\\x4'), 'x4'],
    [made('\\p{L}'), 'p{L}'],
    [made('\\k<a>'), 'k<a>'],
    [made('\\c1'), '\\c1'],
    [made('[\\c1]'), '\x11'],
    [made('\\é'), 'é'],
    [made(']}'), ']}'],
    [made(''), 'a'],
  ])('%s', (pattern, text) => {
    expect(matches(pattern, text)).toEqual(expected(pattern, text))
  })

  it('where the flag m holds for a part', () => {
    if (Number(process.versions.node.split('.')[0]) < 23) {
      expect(() => made('(?m:a$)')).toThrow(SyntaxError)
      return
    }
    for (const source of ['(?m:a$)', '(?m:^a$|b(?-m:$))', '(?i:A)a$'])
      expect(matches(made(source), 'a\nb\na')).toEqual(expected(made(source), 'a\nb\na'))
  })

  it('and has the same source where that means the same', () => {
    for (const pattern of [/a.c/, /^[a-z]+(?:\.|,)\s*/, /(a|b)\1/, /(?=x)(?!y)(?<=z)(?<!w)/, /a\/b/, /[^\s"'\]]/])
      expect(pythonSource(pattern)).toBe(pattern.source)
    expect(matches(/(?<n>a)/, 'a')).toEqual([['a', 'a', { n: 'a' }]])
    expect(re.compile(/(?<n>a)$/).pattern).toBe('(?P<n>a)\\Z')
  })
})

describe('what Python cannot express is named', () => {
  it.each<[RegExp, string]>([
    [/\p{L}/u, 'got \\p{…} in /\\p{L}/u: nothing'],
    [/\P{L}/u, 'got \\P{…} in'],
    [made('\\12'), 'got \\12 in /\\12/: an octal escape, or a reference'],
    [made('[\\12]'), 'got \\1 in /[\\12]/: an octal escape; write'],
    [made('(a\\1)'), 'got \\1 in'],
    [made('\\1(a)'), 'got \\1 in'],
    [/\k<n>(?<n>a)/, 'got \\k<n> in /\\k<n>(?<n>a)/: a reference to a group that comes later'],
    [/(?<$n>a)/, 'got (?<$n> in /(?<$n>a)/: a name'],
  ])('%s', (pattern, message) => {
    expect(() => pythonSource(pattern)).toThrow(ConversionError)
    expect(() => pythonSource(pattern)).toThrow(message)
  })

  it('by Python itself where the width of a look-behind varies', () => {
    expect(() => matches(/(?<=a+)b/, 'ab')).toThrow(
      "expected a RegExp that Python's re can express, got one with: look-behind requires fixed-width pattern",
    )
  })
})
