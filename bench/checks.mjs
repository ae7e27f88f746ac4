// What each operation has to give, asserted once before it is timed: a contender that answers wrongly has no figure.
// The floors are not asked: they give no such answers.
import assert from 'node:assert/strict'
import { digits } from './digits.mjs'

const root = async (call) => assert.equal(await call(), Math.SQRT2)

async function withInput(name, { out, into }, input) {
  const value = input(name)
  assert.deepEqual(await out(), value)
  assert.equal(await into(), value.length)
}

async function text(name, operations, input) {
  if (!operations[`${name} out`]) return
  const value = input(name)
  assert.equal(await operations[`${name} out`](), value)
  assert.equal(await operations[`${name} into`](), [...value].length)
}

export const checks = {
  'blocking-call': async (operations) => {
    for (const call of Object.values(operations)) await root(call)
  },
  'awaited-call': ({ call }) => root(call),
  'thousand-calls': async (operations) => {
    const roots = Array.from({ length: 1000 }, (_, i) => Math.sqrt(i))
    for (const calls of Object.values(operations)) assert.deepEqual(await calls(), roots)
  },
  chain: async ({ one, chain }) => {
    await root(one)
    assert.equal(
      await chain(),
      [1, 2, 3, 4, 5].reduce((x) => Math.sqrt(x), 2),
    )
  },
  'beside-c': ({ short }) => root(short),
  'beside-python': ({ short }) => root(short),
  'beside-python-lowered': ({ short }) => root(short),
  arrays: async ({ out, into }) => {
    assert.equal(await out(1024), 0.5)
    assert.equal(await into(new Float64Array(1024)), 8192)
  },
  floats: (operations, input) => withInput('floats', operations, input),
  records: (operations, input) => withInput('records', operations, input),
  strings: async (operations, input) => {
    await text('ascii', operations, input)
    await text('mixed', operations, input)
  },
  stream: async ({ items }) => {
    const got = []
    for await (const item of items(3000)) got.push(item)
    assert.deepEqual(
      got,
      Array.from({ length: 3000 }, (_, i) => i),
    )
  },
  callbacks: async ({ here, across }) => {
    const expected = [1.5, 0.5]
    if (here) assert.deepEqual((await here(2)).slice(0, 2), expected)
    if (across) assert.deepEqual((await across(2)).slice(0, 2), expected)
  },
  service: async ({ predict }) => {
    for (const { digit, vector } of digits) assert.equal(await predict(vector), digit)
  },
  'service-batched': async ({ predictMany }) =>
    assert.deepEqual(
      await predictMany(digits.map(({ vector }) => vector)),
      digits.map(({ digit }) => digit),
    ),
  'arrays-dropped': ({ make }) => assert.equal(make(1024), 1),
}
