// The seeded inputs every contender sends and receives, written once as JSON so that both languages hold the same
// (python/work.py reads them too).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'node_modules', '.cache', 'inputs')
const seed = 7

// mulberry32: 32 bits of state, the same sequence on every machine.
function randomFrom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

function floats(random) {
  return Array.from({ length: 100_000 }, () => random() * 2e3 - 1e3)
}

function word(random) {
  const length = 3 + Math.floor(random() * 9)
  return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('')
}

function records(random) {
  return Array.from({ length: 1000 }, (_, id) => ({
    id,
    name: `${word(random)} ${word(random)}`,
    score: random() * 100,
    active: random() < 0.5,
    tags: [word(random), word(random), word(random)],
    position: { x: random(), y: random(), label: word(random) },
  }))
}

// ASCII, Latin with accents, Chinese, emoji: `below` is where each one's share of the draws ends.
const alphabets = [
  { below: 0.7, first: 0x20, last: 0x7e },
  { below: 0.85, first: 0xa1, last: 0x17f },
  { below: 0.95, first: 0x4e00, last: 0x9fa5 },
  { below: 1, first: 0x1f600, last: 0x1f64f },
]

function mixedCharacter(random) {
  const draw = random()
  const { first, last } = alphabets.find(({ below }) => draw < below)
  return String.fromCodePoint(first + Math.floor(random() * (last - first + 1)))
}

function mixedText(random, bytes) {
  const characters = []
  for (let size = 0; size < bytes; ) {
    const character = mixedCharacter(random)
    characters.push(character)
    size += Buffer.byteLength(character)
  }
  return characters.join('')
}

function asciiText(random, bytes) {
  return Array.from({ length: bytes }, () => String.fromCharCode(0x20 + Math.floor(random() * 95))).join('')
}

const makers = {
  floats,
  records,
  ascii: (random) => asciiText(random, 2 ** 20),
  mixed: (random) => mixedText(random, 2 ** 20),
}

/** Writes the inputs that are not there yet. */
export function makeInputs() {
  mkdirSync(folder, { recursive: true })
  for (const [name, make] of Object.entries(makers)) {
    const path = join(folder, `${name}.json`)
    if (!existsSync(path)) writeFileSync(path, JSON.stringify(make(randomFrom(seed))))
  }
}

/** One input by name: 'floats', 'records', 'ascii' or 'mixed'. */
export function input(name) {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
}
