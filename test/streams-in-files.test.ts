// JavaScript streams as Python files, with the libraries that read and write them.
import fs from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { Duplex, PassThrough, Readable, Writable } from 'node:stream'
import { ReadableStream, WritableStream } from 'node:stream/web'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import zlib from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { kw, python } from '../src/index.js'

const files = python.import('./python/streams_in.py')
const blocking = python.sync.import('./python/streams_in.py')
const pd = python.import('pandas')

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'streams-in-'))
let handle: FileHandle | undefined
afterAll(async () => {
  await handle?.close()
  fs.rmSync(folder, { recursive: true })
})

function fileWith(name: string, content: string | Uint8Array): string {
  const file = path.join(folder, name)
  fs.writeFileSync(file, content)
  return file
}

const trips = `id,distance\n${Array.from({ length: 20_000 }, (_, i) => `${i},${i / 2}`).join('\n')}\n`

/** `expect(…).rejects` calls what can be called. */
const settled = async (reference: PromiseLike<unknown>) => await reference

/** The bytes in chunks, as a stream gives them. */
const bytesOf = (...chunks: (string | Uint8Array)[]) => Readable.from(chunks, { objectMode: false })

class Collector extends Writable {
  readonly chunks: Buffer[] = []
  most = 0
  constructor(private readonly milliseconds = 0) {
    super({ highWaterMark: 64 * 1024 })
  }
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk)
    this.most = Math.max(this.most, this.writableLength)
    if (this.milliseconds > 0) setTimeout(done, this.milliseconds)
    else done()
  }
  get text(): string {
    return Buffer.concat(this.chunks).toString()
  }
}

