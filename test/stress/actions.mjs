// What the storm does: each action starts something, and its promise settles when that has ended as it should.
import assert from 'node:assert/strict'
import { kw, python } from 'snakebridge'

const fixture = python.import('../python/storm.py')
const blocking = () => python.sync.import('../python/storm.py')
const lanes = ['pool', 'storm 1', 'storm 2']
for (const name of lanes.slice(1)) python.lane(name)

const cancelled = (error) => assert.match(error.name, /^(AbortError|TimeoutError|StreamTimeoutError)$/)
const unless = (allowed) => (error) => allowed(error)

async function* slowly(count) {
  for (let n = 0; n < count; n++) {
    if (n % 7 === 0) await new Promise(setImmediate)
    yield n
  }
}
const sumBelow = (count) => Math.abs(count * (count - 1)) / 2

/** By name: `below(n)` is a random integer, `chance(p)` is true with that probability. */
export const actions = {
  async call({ below }) {
    const [a, b] = [below(1000), below(1000)]
    assert.equal(await fixture.add(a, b, kw({ $lane: lanes[below(3)] })), a + b)
  },
  async blockingCall({ below }) {
    const n = below(1000)
    assert.equal(blocking().add(n, 1), n + 1)
  },
  async many({ below }) {
    const count = below(50)
    const sums = await Promise.all(Array.from({ length: count }, (_, n) => fixture.add(n, n)))
    assert.deepEqual(
      sums,
      Array.from({ length: count }, (_, n) => n + n),
    )
  },
  async failure({ below }) {
    const n = below(1000)
    await assert.rejects(async () => await fixture.fail(n), { message: `failed ${n}` })
  },
  async reference({ below, chance }) {
    const made = await fixture.make(below(100))
    assert.equal(await made.number_plus(1), (await made.number) + 1)
    if (chance(0.5)) made.$release()
  },
  async array({ below }) {
    const length = 1 + below(5000)
    const array = await fixture.ramp(length)
    assert.equal(array.get(length - 1), length - 1)
    assert.equal(await fixture.total(array), sumBelow(length))
    assert.equal(await fixture.total(new Float64Array(length).fill(2)), 2 * length)
  },
  async sleepCut({ below }) {
    await fixture
      .sleep(0.005, kw({ $timeout: 1 + below(10) }))
      .then((value) => assert.equal(value, null), unless(cancelled))
  },
  async loopAborted({ below }) {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), below(10))
    await fixture
      .spin(0.02, kw({ $signal: controller.signal }))
      .then((value) => assert.equal(value, null), unless(cancelled))
  },
  async coroutine({ below }) {
    assert.equal(await fixture.later(0.001 * below(5), 7), 7)
  },
  async coroutineCut({ below }) {
    await fixture
      .later(0.005, 7, kw({ $timeout: 1 + below(10) }))
      .then((value) => assert.equal(value, 7), unless(cancelled))
  },
  async callback({ below }) {
    const n = below(30)
    assert.deepEqual(
      await fixture.each((i) => i + 1, n),
      Array.from({ length: n }, (_, i) => i + 1),
    )
  },
  async callbackBlocking({ below }) {
    const n = below(30)
    assert.deepEqual(
      blocking().each((i) => i + 1, n),
      Array.from({ length: n }, (_, i) => i + 1),
    )
  },
  async callbackNested({ below }) {
    const n = below(100)
    const deeper = (depth) => async (x) => (depth === 0 ? x + 1 : (await fixture.each(deeper(depth - 1), 1))[0] + 1)
    assert.deepEqual(await fixture.each(deeper(2), 1), [3])
    assert.equal(await fixture.call_async(async (x) => fixture.add(x, 1), n), n + 1)
  },
  async callbackThrows() {
    const thrown = new Error('on purpose')
    const caught = await fixture
      .each(() => {
        throw thrown
      }, 1)
      .then(
        () => assert.fail('expected an error'),
        (error) => error,
      )
    assert.equal(caught, thrown)
  },
  async streamOut({ below, chance }) {
    const count = below(2000)
    const stop = chance(0.5) ? below(count + 1) : count
    let next = 0
    for await (const n of fixture.count(count)) {
      assert.equal(n, next++)
      if (next >= stop) break
    }
    assert.ok(next >= Math.min(stop, count) && next <= count)
  },
  async streamOutAsync({ below }) {
    const count = below(30)
    let next = 0
    for await (const n of fixture.count_async(count)) assert.equal(n, next++)
    assert.equal(next, count)
  },
  async streamForgotten() {
    await fixture.count(1000).$stream({ bufferSize: 4 }).next()
  },
  async streamIn({ below }) {
    const count = below(300)
    assert.equal(await fixture.total_of(slowly(count)), sumBelow(count))
    assert.equal(await fixture.total_of_async(slowly(count)), sumBelow(count))
  },
  async session({ below, chance }) {
    const session = python.session({ maxReferences: 1 + below(50) })
    const sum = await session.run(async () => {
      await Promise.all(Array.from({ length: below(20) }, () => fixture.make(1)))
      return fixture.add(1, 2)
    })
    assert.equal(sum, 3)
    if (chance(0.5)) await session.end()
    else session.end()
  },
  async scope() {
    assert.equal(await python.scope(async () => (await fixture.make(4)).number), 4)
  },
  async collect({ chance }) {
    const [here, there] = [chance(0.2), chance(0.2)]
    if (here) globalThis.gc()
    if (there) await fixture.collect()
  },
}

/** What has not ended, for who looks at a hang. */
export const running = new Map()

/** Starts actions, up to 20 at once, until `isOver()`, and calls `done(name, error)` once for each. */
export async function storm(random, isOver, done) {
  const below = (count) => Math.floor(random() * count)
  const tools = { below, chance: (probability) => random() < probability }
  const names = Object.keys(actions)
  while (!isOver()) {
    const name = names[below(names.length)]
    const work = Promise.resolve(actions[name](tools))
      .then(
        () => done(name),
        (error) => done(name, error),
      )
      .finally(() => running.delete(work))
    running.set(work, name)
    if (running.size >= 20) await Promise.race(running.keys())
    else if (random() < 0.3) await new Promise(setImmediate)
  }
  while (running.size > 0) await Promise.all(running.keys())
}
