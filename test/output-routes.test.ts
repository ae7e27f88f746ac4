// `python.output`: what Python prints goes to Node streams.
import { PassThrough, Writable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { ConversionError, kw, python } from '../src/index.js'

const output = python.import('./python/output.py')
afterEach(() => python.output(null))

/** A stream that keeps what it gets; `all` may be shared. */
function keeper(all: string[] = []) {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      all.push(String(chunk))
      done()
    },
  })
  return Object.assign(stream, { all, text: () => all.join('') })
}

describe('python.output', () => {
  it('has written what a call printed when the call is over, in the order of both streams', async () => {
    const all: string[] = []
    await python.output({ stdout: keeper(all), stderr: keeper(all) })
    await output.alternate(500)
    const lines = Array.from({ length: 500 }, (_, i) => `${i} out\n${i} err\n`).join('')
    expect(all.join('')).toBe(lines)
    expect(await output.router_is_there()).toEqual(['RoutedStream', 'Thread.start'])
    await python.output(null)
    expect(await output.router_is_there()).toEqual(['StandardStream', 'Thread.start'])
  })

  it('takes whole what ten calls and four threads print at once', async () => {
    const kept = keeper()
    await python.output({ stdout: kept, stderr: keeper() })
    await Promise.all(Array.from({ length: 10 }, (_, i) => output.talk(`call ${i}`)))
    await output.start_threads('thread')
    const lines = kept.text().trimEnd().split('\n').sort()
    expect(lines).toHaveLength(30 + 7)
    expect(lines.filter((line) => line.startsWith('call 3 '))).toEqual(['call 3 0', 'call 3 1', 'call 3 2'])
  })

  it('sends bytes, progress bars, any character and a blocking call’s text', async () => {
    const kept = keeper()
    await python.output({ stdout: kept, stderr: kept })
    expect(await output.write_bytes()).toEqual([false, 'utf-8', true])
    await output.progress(2)
    await python.builtins.print('ünï 💥\u0000')
    python.sync.exec('print("blocking")')
    await python.builtins.print('after')
    expect(kept.text().replace('\ufffd\ufffd', 'é')).toBe(
      'text\né ab\nx\ny\n\r1/2\r2/2\nünï 💥\u0000\nblocking\nafter\n',
    )
    const bytes: Buffer[] = []
    const raw = new Writable({ write: (chunk: Buffer, _encoding, done) => done(void bytes.push(chunk)) as never })
    await python.output({ stdout: raw })
    await output.write_bytes()
    await python.exec('print("\\udc80")') // as Python writes a file name that is no UTF-8
    expect(Buffer.concat(bytes)).toEqual(Buffer.concat([Buffer.from('text\né ab\nx\ny\n'), Buffer.from([0x80, 0x0a])]))
  })

  it('waits for a stream that nobody reads, and loses nothing of 300,000 lines', async () => {
    const slow = new PassThrough({ highWaterMark: 1024 })
    await python.output({ stdout: slow })
    let done = false
    const work = (output.count(300_000) as PromiseLike<unknown>).then(() => {
      done = true
    })
    const held = () => slow.writableLength + slow.readableLength
    await expect.poll(held, { timeout: 20_000 }).toBeGreaterThan(1_000_000)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(held()).toBeLessThan(1_100_000) // Python stopped at its bound
    expect(done).toBe(false)
    let text = ''
    slow.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    await work
    await python.output(null)
    const expected = Array.from({ length: 300_000 }, (_, i) => `${i}\n`).join('')
    await expect.poll(() => text.length, { timeout: 20_000 }).toBe(expected.length)
    expect(text === expected).toBe(true)
  })

  it('leaves a stream alone that is not named, and captures before it routes', async () => {
    const kept = keeper()
    await python.output({ stderr: kept })
    const captured = await python.capture(() => output.talk('captured', 1))
    expect(captured.stderr).toBe('captured error 0\n')
    const { stdout } = await output.talk('call', 1, kw({ $capture: true }))
    expect(stdout).toBe('call 0\n')
    expect(kept.text()).toBe('')
    await python.exec('import sys; print("here", file=sys.stderr)')
    expect(kept.text()).toBe('here\n')
  })

  it('replaces the streams before, and takes what is printed to a Python stream that was kept', async () => {
    const first = keeper()
    const second = keeper()
    await python.output({ stdout: first })
    await python.builtins.print(1)
    await python.output({ stdout: second })
    await output.print_to_held()
    expect([first.text(), second.text()]).toEqual(['1\n', 'held\n'])
  })

  it('refuses what is no stream', async () => {
    await expect(python.output({ stdout: 3 as never })).rejects.toBeInstanceOf(ConversionError)
    await expect(python.output({ stdout: 3 as never })).rejects.toThrow('expected a Writable for stdout')
    await expect(python.output({ out: process.stdout } as never)).rejects.toThrow('expected stdout or stderr')
    await expect(python.output(7 as never)).rejects.toThrow('expected { stdout, stderr } or null')
  })
})
