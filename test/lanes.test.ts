import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { kw, python } from '../src/index.js'

const time = python.import('time')
const math = python.import('math')
const { Journal, sleepy, spin } = python.import('./python/ordering.py')

/** Seconds that the work took. */
async function duration(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

it('overlaps calls of one turn that release the GIL', async () => {
  await time.sleep(0)
  expect(await duration(() => Promise.all([1, 2, 3, 4].map(() => time.sleep(0.5))))).toBeLessThan(1.5)
})

it('delivers short calls of one turn while a long one before them runs', async () => {
  let longIsOver = false
  const long = time.sleep(1).then(() => {
    longIsOver = true
  })
  expect(await Promise.all([math.sqrt(4), math.sqrt(9)])).toEqual([2, 3])
  expect(longIsOver).toBe(false)
  await long
})

it('delivers short calls that waited for the same result as a long one that runs', async () => {
  const { sleepy, nap } = python.import('./python/ordering.py')
  await nap(0, null)
  let longIsOver = false
  const object = sleepy(0.05)
  const long = nap(1, object).then(() => {
    longIsOver = true
  })
  expect(await Promise.all([nap(0, object), nap(0, object)])).toEqual([0, 0])
  expect(longIsOver).toBe(false)
  await long
})

it('sees an attribute of a class or module that was set before', async () => {
  const { Settings } = python.import('./python/ordering.py')
  expect(await Settings.level).toBe(1)
  Settings.level = 2
  expect(await Settings.level).toBe(2)
  Settings.level = 3
  expect(await python.builtins.getattr(Settings, 'level')).toBe(3)
  Settings.level = 4
  expect(await python.sync.import('./python/ordering.py').Settings.level).toBe(4)
})

it('delivers what came before a long call without waiting for it', async () => {
  let longIsOver = false
  const short = math.sqrt(16)
  const all = Promise.all([
    short,
    time.sleep(1).then(() => {
      longIsOver = true
    }),
  ])
  expect(await short).toBe(4)
  expect(longIsOver).toBe(false)
  await all
})

it('answers short calls of later turns while sixty long ones sleep', async () => {
  const sleeping = Promise.all(Array.from({ length: 60 }, () => time.sleep(1.5)))
  await delay(300)
  expect(await duration(() => math.sqrt(2))).toBeLessThan(1)
  await sleeping
})

it('goes on beside pure Python', async () => {
  const spinning = spin(1)
  await delay(50)
  expect(await duration(() => math.sqrt(2))).toBeLessThan(0.5)
  expect(await spinning).toBeGreaterThan(0)
})

it('runs dependents of a long operation after it, others before', async () => {
  const slow = Journal()
  const result = slow.slowly('a', 0.3)
  const doubled = result.$add(result)
  const other = math.sqrt(25)
  expect(await other).toBe(5)
  expect(await doubled).toBe('aa')
})

it('keeps program order on one object when the first call is awaited by nobody', async () => {
  const journal = Journal()
  journal.slowly('first')
  journal.quickly('second')
  expect(await journal.entries).toEqual(['first', 'second'])
})

it('keeps program order on one object that is not there yet', async () => {
  const make = python.eval('lambda after: []')
  const one = python.eval('lambda after: 1')
  const after = sleepy(0.05)
  const list = make(after)
  list.append(one(after))
  expect(await list.copy()).toEqual([1])
})

it('keeps program order between what an object that is not there yet is to do with another one, and that', async () => {
  const make = python.eval('lambda after: []')
  const item = make(sleepy(0.03))
  const list = make(sleepy(0.1))
  list.extend(item)
  item.append(1)
  expect(await list.copy()).toEqual([])
  expect(await item.copy()).toEqual([1])
})

it('keeps program order on one object between turns, while other threads are busy', async () => {
  const list = await python.builtins.list([]).$keep
  const busy = await python.eval('lambda n: sum(i for i in range(n))')
  const others: PromiseLike<unknown>[] = []
  for (let i = 0; i < 600; i++) {
    if (i % 50 === 0) others.push(busy(200_000).then(() => {}))
    list.append(i)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await Promise.all(others)
  expect(await list.$toArray()).toEqual(Array.from({ length: 600 }, (_, i) => i))
})

it('keeps program order between what nobody awaits and the calling thread', async () => {
  const journal = await Journal()
  journal.slowly('first', 0.1)
  expect(python.sync.builtins.getattr(journal, 'entries')).toEqual(['first'])
  for (let i = 0; i < 200; i++) {
    const list = await python.builtins.list([]).$keep
    list.append(i)
    expect(python.sync.builtins.len(list)).toBe(1)
  }
})

it('does not make the calling thread wait for what it does not touch', async () => {
  let over = false
  const long = time.sleep(0.5).then(() => {
    over = true
  })
  await delay(20)
  expect(python.sync.import('math').sqrt(4)).toBe(2)
  await delay(0)
  expect(over).toBe(false)
  await long
})

it('keeps program order on a result that was not there when the calls on it were met', async () => {
  const { Steps, made } = python.exec(`
from time import sleep

class Steps(list):
    def step(self, name, seconds):
        sleep(seconds)
        self.append(name)

def made(seconds):
    sleep(seconds)
    return Steps()
`)
  await Steps
  const steps = made(0.1)
  const both = Promise.all([steps.step('slow', 0.2), steps.step('quick', 0)])
  steps.append('last')
  await both
  expect(await python.builtins.tuple(steps)).toEqual(['quick', 'slow', 'last'])
})

it('keeps program order when an argument of the first is the receiver of the second', async () => {
  const list = python.import('builtins').list
  const entries = await list([1]).$keep
  const append = await python.eval('lambda seconds, target: (__import__("time").sleep(seconds), target.append(2))')
  append(0.2, entries)
  expect(await entries.$len).toBe(2)
})

it('treats awaited calls on one object as independent, as Promise.all does', async () => {
  const journal = Journal()
  await Promise.all([journal.slowly('slow', 0.5), journal.quickly('quick')])
  expect(await journal.entries).toEqual(['quick', 'slow'])
})

it('passes results between turns before they exist', async () => {
  const slow = time.sleep(0.2)
  await delay(20)
  expect(await python.builtins.repr(slow)).toBe('None')
})

it('runs everything of a dedicated lane on one thread, strictly in order', async () => {
  const lane = python.lane('own')
  const threading = lane.import('threading')
  const ident = await threading.get_ident()
  const journal = lane.import('./python/ordering.py').Journal()
  const results = await Promise.all([
    journal.slowly('a', 0.1),
    journal.quickly('b'),
    threading.get_ident(),
    journal.slowly('c', 0.05),
  ])
  expect(results).toEqual(['a', 'b', ident, 'c'])
  expect(await journal.entries).toEqual(['a', 'b', 'c'])
  expect(await python.import('threading').get_ident()).not.toBe(ident)
})

it('gives the same lane for the same name', () => {
  expect(python.lane('own')).toBe(python.lane('own'))
})

it('refuses a lane after its close, and opens another thread under its name', async () => {
  const lane = python.lane('short')
  const { get_ident } = lane.import('threading')
  const last = get_ident()
  lane.close()
  expect(await last).toBeGreaterThan(0)
  await expect(Promise.resolve(get_ident())).rejects.toThrow('expected an open lane, got short after its close()')
  await expect(Promise.resolve(lane.builtins.len([]))).rejects.toThrow('after its close()')
  expect(await python.lane('short').builtins.len([1])).toBe(1)
})

it('keeps thread-local state between the calls of a dedicated lane: sqlite3', async () => {
  const sqlite3 = python.lane('database').import('sqlite3')
  const connection = sqlite3.connect(':memory:')
  await connection.execute('create table t (x)')
  await connection.execute('insert into t values (?)', [42])
  expect(await connection.execute('select x from t').fetchone()).toEqual([42])
})

it('lets a dedicated lane wait for a result of the pool', async () => {
  const lane = python.lane('own')
  const slow = python.builtins.list([1, 2]).$keep
  const late = python.eval('(__import__("time").sleep(0.2), 7)[1]')
  expect(await lane.import('builtins').pow(late, 2)).toBe(49)
  await slow
})

it('calls on the calling thread under sync, and waits there for what the pool still computes', async () => {
  const late = python.eval('(__import__("time").sleep(0.2), 7)[1]')
  expect(python.sync.import('builtins').pow(late, 2)).toBe(49)
  expect(python.sync.import('math').sqrt(2)).toBe(Math.SQRT2)
})

it('does not stop the event loop while Python works', async () => {
  let ticks = 0
  const timer = setInterval(() => ticks++, 5)
  await Promise.all([spin(0.5), spin(0.5), time.sleep(0.5)])
  clearInterval(timer)
  expect(ticks).toBeGreaterThan(20)
})

it('takes a thousand calls in one trip', async () => {
  await math.sqrt(1)
  const before = python.stats().trips
  const calls = Array.from({ length: 1000 }, (_, i) => math.sqrt(i * i))
  const roots = Promise.all(calls)
  await calls[0]
  expect(python.stats().trips - before).toBe(1) // what is given back goes later
  expect(await roots).toEqual(Array.from({ length: 1000 }, (_, i) => i))
})

it('takes keyword arguments on every lane', async () => {
  expect(await python.builtins.sorted([3, 1, 2], kw({ reverse: true }))).toEqual([3, 2, 1])
  expect(
    await python
      .lane('own')
      .import('builtins')
      .sorted([3, 1, 2], kw({ reverse: true })),
  ).toEqual([3, 2, 1])
  expect(python.sync.import('builtins').sorted([3, 1, 2], kw({ reverse: true }))).toEqual([3, 2, 1])
})

it('runs as many calls of the pool at once as wait outside Python, of one turn and of many', async () => {
  const { Barrier } = python.import('threading')
  const together = await Barrier(16).$keep
  const ofOneTurn = Array.from({ length: 16 }, () => together.wait(20))
  expect(new Set(await Promise.all(ofOneTurn)).size).toBe(16)
  const ofMany: PromiseLike<unknown>[] = []
  for (let i = 0; i < 16; i++) {
    ofMany.push(Promise.resolve(together.wait(20)))
    await delay(1)
  }
  expect(new Set(await Promise.all(ofMany)).size).toBe(16)
})

it('leaves the event loop to others while short calls are awaited one after another', async () => {
  let over = false
  let calls = 0
  const callAgain = async () => {
    for (; !over; calls++) await math.sqrt(2)
  }
  const busy = callAgain()
  while (calls < 1000) await delay(1)
  await readFile(import.meta.filename)
  await new Promise(setImmediate)
  const server = createServer((socket) => socket.end('input')).listen(0)
  await once(server, 'listening')
  const text = connect((server.address() as AddressInfo).port).setEncoding('utf8')
  expect(await once(text, 'data')).toEqual(['input'])
  server.close()
  over = true
  await busy
})