describe('a stream that is read', () => {
  const trip = fileWith('trips.csv', trips)
  const sources: Record<string, () => object | Promise<object>> = {
    'a Node stream': () => fs.createReadStream(trip),
    'a web stream of bytes': () => fs.openAsBlob(trip).then((blob) => blob.stream()),
    'any web stream, as python.file': () => python.file(Readable.toWeb(fs.createReadStream(trip))),
    'a Blob, as python.file': () => fs.openAsBlob(trip).then((blob) => python.file(blob)),
    'an open file, as python.file': async () => {
      handle = await open(trip)
      return python.file(handle)
    },
    'chunks of text': () => python.file(trips.match(/[\s\S]{1,1000}/g) as string[]),
    memory: () => python.file(Buffer.from(trips)),
    'a transform': () => fs.createReadStream(fileWith('trips.gz', zlib.gzipSync(trips))).pipe(zlib.createGunzip()),
    'a text file': () => python.file(fs.createReadStream(trip), { text: true }),
  }
  for (const [name, make] of Object.entries(sources)) {
    it(`is read by pandas: ${name}`, async () => {
      const frame = pd.read_csv(await make())
      expect(await frame.distance.sum()).toBe((20_000 * 19_999) / 4)
    })
  }

  it('is read by csv, json, gzip and zipfile', async () => {
    const text = python.file(fs.createReadStream(fileWith('quoted.csv', 'a,"b\nc"\r\nd,e\r\n')), { newline: '' })
    expect(await files.rows(text)).toEqual([
      ['a', 'b\nc'],
      ['d', 'e'],
    ])
    expect(await files.rows(Readable.from(['a,b', 'c,d']))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    expect(await files.loaded(bytesOf('{"a": [1', ', 2]}'))).toEqual({ a: [1, 2] })
    const content = Buffer.from('content '.repeat(10_000))
    expect(await files.unzipped(fs.createReadStream(fileWith('c.gz', zlib.gzipSync(content))))).toEqual(content)
    const archive = fileWith('a.zip', '')
    const out = fs.createWriteStream(archive)
    await files.zipped(out, python.bytes(content))
    await new Promise((resolve) => out.end(resolve))
    expect(await files.members(python.file(await fs.openAsBlob(archive)))).toEqual({ content })
    await using opened = await open(archive)
    expect(await files.members(python.file(opened))).toEqual({ content })
    expect(blocking.members(python.file(fs.readFileSync(archive)))).toEqual({ content })
  })

  it('has io’s own classes, and the abilities of its kind', async () => {
    expect(await files.class_of(bytesOf('a'))).toBe('BufferedReader')
    expect(await files.abilities(bytesOf('a'))).toEqual([true, false, false, false])
    expect(await files.abilities(python.file(new Blob(['a'])))).toEqual([true, false, true, false])
    expect(await files.abilities(new Collector())).toEqual([false, true, false, false])
    expect(await files.abilities(new PassThrough())).toEqual([true, true, false, false])
    expect(await files.abilities(python.file(bytesOf('a'), { encoding: 'latin-1' }))).toEqual([
      true,
      false,
      false,
      true,
    ])
    expect(await files.seek_fails(bytesOf('a'))).toContain('not seekable')
  })

  it('is printed as what it is, and has its methods as a reference', async () => {
    const file = python.file(fs.createReadStream(fileWith('lines.txt', 'a\nb\n')), { text: true })
    expect(inspect(file)).toMatch(/^\[Text file for Python: the ReadStream of .*lines\.txt\]$/)
    expect(inspect(python.file(Buffer.from('a')))).toBe('[File for Python: a Buffer]')
    expect(inspect(python.iterator([1].values()))).toMatch(/^\[Iterator for Python: /)
    const reference = python.eval('file', { file })
    expect(await reference.readline()).toBe('a\n')
    expect(await reference.read()).toBe('b\n')
  })

  it('read, readinto, readline, iteration and seek do what they do in Python', async () => {
    expect(await files.reads(bytesOf('abc', 'defgh'), 2, 0, 4, 100, 1)).toEqual(
      ['ab', '', 'cdef', 'gh', ''].map((each) => Buffer.from(each)),
    )
    expect(await files.reads(bytesOf('abc', 'defgh'), -1, -1)).toEqual([Buffer.from('abcdefgh'), Buffer.from('')])
    expect(await files.read_into(bytesOf('abc'), 10)).toEqual([3, Buffer.from('abc')])
    expect(await files.lines(bytesOf('a\nb', 'c\n', 'd'))).toEqual(
      ['a\n', 'bc\n', 'd'].map((each) => Buffer.from(each)),
    )
    const grün = Buffer.from('grün\r\ngelb')
    const chunks = [grün.subarray(0, 3), grün.subarray(3)]
    expect(await files.lines(python.file(bytesOf(...chunks), { text: true }))).toEqual(['grün\n', 'gelb'])
    expect(await files.lines(python.file(bytesOf(...chunks), { newline: '' }))).toEqual(['grün\r\n', 'gelb'])
    const sought = ['abc', 6, 'gh', 1, 'bc', 3].map((each) => (typeof each === 'string' ? Buffer.from(each) : each))
    expect(await files.seeks(python.file(new Blob(['abc', 'defgh'])))).toEqual([0, ...sought])
    expect(blocking.seeks(python.file(Buffer.from('abcdefgh')))).toEqual([0, ...sought])
  })

  it('large chunks and many small ones arrive whole', async () => {
    const large = Buffer.alloc(5_000_000, 'abcdefg')
    expect(large.equals(((await files.reads(bytesOf(large), -1)) as Buffer[])[0] as Buffer)).toBe(true)
    const small = Array.from({ length: 10_000 }, (_, i) => `${i}\n`)
    expect((await files.reads(bytesOf(...small), -1))[0]).toEqual(Buffer.from(small.join('')))
  })

  it('is not read further than Python asks, and its own buffer', async () => {
    let made = 0
    const chunk = Buffer.alloc(64 * 1024)
    const endless = new Readable({
      read() {
        made++
        this.push(chunk)
      },
    })
    await files.keep('endless', endless)
    await delay(20)
    expect(made).toBe(0)
    const file = files.kept.$item('endless')
    for (let read = 1; read <= 20; read++) {
      await file.read(64 * 1024).$len
      expect(made - read).toBeLessThanOrEqual(8)
    }
    file.$release()
    await files.drop('endless')
    await expect.poll(() => endless.destroyed).toBe(true)
  })

  it('is the same file while Python has it', async () => {
    const stream = bytesOf('abc')
    expect(await files.same(stream, stream)).toBe(true)
    const file = python.file(stream)
    expect(await files.same(file, file)).toBe(true)
  })

  it('is destroyed when Python closes it, and when Python forgets what it began to read', async () => {
    const closed = bytesOf('abc')
    expect(await files.after_close(closed)).toContain('closed file')
    expect(closed.destroyed).toBe(true)
    const begun = fs.createReadStream(trip)
    await files.reads(begun, 5)
    await expect.poll(() => begun.destroyed).toBe(true)
    const untouched = bytesOf('abc')
    await files.class_of(untouched)
    await delay(20)
    expect(untouched.destroyed).toBe(false)
    expect(untouched.read()).toEqual(Buffer.from('abc'))
  })

  it('that fails raises the stream’s own error, after what came before', async () => {
    await expect(settled(pd.read_csv(fs.createReadStream('/nowhere.csv')))).rejects.toMatchObject({ code: 'ENOENT' })
    const mine = new Error('mine')
    const failing = Readable.from(
      (async function* () {
        yield 'first\n'
        throw mine
      })(),
      { objectMode: false },
    )
    await expect(settled(files.lines(failing))).rejects.toBe(mine)
  })

  it('that fails while Python does not look is no crash, and is reported when Python forgets it', async () => {
    const reported: unknown[] = []
    const listeners = process.listeners('unhandledRejection')
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', (error) => reported.push(error))
    try {
      await files.keep('lost', fs.createReadStream('/nowhere/else.csv'))
      await delay(50)
      await files.drop('lost')
      await expect.poll(() => reported).toEqual([expect.objectContaining({ path: '/nowhere/else.csv' })])
    } finally {
      process.removeAllListeners('unhandledRejection')
      for (const listener of listeners) process.on('unhandledRejection', listener)
    }
  })

  it('of other things than bytes, or that somebody else reads, is refused with what to do', async () => {
    const objects = python.file(Readable.from([{ a: 1 }]))
    await expect(settled(files.reads(objects, 1))).rejects.toThrow('python.iterator(…) gives Python the chunks')
    const locked = new Blob(['a']).stream()
    locked.getReader()
    expect(() => files.reads(locked, 1)).toThrow('argument 1: expected a stream that nobody else reads')
    expect(() => files.reads(new Blob(['a']))).toThrow('pass python.file(value)')
    expect(() => python.file(5 as never)).toThrow('for python.file, got 5')
    expect(() => python.file({} as never)).toThrow('for python.file')
  })

  it('inside a blocking call is read where nothing has to be waited for', () => {
    expect(blocking.lines(python.file(['a\n', 'b']))).toEqual(['a\n', 'b'].map((each) => Buffer.from(each)))
    expect(() => blocking.lines(fs.createReadStream(trip))).toThrow('where nothing can arrive')
  })

  it('chunk by chunk, for python.iterator', async () => {
    expect(await files.joined(python.iterator(bytesOf('abc', 'def')))).toEqual(Buffer.from('abcdef'))
  })
})

describe('a stream that is written', () => {
  const frame = pd.DataFrame({ a: [1, 2], b: ['x', 'y'] })

  it('gets what pandas, print, gzip and zipfile write', async () => {
    const table = new Collector()
    await frame.to_csv(table, kw({ index: false }))
    expect(table.text).toBe('a,b\n1,x\n2,y\n')
    expect(table.writableEnded).toBe(false)
    const said = new Collector()
    await files.say(python.file(said, { text: true }), 'grün')
    await expect.poll(() => said.text).toBe('grün\n')
    const compressed = new Collector()
    await frame.to_csv(compressed, kw({ index: false, compression: 'gzip' }))
    expect(zlib.gunzipSync(Buffer.concat(compressed.chunks)).toString()).toBe('a,b\n1,x\n2,y\n')
  })

  it('of the web gets them too, and is the program’s again afterwards', async () => {
    const chunks: Uint8Array[] = []
    let closed = false
    const stream = new WritableStream<Uint8Array>({
      write: (chunk) => void chunks.push(chunk),
      close: () => {
        closed = true
      },
    })
    await frame.to_csv(stream, kw({ index: false }))
    expect(stream.locked).toBe(false)
    const writer = stream.getWriter()
    await writer.write(Buffer.from('end'))
    writer.releaseLock()
    expect(Buffer.concat(chunks).toString()).toBe('a,b\n1,x\n2,y\nend')
    await files.write_all(stream, [python.bytes(Buffer.from('!'))], true)
    expect(closed).toBe(true)
  })

  it('holds Python up when it is full', async () => {
    const slow = new Collector(2)
    await files.write_much(slow, 40, 64 * 1024)
    expect(slow.most).toBeLessThanOrEqual(64 * 1024 + 256 * 1024)
    await expect.poll(() => Buffer.concat(slow.chunks).length).toBe(40 * 64 * 1024)
    let most = 0
    let written = 0
    let taken = 0
    const web = new WritableStream<Uint8Array>(
      {
        async write(chunk) {
          await delay(2)
          taken += chunk.length
        },
      },
      { highWaterMark: 64 * 1024, size: (chunk) => (chunk as Uint8Array).length },
    )
    const writing = (async () => {
      await files.keep('web', web)
      for (let i = 0; i < 20; i++) {
        await files.kept.$item('web').write(python.bytes(Buffer.alloc(256 * 1024)))
        written += 256 * 1024
        most = Math.max(most, written - taken)
      }
    })()
    await writing
    expect(most).toBeLessThanOrEqual(3 * 256 * 1024)
    await files.drop('web')
  })

  it('is ended when Python closes it, once everything is written', async () => {
    const file = path.join(folder, 'out.bin')
    const out = fs.createWriteStream(file)
    await files.write_all(out, [python.bytes(Buffer.alloc(1_000_000, 'x'))], true)
    expect(out.writableFinished).toBe(true)
    expect(fs.statSync(file).size).toBe(1_000_000)
    await files.write_all(process.stdout, [python.bytes(Buffer.alloc(0))], true)
    expect(process.stdout.writableEnded).toBe(false)
  })

  it('that fails raises its own error in Python', async () => {
    const mine = new Error('mine')
    const failing = new Writable({ write: (_chunk, _encoding, done) => setTimeout(() => done(mine), 5) })
    const bytes = python.bytes(Buffer.alloc(300_000))
    await expect(settled(files.write_all(failing, [bytes, bytes, bytes]))).rejects.toBe(mine)
    const web = new WritableStream({ write: () => Promise.reject(mine) })
    await expect(settled(files.write_all(web, [bytes, bytes, bytes]))).rejects.toBe(mine)
    const ended = new Collector()
    const file = python.file(ended)
    ended.end()
    await expect(settled(files.write_all(file, [bytes]))).rejects.toThrow('after its end')
  })

  it('inside a blocking call takes what it gets', async () => {
    const out = new Collector(1)
    blocking.write_much(out, 10, 64 * 1024)
    await expect.poll(() => Buffer.concat(out.chunks).length).toBe(10 * 64 * 1024)
  })

  it('both ways: a socket', async () => {
    const server = net.createServer((socket) => socket.on('data', (data) => socket.write(`echo ${data}`)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const socket = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
    expect(await files.exchange(socket, python.bytes(Buffer.from('hello\n')))).toEqual(Buffer.from('echo hello\n'))
    await expect.poll(() => socket.destroyed).toBe(true)
    server.close()
    const through = Duplex.from(async function* (lines: AsyncIterable<Buffer>) {
      for await (const line of lines) yield line.toString().toUpperCase()
    })
    await expect(files.class_of(through)).resolves.toBe('JsIterator')
  })

  it('that is read once and written once crosses as any value: in an array, by keyword', async () => {
    const out = new Collector()
    await python.builtins.print('by keyword', kw({ file: python.file(out, { text: true }) }))
    await expect.poll(() => out.text).toBe('by keyword\n')
    expect(await python.builtins.len([bytesOf('a'), new ReadableStream()])).toBe(2)
  })
})
