// `$capture` and `python.capture`: what Python prints is kept for who asked.
import { describe, expect, it } from 'vitest'
import { ConversionError, kw, PythonValueError, python, type SyncReference, TimeoutError } from '../src/index.js'
import { collectUntil } from './arrays/copying.js'

const output = python.import('./python/output.py')

/** What `talk` prints to stdout. */
const said = (name: string, lines = 3) => Array.from({ length: lines }, (_, i) => `${name} ${i}\n`).join('')
const complained = (name: string, lines = 3) => Array.from({ length: lines }, (_, i) => `${name} error ${i}\n`).join('')

describe('$capture', () => {
  it('gives the result of a call with what it printed', async () => {
    expect(await output.talk('a', kw({ $capture: true }))).toEqual({
      result: 'a',
      stdout: said('a'),
      stderr: complained('a'),
    })
    expect(await output.talk('a', 1, kw({ $capture: true })).stdout).toBe('a 0\n')
    expect(await output.talk(kw({ name: 'k', lines: 1, $capture: true }))).toMatchObject({
      result: 'k',
      stdout: 'k 0\n',
    })
  })

  it('tells ten calls at once apart', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `call-${i}`)
    const all = await Promise.all(names.map((name) => output.talk(name, kw({ $capture: true }))))
    expect(all).toEqual(names.map((name) => ({ result: name, stdout: said(name), stderr: complained(name) })))
  })

  it('follows coroutines, their tasks and to_thread', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `coroutine-${i}`)
    const all = await Promise.all(names.map((name) => output.talk_soon(name, kw({ $capture: true }))))
    expect(all).toEqual(
      names.map((name) => ({ result: name, stdout: `${said(name)}${name} task\n${name} thread\n`, stderr: '' })),
    )
  })

  it('works on lanes, and in blocking calls', async () => {
    const onLane = await output.talk('lane', 1, kw({ $capture: true, $lane: 'printing' }))
    expect(onLane).toEqual({ result: 'lane', stdout: 'lane 0\n', stderr: 'lane error 0\n' })
    python.lane('printing').close()
    const blocking = python.sync.import('./python/output.py')
    expect(blocking.talk('now', 1, kw({ $capture: true }))).toEqual({
      result: 'now',
      stdout: 'now 0\n',
      stderr: 'now error 0\n',
    })
  })

  it('prints what a failing call wrote after all, into the capture around it', async () => {
    const { result, stdout } = await python.capture(async () => {
      const errors = [
        await output.say_and_raise('one', kw({ $capture: true })).catch((error: unknown) => error),
        await output.say_and_fail('two', kw({ $capture: true })).catch((error: unknown) => error),
      ]
      return errors
    })
    for (const error of result) expect(error).toBeInstanceOf(PythonValueError)
    expect(stdout).toBe('one\ntwo\n')
  })

  it('ends with a call that is cancelled, in blocking calls with the awaited coroutine', async () => {
    const { stdout } = await python.capture(async () => {
      const work = output.talk('slow', 10_000, kw({ $capture: true, $timeout: 50 }))
      await expect(work).rejects.toBeInstanceOf(TimeoutError)
    })
    expect(stdout).toMatch(/^slow 0\nslow 1\n/)
    const blocking = python.sync.import('./python/output.py')
    const later = blocking.talk_soon('s', 1, kw({ $capture: true })) as SyncReference
    expect(later.$await()).toEqual({ result: 's', stdout: 's 0\ns task\ns thread\n', stderr: '' })
    await expect.poll(() => output.router_is_there()).toEqual(['StandardStream', 'Thread.start'])
  })

  it('is refused where it would have no effect', () => {
    expect(() => python.exec('print()', kw({ $capture: true }))).toThrow(ConversionError)
    expect(() => python.exec('print()', kw({ $capture: true }))).toThrow('use python.capture()')
  })
})

