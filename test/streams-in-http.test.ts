// Messages of Node's http are files in Python: what a server gets and sends, and what a client does.
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { python } from '../src/index.js'

const files = python.import('./python/streams_in.py')
const shutil = python.import('shutil')

let server: http.Server
afterEach(() => {
  server.close()
  server.closeAllConnections()
})

async function serve(listener: http.RequestListener): Promise<http.RequestOptions> {
  server = http.createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, method: 'POST' }
}

const responseTo = (request: http.ClientRequest) =>
  new Promise<http.IncomingMessage>((resolve, reject) => request.on('response', resolve).on('error', reject))

describe('an http message', () => {
  it('is read and written by Python, on both sides', async () => {
    const options = await serve(async (request, response) => {
      response.setHeader('content-type', 'text/plain')
      await shutil.copyfileobj(request, response)
      await files.close(response)
    })
    const request = http.request(options)
    const answer = responseTo(request)
    await files.write_all(
      request,
      [python.bytes(Buffer.from('hello ')), python.bytes(Buffer.alloc(300_000, 'x'))],
      true,
    )
    const response = await answer
    expect(response.headers['content-type']).toBe('text/plain')
    expect(await python.builtins.len(files.read_all(response))).toBe(300_006)
  })

  it('holds Python up while nobody reads it', async () => {
    let written = 0
    const size = 100_000
    const options = await serve(async (_request, response) => {
      for (let i = 0; i < 200; i++) {
        await files.write_all(response, [python.bytes(Buffer.alloc(size))])
        written += size
      }
      response.end()
    })
    const request = http.request(options)
    request.end()
    const response = await responseTo(request)
    await expect.poll(() => written).toBeGreaterThan(0)
    let before = -1
    const rests = () => {
      const rested = before === written
      before = written
      return rested
    }
    await expect.poll(rests, { interval: 200, timeout: 20_000 }).toBe(true)
    expect(written).toBeLessThan(200 * size)
    expect((await text(response)).length).toBe(200 * size)
  })

  it('raises in Python when its reader has gone', async () => {
    const outcome = new Promise((resolve) => {
      void serve(async (_request, response) => {
        resolve(
          await Promise.resolve(files.write_much(response, 1000, 64 * 1024)).then(
            () => 'written',
            (error: Error) => error.message,
          ),
        )
      }).then((options) => {
        const request = http.request(options)
        request.on('response', () => request.destroy()).on('error', () => {})
        request.end()
      })
    })
    expect(await outcome).toContain('expected')
  })
})
