// Classes and instances that Python uses before they are whole: bases that call overrides, class keywords, enumerations.
import net from 'node:net'
import { describe, expect, it } from 'vitest'
import { kw, type PythonReference, python } from '../src/index.js'

const py = python.import('./python/early_overrides.py')

describe('an asynchronous override that a base calls while it initialises', () => {
  class Early extends python.subclass(py.Calling) {
    async prepare() {
      const start = (await this.start) as number
      this.prepared = start + 1
      return [start, (await this.prepared) as number]
    }
  }

  it('uses the object, which JavaScript made', async () => {
    const early = new Early(4)
    expect([await early.seen, await early.ready]).toEqual([[4, 5], true])
  })

  it('uses the object, which Python made', async () => {
    const early = (await py.make(Early, 6)) as Early
    expect(early).toBeInstanceOf(Early)
    expect([await early.seen, await early.ready]).toEqual([[6, 7], true])
  })

  it('uses what it does not await', async () => {
    class Pipelined extends python.subclass(py.Calling) {
      prepare() {
        return (this.start as PythonReference).$add(1)
      }
    }
    expect(await new Pipelined(1).seen).toBe(2)
  })

  it('is waited for by whoever has the object from `new`', async () => {
    class Slow extends python.subclass(py.Calling) {
      async prepare() {
        await new Promise((resolve) => setTimeout(resolve, 50))
        return this.start
      }
    }
    const slow = new Slow(3)
    await new Promise((resolve) => setTimeout(resolve, 25))
    expect(await slow.ready).toBe(true)
  })

  it('leaves the failure of the base to whoever uses the object', async () => {
    class Refused extends python.subclass(py.Refusing) {
      async prepare() {
        return this.start
      }
    }
    await expect(new Refused(1).seen).rejects.toThrow('refused after all')
  })

  it('handles the requests of socketserver', async () => {
    class Shouting extends python.subclass(py.LineHandler) {
      declare rfile: PythonReference
      declare wfile: PythonReference
      async handle() {
        const line = (await this.rfile.readline()) as Buffer
        await this.wfile.write(python.bytes(Buffer.from(line.toString().toUpperCase())))
      }
    }
    const [server, port] = (await py.serve_lines(Shouting)) as [PythonReference, number]
    const answer = await new Promise<string>((resolve, reject) => {
      const client = net.connect(port, '127.0.0.1', () => client.write('hey\n'))
      client.on('data', (data) => resolve(String(data))).on('error', reject)
    })
    expect(answer).toBe('HEY\n')
    await py.stop(server)
  })
})

describe('a class that Python has something to say about', () => {
  it('gets the keywords of python.subclass, as in `class C(Base, name=…)`', async () => {
    class Csv extends python.subclass(py.Plugin, kw({ name: 'csv' })) {
      declare static plugin: PythonReference
    }
    expect(await Csv.plugin).toBe('csv')
    expect(await py.Plugin.known).toEqual({ csv: ['JsPlugin', 'Csv'] })
  })

  it('is refused where it makes instances of what is not made yet', async () => {
    class Color extends python.subclass(py.Enum) {
      static RED = 1
    }
    await expect(Color.$class.RED).rejects.toThrow('expected Color to be made before its instances')
  })
})
