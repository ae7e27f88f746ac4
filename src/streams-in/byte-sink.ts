// What Python writes bytes to. A write is answered when the stream has room for the next: that is the back-pressure.
//  1. On the JavaScript thread, inside a blocking call, nothing drains: the stream takes what it gets.
//  2. What goes wrong later than the write that caused it is thrown by the next one, or by the end.
import type { Writable } from 'node:stream'
import type { WritableStream, WritableStreamDefaultWriter } from 'node:stream/web'
import { deliverError } from './stream-errors.js'

export interface ByteSink {
  write(bytes: Uint8Array, here: boolean): unknown
  /** Python closed the file. Settles when everything is written. */
  end(here: boolean): unknown
}

export function nodeSink(stream: Writable): ByteSink {
  const isStandard = stream === process.stdout || stream === process.stderr
  const check = () => {
    throwError(stream)
    if (stream.destroyed || stream.writableEnded)
      throw new Error('expected a stream that is open, got a write after its end')
  }
  return {
    write(bytes, here) {
      check()
      if (stream.write(bytes) || here) return undefined // Rule 1
      return settled(stream, 'drain')
    },
    end(here) {
      if (isStandard || (stream.writableFinished && !stream.errored)) return undefined
      throwError(stream)
      if (!stream.writableEnded) stream.end()
      return here ? undefined : settled(stream, 'finish')
    },
  }
}

function throwError({ errored }: Writable): void {
  if (errored === null || errored === undefined) return
  deliverError(errored)
  throw errored
}

/** Settles with the event; rejects with the stream's error, or when it is closed before. */
function settled(stream: Writable, event: 'drain' | 'finish'): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = () => {
      stream.off(event, done).off('error', fail).off('close', close)
    }
    const done = () => {
      over()
      resolve()
    }
    const fail = (error: unknown) => {
      over()
      deliverError(error)
      reject(error)
    }
    const close = () => fail(stream.errored ?? new Error('expected the stream to take what Python wrote, got its end'))
    stream.on(event, done).on('error', fail).on('close', close)
  })
}

/** The lock is held for each step only: the stream is the program's again whenever Python is not writing. */
export function webSink(stream: WritableStream): ByteSink {
  let failure: { error: unknown } | undefined
  const fail = (error: unknown) => {
    failure ??= { error }
  }
  const check = () => {
    if (failure !== undefined) throw failure.error
  }
  return {
    write(bytes, here) {
      check()
      const writer = stream.getWriter()
      writer.write(bytes).catch(fail)
      if (!here) return roomIn(writer).then(check)
      writer.releaseLock() // Rule 1
      return undefined
    },
    end(here) {
      check()
      const closed = stream.close()
      if (!here) return closed
      closed.catch(fail)
      return undefined
    },
  }
}

async function roomIn(writer: WritableStreamDefaultWriter): Promise<void> {
  try {
    await writer.ready
  } finally {
    writer.releaseLock()
  }
}
