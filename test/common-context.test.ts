import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, expect, it } from 'vitest'
import { kw, python } from '../src/index.js'

const variables = python.import('./python/context_variables.py')
const blocking = python.sync.import('./python/context_variables.py')
const { current, other, read, write, thread_and_value, write_here } = variables

const busy: Promise<unknown>[] = []

beforeEach(async () => {
  await Promise.all(busy.splice(0))
  await write('default')
})

/** Keeps a thread of the pool busy for a while: what comes next runs on another. */
async function occupy(seconds = 0.1): Promise<{ ended: Promise<void> }> {
  const ended = Promise.resolve(python.import('time').sleep(seconds)).then(() => undefined)
  busy.push(ended)
  await delay(20)
  return { ended }
}

it('lets every awaited call see what those before it have set, whichever threads they run on', async () => {
  const threads = new Set<number>()
  for (let i = 0; i < 5; i++) {
    threads.add(await write_here(`value ${i}`))
    const { ended } = await occupy()
    const [thread, value] = await thread_and_value()
    threads.add(thread)
    expect(value).toBe(`value ${i}`)
    threads.add(await write_here(`later ${i}`))
    expect(await read()).toBe(`later ${i}`)
    await ended
    expect(await read()).toBe(`later ${i}`)
  }
  expect(threads.size).toBeGreaterThan(1)
})

it('lets calls of one turn see what those before them have set', async () => {
  write('first')
  const first = read()
  write('second')
  expect(await Promise.all([first, read()])).toEqual(['first', 'second'])
})

it('does not show to others what a call has set for its own duration', async () => {
  await write('before')
  const call = Promise.resolve(variables.for_a_while('meanwhile', 0.1))
  await delay(20)
  expect(await read()).toBe('before')
  await call
  expect(await read()).toBe('before')
})

it('keeps what calls that overlap have set; of one variable, what the later one to end did', async () => {
  const gate = await python.import('threading').Event()
  const call = Promise.resolve(variables.write_after(gate, other, 'by the long one'))
  const same = Promise.resolve(variables.write_after(gate, current, 'late'))
  await delay(20)
  await write('early')
  expect([await read(), await variables.read_other()]).toEqual(['early', null])
  await gate.set()
  await Promise.all([call, same])
  for (let i = 0; i < 3; i++) {
    expect([await read(), await variables.read_other()]).toEqual(['late', 'by the long one'])
    await occupy()
  }
})

it('shows what a call behind a long one of its batch has set, to those after it', async () => {
  const long = Promise.resolve(python.import('time').sleep(0.1))
  const short = Promise.resolve(write('behind'))
  await short
  expect(await read()).toBe('behind')
  await long
  expect(await read()).toBe('behind')
})

it('resets a variable by the token of another call', async () => {
  await write('before')
  const token = await variables.tokens('set')
  const { ended } = await occupy()
  expect(await read()).toBe('set')
  await ended
  await variables.reset(token)
  expect(await read()).toBe('before')
  await occupy()
  expect(await read()).toBe('before')
})

it('resets a variable by a token that was made while another call ran', async () => {
  await write('before')
  const { ended } = await occupy()
  const token = await variables.tokens('set')
  await read()
  await ended
  expect(await read()).toBe('set')
  await variables.reset(token)
  expect(await read()).toBe('before')
})

it('takes a variable back to having no value, for all threads', async () => {
  const name = python.import('contextvars').ContextVar('fresh')
  const token = await name.set('set').$keep
  expect([await name.get(null), python.sync.eval('v.get(None)', { v: name })]).toEqual(['set', 'set'])
  const { ended } = await occupy()
  expect(await name.get(null)).toBe('set')
  await ended
  await name.reset(token)
  expect([await name.get(null), python.sync.eval('v.get(None)', { v: name })]).toEqual([null, null])
  await occupy()
  expect(await name.get(null)).toBe(null)
  expect(await read()).toBe('default')
})

it('is the same for blocking calls', async () => {
  await write('awaited')
  expect(blocking.read()).toBe('awaited')
  blocking.write('blocking')
  expect(await read()).toBe('blocking')
  await occupy()
  expect(await read()).toBe('blocking')
  const token = blocking.tokens('set')
  await read()
  blocking.reset(token)
  expect([await read(), blocking.read()]).toEqual(['blocking', 'blocking'])
})

it('gives JavaScript that a blocking call has called the variables of that call', async () => {
  await write('outside')
  const inside = blocking.call_while_set('inside', () => blocking.read())
  expect(inside).toBe('inside')
  blocking.call_while_set('inside', () => blocking.set_other('kept'))
  expect([blocking.read(), await read(), await variables.read_other()]).toEqual(['outside', 'outside', 'kept'])
})

it('is copied by coroutines, and by contexts that are made outside of any', async () => {
  await write('common')
  expect(await variables.read_soon()).toBe('common')
  const context = python.context()
  await context.run(async () => {
    expect(await read()).toBe('common')
    await write('inside')
    expect([await read(), await read(kw({ $context: null }))]).toEqual(['inside', 'common'])
  })
  expect(await read()).toBe('common')
  const { result } = await python.capture(() => read())
  expect(result).toBe('common')
})

it('is none of a dedicated lane: each has what was set on its thread', async () => {
  const lane = python.lane('own')
  const onLane = lane.import('./python/context_variables.py')
  await write('pool')
  expect(await onLane.read()).toBe('default')
  await onLane.write('lane')
  expect([await onLane.read(), await read()]).toEqual(['lane', 'pool'])
  lane.close()
})

it('keeps the precision of decimal and the error handling of NumPy', async () => {
  const decimal = python.import('decimal')
  const np = python.import('numpy')
  decimal.getcontext().prec = 50
  await np.seterr(kw({ divide: 'ignore' }))
  await np.set_printoptions(kw({ precision: 3 }))
  for (let i = 0; i < 3; i++) {
    await occupy()
    expect(await python.builtins.str(decimal.Decimal(1).$div(7))).toHaveLength(52)
    expect(await np.geterr()).toMatchObject({ divide: 'ignore' })
    expect(await python.builtins.repr(np.array([1 / 3]))).toBe('array([0.333])')
  }
})
