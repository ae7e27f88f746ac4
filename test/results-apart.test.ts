// Writing a result can start Python's collector, and with it any Python code: other threads write theirs meanwhile.
import { expect, it } from 'vitest'
import { python } from '../src/index.js'

it('keeps results apart where a finalizer lets another thread write', async () => {
  const scope = await python.exec(`
import gc, time
class Cycle:
    def __init__(self):
        self.me = self
    def __del__(self):
        time.sleep(0.0003)
def make(i, kind):
    Cycle()
    return {"text": str(i) * 200, "big": 10 ** 40 + i, "pair": [i, str(i)], "number": i}[kind]
`)
  const gc = python.import('gc')
  const before = await gc.get_threshold()
  await gc.set_threshold(1)
  try {
    const kinds = ['text', 'big', 'pair', 'number'] as const
    const expected = (i: number, kind: (typeof kinds)[number]) =>
      ({ text: String(i).repeat(200), big: 10n ** 40n + BigInt(i), pair: [i, String(i)], number: i })[kind]
    for (let round = 0; round < 10; round++) {
      const made = Array.from({ length: 100 }, (_, i) => [i, kinds[i % 4] as 'text'] as const)
      const got = await Promise.all(made.map(([i, kind]) => scope.make(i, kind)))
      expect(got).toEqual(made.map(([i, kind]) => expected(i, kind)))
    }
  } finally {
    await gc.set_threshold(...(before as number[]))
  }
})
