// `await` in the statements of python.exec, as notebooks have it.
import { describe, expect, it } from 'vitest'
import { kw, python, TimeoutError } from '../src/index.js'

const rejection = async (run: () => unknown): Promise<unknown> => {
  try {
    await run()
  } catch (error) {
    return error
  }
  return expect.unreachable()
}

describe.each([
  ['python', python],
  ['python.sync', python.sync],
] as const)('await at the top level of %s.exec', (_title, { exec, builtins }) => {
  it('runs on the asyncio loop and gives the names', async () => {
    const names = await exec(`
      import asyncio
      loop = asyncio.get_running_loop()
      slept = await asyncio.sleep(0.001, [1])
      async with asyncio.Lock() as lock:
          late = await asyncio.gather(*[asyncio.sleep(0, i) for i in range(3)])
      def more(): return slept
    `)
    expect(await names.$item('late')).toEqual([0, 1, 2])
    expect(await names.$item('more')()).toEqual([1])
    expect(await builtins.sorted(names)).toEqual(['asyncio', 'late', 'lock', 'loop', 'more', 'slept'])
    expect(await exec('await asyncio.sleep(0)\nsame = asyncio.get_running_loop() is loop', names)).toBe(names)
    expect(await names.$item('same')).toBe(true)
  })

  it('knows the names that it is given, and iterates', async () => {
    const names = await exec('async def items():\n  yield a\n  yield await later()\nasync def later(): return 2', {
      a: 1,
    })
    expect(await exec('c = [x async for x in items()]', names)).toBe(names)
    expect(await exec('async for d in items(): pass', names)).toBe(names)
    expect([await names.$item('c'), await names.$item('d')]).toEqual([[1, 2], 2])
  })

  it('leaves code that only speaks of it on the thread where it runs otherwise', async () => {
    const names = await exec("import threading\nhere = threading.current_thread().name\n'await'")
    expect(await names.$item('here')).not.toMatch(/asyncio/i)
    const loop = await exec('import asyncio, threading\nawait asyncio.sleep(0)\nhere = threading.current_thread().name')
    expect(await loop.$item('here')).toMatch(/asyncio/i)
  })

  it('fails with what it raises, and names the line', async () => {
    const error = await rejection(() => exec('import asyncio\nawait asyncio.sleep(0)\n1 / 0'))
    expect(error).toMatchObject({ pythonType: 'ZeroDivisionError', message: 'division by zero' })
    const { frames } = error as { frames: unknown[] }
    expect(frames).toEqual([expect.objectContaining({ file: '<python.exec>', line: 3 })])
    expect(await rejection(() => exec('x = await'))).toMatchObject({ pythonType: 'SyntaxError' })
  })
})

describe('await at the top level', () => {
  it('may be followed by what uses the names, in the same turn', async () => {
    expect(await python.exec('import asyncio\nx = await asyncio.sleep(0.001, 3)').$item('x')).toBe(3)
  })

  it('works in a dict of the program', async () => {
    const mine = await python.builtins.dict({ a: 1 }).$keep
    expect(await python.exec('import asyncio\nb = await asyncio.sleep(0, a)', mine)).toBe(mine)
    expect(await mine.$item('b')).toBe(1)
    const blocking = python.sync.eval('{"a": 1}.__class__').fromkeys.$keep(['a'], 2)
    expect(python.sync.exec('import asyncio\nb = await asyncio.sleep(0, a)', blocking)).toBe(blocking)
  })

  it('ends with a time limit, with and without names', async () => {
    const slow = 'import asyncio\nawait asyncio.sleep(60)'
    expect(await rejection(() => python.exec(slow, kw({ $timeout: 20 })))).toBeInstanceOf(TimeoutError)
    expect(await rejection(() => python.exec(slow, {}, kw({ $timeout: 20 })))).toBeInstanceOf(TimeoutError)
    expect(await rejection(() => python.sync.exec(slow, kw({ $timeout: 20 })))).toBeInstanceOf(TimeoutError)
  })

  it('has no place in an expression', async () => {
    expect(await rejection(() => python.eval('await x', { x: 1 }))).toMatchObject({ pythonType: 'SyntaxError' })
  })
})
