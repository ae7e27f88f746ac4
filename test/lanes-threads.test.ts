// Lanes as threads: what belongs to a thread stays with it, and a call or a reference can be sent to another one.
import { expect, it } from 'vitest'
import { ConversionError, kw, python } from '../src/index.js'

const file = './python/lanes.py'

it('keeps threading.local of a dedicated lane between calls', async () => {
  const { count_here } = python.lane('local').import(file)
  expect([await count_here(), await count_here(), await count_here()]).toEqual([1, 2, 3])
})

it('keeps context variables of a dedicated lane between calls', async () => {
  const { add_to_context } = python.lane('context').import(file)
  expect([await add_to_context(1), await add_to_context(2)]).toEqual([1, 3])
})

it('keeps an open sqlite3 transaction of a dedicated lane, which other threads may not touch', async () => {
  const lane = python.lane('sqlite')
  const connection = await lane.import('sqlite3').connect(':memory:')
  await connection.execute('create table t (x)')
  await connection.execute('insert into t values (1)')
  expect(await connection.in_transaction).toBe(true)
  await expect(Promise.resolve(connection.$on('pool').execute('select 1'))).rejects.toThrow(
    'SQLite objects created in a thread can only be used in that same thread',
  )
  await connection.rollback()
  expect(await connection.execute('select count(*) from t').fetchone()).toEqual([0])
})

it('has a stack as large as asked for: recursion in C that needs half a gigabyte', async () => {
  const deep = python.lane('deep', { stackSize: 1024 ** 3 })
  const sys = deep.import('sys')
  const before = await sys.getrecursionlimit()
  sys.setrecursionlimit(1_000_000)
  // 3.12 and later count recursion in C by a limit of their own, which nobody can raise.
  if (((await sys.hexversion) as number) < 0x030c0000) expect(await deep.import(file).depth(200_000)).toBe(200_001)
  else await expect(Promise.resolve(deep.import(file).depth(200_000))).rejects.toThrow('maximum recursion depth')
  await sys.setrecursionlimit(before)
  if (process.platform === 'linux') expect(await deep.import(file).stack_size()).toBe(1024 ** 3)
  deep.close()
})

it('runs one call on another lane, and so all that is done with its result', async () => {
  const { ident, count_here } = python.import(file)
  const own = await python.lane('own').import(file).ident()
  expect(await ident(kw({ $lane: 'own' }))).toBe(own)
  expect(await ident(kw({ $lane: python.lane('own') }))).toBe(own)
  expect(await ident.$call(kw({ $lane: 'own' }))).toBe(own)
  expect(await ident()).not.toBe(own)
  expect(await python.import('threading').get_ident(kw({ $lane: 'own' }))).toBe(own)
  const threading = await python.builtins.__import__('threading', kw({ $lane: 'own' }))
  expect(await threading.get_ident()).toBe(own)
  await count_here(kw({ $lane: 'own' }))
})

it('runs code and imports on another lane, too, and refuses it where nothing would run there', async () => {
  const ident = '__import__("threading").get_ident()'
  const own = await python.lane('own').eval(ident)
  const there = kw({ $lane: 'own' })
  expect(await python.eval(ident, there)).toBe(own)
  expect(await python.eval('lambda: ' + ident, {}, there).$keep()).toBe(own)
  expect(await python.exec(`ident = ${ident}`, there).$item('ident')).toBe(own)
  expect(await python.import('threading', there).get_ident()).toBe(own)
  expect(await python.session().eval(ident, there)).toBe(own)
  for (const refused of [
    () => python.sync.eval('1', there),
    () => python.sync.exec('1', there),
    () => python.sync.import('math', there),
  ])
    expect(refused).toThrow('expected a call of the asynchronous API for the option $lane')
  for (const onLoop of [
    () => python.eval('1', kw({ $lane: 'asyncio' })),
    () => python.import('math', kw({ $lane: 'asyncio' })),
  ])
    expect(onLoop).toThrow("expected $lane: 'asyncio' in the kw() of a call, got it in that of python.")
  expect(() => python.import('asyncio').sleep(0).$await(there)).toThrow('expected $lane in the kw() of a call')
  await expect(python.with(python.import('threading').Lock(), () => 1, there)).rejects.toThrow(
    'got it in that of python.with',
  )
})

it('passes keyword arguments beside the lane', async () => {
  expect(await python.builtins.sorted([1, 3, 2], kw({ $lane: 'own', reverse: true }))).toEqual([3, 2, 1])
})

it('uses a reference on another lane, and waits there for what is not there yet', async () => {
  const own = await python.lane('own').import(file).ident()
  const elsewhere = python.import(file).$on('own')
  expect(await elsewhere.ident()).toBe(own)
  const settled = await python.import(file)
  expect(await settled.$on(python.lane('own')).ident()).toBe(own)
  const late = python.eval('(__import__("time").sleep(0.1), [1])[1]').$on('own')
  expect(await late.$len).toBe(1)
  expect(await (await settled.$on('own')).$on('pool').ident()).not.toBe(own)
})

it('makes an awaited reference of a blocking one', async () => {
  const math = python.sync.import('math')
  expect(await math.$on('pool').sqrt(4)).toBe(2)
  expect(await math.$on('own').$is(await python.import('math'))).toBe(true)
})

it('has a reference for each lane and kind, of the same object', async () => {
  const list = await python.builtins.list([]).$keep
  const there = await list.$on('own')
  expect(there).not.toBe(list)
  expect(await there.$is(list)).toBe(true)
  expect(await list.$on('own')).toBe(there)
  expect(await there.$on('pool')).toBe(list)
})

it('says what a lane is where it got none', async () => {
  const math = await python.import('math')
  expect(() => math.$on('')).toThrow('expected a name for python.lane, got ""')
  expect(() => math.$on(7 as never)).toThrow('expected a lane (python.lane(name)) or its name for $on, got 7')
  expect(() => math.$on({} as never)).toThrow(ConversionError)
  expect(() => math.sqrt(4, kw({ $lane: {} }))).toThrow(
    'expected a lane (python.lane(name)) or its name for the option $lane, got an object of class Object',
  )
  expect(() => python.sync.import('math').sqrt(4, kw({ $lane: 'own' }))).toThrow(
    'expected a call of the asynchronous API for the option $lane, got a blocking one',
  )
})

it('refuses the name of the event loop, where nothing runs but coroutines and single calls', () => {
  const refusal = "expected another name than 'asyncio' for python.lane, got that of the event loop"
  expect(() => python.lane('asyncio')).toThrow(refusal)
  expect(() => python.builtins.$on('asyncio')).toThrow(refusal)
})

it('refuses options that are none, and others than those of an open lane', () => {
  expect(() => python.lane('small', { stackSize: 1000 })).toThrow('expected an integer from 262144')
  expect(() => python.lane('small', { stackSize: '1' as never })).toThrow('for stackSize, got "1"')
  expect(() => python.lane('small', { queueLimit: 0 })).toThrow('expected an integer from 1')
  expect(() => python.lane('pool', { stackSize: 2 ** 20 })).toThrow("expected no options for python.lane('pool')")
  expect(() => python.lane('pool').close()).toThrow('got the pool, which cannot be closed')
  const lane = python.lane('with stack', { stackSize: 2 ** 20 })
  expect(python.lane('with stack')).toBe(lane)
  expect(python.lane('with stack', { stackSize: 2 ** 20 })).toBe(lane)
  expect(() => python.lane('with stack', { stackSize: 2 ** 21 })).toThrow(
    'expected the stackSize 1048576 for the open lane with stack, got 2097152',
  )
  lane.close()
  lane.close()
})