describe('python.capture', () => {
  it('gives the result of a function with what all its calls printed', async () => {
    const captured = await python.capture(async () => {
      await output.talk('first', 1)
      python.sync.exec('print("blocking")')
      await python.exec('print("code")')
      return (await output.talk_soon('second', 1)) as string
    })
    expect(captured).toEqual({
      result: 'second',
      stdout: 'first 0\nblocking\ncode\nsecond 0\nsecond task\nsecond thread\n',
      stderr: 'first error 0\n',
    })
  })

  it('tells functions that run at once apart, and nests', async () => {
    const one = (name: string) =>
      python.capture(async () => {
        await output.talk(`${name} outer`, 1)
        const inner = await python.capture(() => output.talk(`${name} inner`, 1))
        await output.talk(`${name} outer again`, 1)
        return inner
      })
    const all = await Promise.all(['a', 'b', 'c'].map(one))
    expect(all.map(({ stdout }) => stdout)).toEqual(['a', 'b', 'c'].map((n) => `${n} outer 0\n${n} outer again 0\n`))
    expect(all.map(({ result }) => result.stdout)).toEqual(['a', 'b', 'c'].map((n) => `${n} inner 0\n`))
  })

  it('takes what threads print that the call started, and leaves no trace in them', async () => {
    const { result, stdout } = await python.capture(() => output.start_threads('t'))
    const lines = stdout.trimEnd().split('\n')
    expect(lines.sort()).toEqual(['subclass', 't-0 0', 't-0 1', 't-1 0', 't-1 1', 't-2 0', 't-2 1'])
    expect(result).toEqual(['Thread.run', 'Thread.run', 'Thread.run', 'Worker.run'])
  })

  it('lets a thread that goes on later print to the capture around it', async () => {
    const outer = await python.capture(async () => {
      const inner = await python.capture(() => output.write_late(0.05))
      await inner.result.join()
      return inner.stdout
    })
    expect(outer).toEqual({ result: '', stdout: 'late\n', stderr: '' })
  })

  it('takes items of streams, bytes, cut characters, \\r, text from all over the world, and 100,000 lines', async () => {
    const items = await python.capture(async () => {
      for await (const _ of output.generate(3)) _
    })
    expect(items.stdout).toBe('item 0\nitem 1\nitem 2\n')
    const bytes = await python.capture(() => output.write_bytes())
    expect(bytes).toMatchObject({ result: [false, 'utf-8', true], stdout: 'text\né ab\nx\ny\n' })
    const bar = await python.capture(() => output.progress(3))
    expect(bar.stderr).toBe('\r1/3\r2/3\r3/3\n')
    const unicode = await python.capture(() => python.builtins.print('ünï 💥 日本', '\u0000'))
    expect(unicode.stdout).toBe('ünï 💥 日本 \u0000\n')
    const many = await python.capture(() => output.count(100_000))
    expect(many.stdout).toBe(Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join(''))
  })

  it('leaves streams alone that the program has put in place of sys.stdout', async () => {
    const code =
      'import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as text: print("mine")\nprint("kept")'
    const { result, stdout } = await python.capture(() => python.exec(code).$item('text').getvalue())
    expect([result, stdout]).toEqual(['mine\n', 'kept\n'])
  })

  it('takes the items of asynchronous generators, and of blocking loops', async () => {
    const { stdout } = await python.capture(async () => {
      for await (const _ of output.generate_soon(2)) _
      for (const _ of python.sync.import('./python/output.py').generate(1)) _
    })
    expect(stdout).toBe('soon 0\nsoon 1\nitem 0\n')
  })

  it('takes what is written to a stream that was kept from before', async () => {
    expect((await python.capture(() => output.print_to_held())).stdout).toBe('held\n')
  })

  it('fails as its function does, and prints what was captured', async () => {
    const mine = new Error('mine')
    const outer = await python.capture(async () => {
      const failing = python.capture(async () => {
        await output.talk('failing', 1)
        throw mine
      })
      await expect(failing).rejects.toBe(mine)
    })
    expect(outer.stdout).toBe('failing 0\n')
    await expect(python.capture(3 as never)).rejects.toThrow('expected a function for python.capture, got 3')
  })

  it('leaves Python as it was', async () => {
    expect(await output.router_is_there()).toEqual(['StandardStream', 'Thread.start'])
  })

  it('is given back when a capturing coroutine is never awaited', async () => {
    await python.exec('import gc; gc.collect()')
    const abandoned = await output.talk_soon('never', kw({ $capture: true })).$keep
    abandoned.close()
    abandoned.$release()
    // From 3.12 on a coroutine that is closed before it began keeps its arguments as long as it lives: as its method `close` does here.
    await collectUntil(async () => (await output.router_is_there())[0] === 'StandardStream')
    expect(await output.router_is_there()).toEqual(['StandardStream', 'Thread.start'])
  })
})
