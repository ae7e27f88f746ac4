// One operation of each kind: what is done many times, with memory that runs out, and with its references counted.
import assert from 'node:assert/strict'
import { Decimal, isReference, kw, NDArray, PyDateTime, python } from 'snakebridge'

const numbers = Float64Array.from({ length: 100 }, (_, i) => i)
const list = Array.from({ length: 50 }, (_, i) => i + 0.5)
const row = { id: 1, name: 'é日😀', tags: ['a', null, true, 2n ** 100n], at: new Date(0) }

/**
 * By name. `py` is the fixture on the lane that is asked: test/python/faults.py. Each checks its result, so a wrong one is an
 * AssertionError.
 */
export const kinds = {
  async call(py) {
    assert.equal(await py.add(1, 2), 3)
  },
  async keywords(py) {
    assert.equal(await py.add(1, 2, kw({ c: 3 })), 6)
  },
  async method(py) {
    assert.equal(await py.thing.plus(1), 8)
  },
  async attribute(py) {
    assert.equal(await py.thing.number, 7)
  },
  async setAttribute(py) {
    const thing = py.make(1)
    await thing.$set('number', 'changed')
    assert.equal(await thing.number, 'changed')
  },
  async item(py) {
    assert.deepEqual(await py.table.$item('b'), [2, 3])
  },
  async setItem(py) {
    const made = py.same([1, 2]).$keep
    await made.$setItem(0, { a: 'b' })
    assert.equal(await made.$len, 2)
  },
  async operators(py) {
    assert.equal(await py.values.$len, 6)
    assert.equal(await py.same(1.5).$add(2), 3.5)
    assert.match(await py.values.$repr, /^\[1, 2\.5/)
  },
  async import(_py, lane) {
    assert.equal(await lane.import('math').sqrt(4), 2)
  },
  async scalars(py) {
    for (const value of [null, true, 1, 2 ** 40, 0.5, 2n ** 100n]) assert.equal(await py.same(value), value)
  },
  async strings(py) {
    for (const value of ['', 'ascii', 'é', 'a\ud800', 'x'.repeat(300), '日'.repeat(200)]) {
      assert.equal(await py.same(value), value)
    }
  },
  async bytes(py) {
    assert.equal((await py.same(python.bytes(Buffer.from('bytes')))).toString(), 'bytes')
  },
  async packed(py) {
    assert.deepEqual(await py.same(list), list)
    assert.equal((await py.floats(300)).length, 300)
  },
  async records(py) {
    assert.equal((await py.records)[19].name, 'name 19')
    assert.deepEqual(await py.same([row.name, row.tags]), [row.name, row.tags])
  },
  async containers(py) {
    const nested = await py.nested
    assert.deepEqual(nested[0], [[1, 2], new Set([3]), new Set([4])])
    const map = new Map([[1, new Set(['a'])]])
    assert.deepEqual(await py.same([map, python.tuple([1, 'x']), python.frozenset([1])]), [map, [1, 'x'], new Set([1])])
  },
  async cycles(py) {
    const cycle = await py.cycle
    assert.equal(cycle[1], cycle)
    const mine = [1]
    mine.push(mine)
    assert.equal(await py.same(mine).$len, 2)
  },
  async rich(py) {
    const rich = await py.rich
    assert.ok(rich[0] instanceof PyDateTime)
    assert.equal(String(rich[2]), '1.50')
    const back = await py.same([new Decimal('2.5'), row.at, python.slice(1, 2)])
    assert.equal(String(back[0]), '2.5')
  },
  async reference(py) {
    const made = await py.make(3)
    assert.ok(isReference(made))
    assert.equal(await made.plus(1), 4)
    made.$release()
  },
  async forgotten(py) {
    assert.ok(isReference(await py.make(3)))
  },
  async error(py) {
    await assert.rejects(async () => await py.fail('x'), /^PythonValueError: failed: x/)
  },
  async refusal(py) {
    await assert.rejects(async () => await py.same(Symbol('s')), /Symbol\(s\)/)
  },
  async arrayToJs(py) {
    const made = await py.ramp(50)
    assert.ok(made instanceof NDArray)
    assert.equal(made.get(49), 49)
  },
  async arrayToPython(py) {
    assert.equal(await py.summed(numbers), 4950)
  },
  async arrayBack(py) {
    const array = await py.array
    assert.equal(await py.array.$is(array), true)
  },
  async stream(py) {
    let next = 0
    for await (const n of py.count(20)) assert.equal(n, next++)
    assert.equal(next, 20)
  },
  async streamLeft(py) {
    for await (const n of py.count(1000)) if (n === 3) break
  },
  async streamIn(py) {
    assert.equal(
      await py.total(
        (function* () {
          for (let i = 0; i < 10; i++) yield i
        })(),
      ),
      45,
    )
  },
  async callback(py) {
    assert.equal(await py.apply((x) => x + 1, 2), 3)
  },
  async callbackThrows(py) {
    const thrown = new Error('on purpose')
    await assert.rejects(
      async () =>
        await py.apply(() => {
          throw thrown
        }, 2),
      (error) => error === thrown,
    )
  },
  async coroutine(py) {
    assert.deepEqual(await py.later([1]), [1])
  },
  async streamAsync(py) {
    let next = 0
    for await (const n of py.count_later(3)) assert.equal(n, next++)
    assert.equal(next, 3)
  },
  async session(py) {
    assert.equal(await python.scope(async () => (await py.make(4)).number), 4)
  },
}
