// Results wait for JavaScript in a ring of 64 slots (native/py/one_way.h): more of them, larger ones, and requests of
// Python's that are taken before them.
import { expect, it } from 'vitest'
import { python } from '../src/index.js'

const made = (i: number) => [i, String(i).padEnd(100, '.'), String(i).padEnd(10_000, '.')][i % 3] as number | string

async function inAnotherBatch() {
  for (let i = 0; i < 5; i++) await undefined
}

function stayBusy(milliseconds: number) {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

it('keeps the order of more results than the ring has room for, of any size', async () => {
  const lane = python.lane('inbox')
  const echo = lane.import('operator').pos
  const text = lane.import('operator').concat
  for (const count of [63, 64, 65, 200, 1000]) {
    const seen: unknown[] = []
    const all: Promise<unknown>[] = []
    for (let i = 0; i < count; i++) {
      const value = made(i)
      const awaited = Promise.resolve(typeof value === 'number' ? echo(value) : text(value, ''))
      all.push(awaited.then((result) => seen.push(result)))
      await inAnotherBatch()
      if (i % 100 === 50) stayBusy(5)
    }
    stayBusy(20) // all of it has come, and none was taken
    await Promise.all(all)
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => made(i)))
  }
})

it('takes a request before the results that it comes behind, in a blocking call, and keeps their order', async () => {
  const { asked } = python.sync.exec(`
import threading
def asked(function, times):
    got = []
    def ask():
        for i in range(times):
            got.append(function(i))
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return got
`)
  const lane = python.lane('inbox')
  const echo = lane.import('operator').pos
  const seen: unknown[] = []
  const all: Promise<unknown>[] = []
  for (let i = 0; i < 100; i++) {
    all.push(Promise.resolve(echo(i)).then((value) => seen.push(value)))
    await inAnotherBatch()
  }
  stayBusy(20)
  const answered = asked((i: number) => -i, 70)
  expect(seen.length).toBeLessThan(100)
  expect(answered).toEqual(Array.from({ length: 70 }, (_, i) => -i))
  await Promise.all(all)
  expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i))
})
