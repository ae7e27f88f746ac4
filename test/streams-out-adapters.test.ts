// Python iterators as streams of the web and of Node.
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as delay } from 'node:timers/promises'
import { createGzip, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { python } from '../src/index.js'

const streams = python.import('./python/streams.py')

describe('toWeb', () => {
  it('gives the items, and back-pressure', async () => {
    const counter = await streams.Counter()
    const reader = counter.endless().$stream({ bufferSize: 4 }).toWeb().getReader()
    for (let i = 0; i < 10; i++) expect(await reader.read()).toEqual({ value: i, done: false })
    await delay(30)
    expect(await counter.produced).toBeLessThanOrEqual(10 + 4)
    await reader.cancel()
    expect((await counter.state())[1]).toBe(1)
  })

  it('ends with the source, and fails with it', async () => {
    const items: unknown[] = []
    for await (const item of streams.counting(3).$stream().toWeb()) items.push(item)
    expect(items).toEqual([0, 1, 2])
    const reader = streams.failing(1, 'web').$stream().toWeb().getReader()
    await reader.read()
    await expect(reader.read()).rejects.toMatchObject({ pythonType: 'LookupError' })
  })

  it('is a byte stream where the items are bytes, as a Response wants it', async () => {
    const web = streams.chunks_of_bytes(100, 1000).$stream().toWeb({ bytes: true })
    const bytes = new Uint8Array(await new Response(web as never).arrayBuffer())
    expect(bytes).toHaveLength(100_000)
    expect(bytes[99_999]).toBe(99)
    const reader = (streams.chunks_of_bytes(2, 3).$stream().toWeb({ bytes: true }) as ReadableStream).getReader({
      mode: 'byob',
    })
    expect((await reader.read(new Uint8Array(2))).value).toEqual(new Uint8Array([0, 0]))
    expect((await reader.read(new Uint8Array(8))).value).toEqual(new Uint8Array([0]))
    expect((await reader.read(new Uint8Array(8))).value).toEqual(new Uint8Array([1, 1, 1]))
    expect((await reader.read(new Uint8Array(8))).done).toBe(true)
  })

  it('gives a byte stream copies: the memory stays Python’s', async () => {
    const web = streams.one_array(3).$stream().toWeb({ bytes: true })
    const chunks: number[] = []
    for await (const chunk of web as AsyncIterable<Uint8Array>) chunks.push(new Float64Array(chunk.buffer)[0] as number)
    expect(chunks).toHaveLength(3)
    const reader = streams.counting(1).$stream().toWeb({ bytes: true }).getReader()
    await expect(reader.read()).rejects.toThrow('expected items of bytes')
  })
})

describe('toNode', () => {
  it('gives objects, and back-pressure', async () => {
    const counter = await streams.Counter()
    const readable = counter.endless().$stream({ bufferSize: 4 }).toNode()
    let count = 0
    const slow = new Writable({
      objectMode: true,
      highWaterMark: 2,
      write(_item, _encoding, done) {
        if (++count === 20) readable.destroy()
        else setTimeout(done, 5)
      },
    })
    await expect(pipeline(readable, slow)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
    const [produced, closed] = (await counter.state()) as [number, number]
    expect(closed).toBe(1)
    expect(produced).toBeLessThanOrEqual(20 + 2 + 4)
  })

  it('gives bytes to those that want them', async () => {
    const chunks: Buffer[] = []
    const gzip = createGzip().on('data', (chunk: Buffer) => chunks.push(chunk))
    await pipeline(streams.chunks_of_bytes(50, 1000).$stream().toNode({ bytes: true }), gzip)
    expect(gunzipSync(Buffer.concat(chunks))).toHaveLength(50_000)
    expect(
      await text(
        python.builtins
          .iter([python.bytes(Buffer.from('ab'))])
          .$stream()
          .toNode({ bytes: true }),
      ),
    ).toBe('ab')
  })

  it('fails with the source, and with an item that it cannot carry', async () => {
    const collect = async (readable: AsyncIterable<unknown>) => {
      const items: unknown[] = []
      for await (const item of readable) items.push(item)
      return items
    }
    expect(await collect(streams.counting(40).$stream().toNode())).toHaveLength(40)
    await expect(collect(streams.failing(2, 'node').$stream().toNode())).rejects.toMatchObject({ message: 'node' })
    await expect(collect(python.builtins.iter([1, null]).$stream().toNode())).rejects.toThrow('None')
    await expect(collect(streams.counting(2).$stream().toNode({ bytes: true }))).rejects.toThrow('items of bytes')
  })

  it('destroyed in the middle runs the generator’s finally before it is closed', async () => {
    await streams.log.clear()
    const readable = streams
      .with_finally('node', 10 ** 9)
      .$stream()
      .toNode()
    const closed = new Promise((resolve) => readable.on('close', resolve))
    for await (const item of readable) if (item === 10) break
    await closed
    expect(await streams.log).toEqual(['node'])
  })
})
