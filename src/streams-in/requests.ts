// What Python asks of the streams it holds. The answers that take time are promises, which callbacks.ts waits for.
import { onRequest } from '../callbacks.js'
import { onForgotten } from '../codec/js-values.js'
import { Thrown } from '../codec/thrown.js'
import { JsOperation } from '../codec/wire.js'
import { markers } from '../markers.js'
import { pendingResults } from '../pending.js'
import type { PythonReference } from '../reference.js'
import { queueMicrotask } from '../scheduling.js'
import { FileSource } from './file-source.js'
import { incoming, knownStream } from './incoming.js'
import type { ItemSource } from './item-source.js'
import { type RandomSource, requireWaiting } from './random-source.js'
import { stopHearing } from './stream-errors.js'

/** Chunks up to this go as bytes, in the answer; larger ones as the memory they are in. */
const small = 16 * 1024

type Request = (value: object, args: unknown[], here: boolean) => unknown

const requests = new Map<number, Request>([
  [
    JsOperation.pull,
    (value, args, here) => itemsIn(value).pullNext(...(args as [boolean, number, number | null]), here),
  ],
  [JsOperation.leave, (value, _args, here) => (incoming(value) as ItemSource | FileSource).close(here)],
  [
    JsOperation.read,
    (value, [most, whole], here) => {
      const { reader } = fileIn(value).parts
      return answerBytes(reader?.read(most as number, whole === true, here) as Uint8Array | Promise<Uint8Array>)
    },
  ],
  [
    JsOperation.readAt,
    (value, [position, most], here) => {
      const random = randomIn(value, here)
      return answerBytes(random.readAt(position as number, most as number))
    },
  ],
  [JsOperation.size, (value, _args, here) => randomIn(value, here).size()],
  [JsOperation.write, (value, [bytes], here) => fileIn(value).parts.writer?.write(bytes as Uint8Array, here)],
])

for (const [operation, request] of requests)
  onRequest(operation, (value: object, args, _keywords, here) => request(value, args, here))

/** For coroutines: does another request, and calls `settle` in Python with its value or its error. */
onRequest(JsOperation.later, (value: object, [operation, args, settle]) => {
  void answerLater(value, operation as number, args as unknown[], settle as PythonReference)
})

async function answerLater(value: object, operation: number, args: unknown[], settle: PythonReference): Promise<void> {
  const settleCall = settle as unknown as (...all: unknown[]) => PromiseLike<unknown>
  try {
    const answer = await (requests.get(operation) as Request)(value, args, false)
    await settleCall(answer, null)
  } catch (error) {
    await settleCall(null, new Thrown(error))
  } finally {
    settle.$release()
  }
}

function itemsIn(value: object): ItemSource {
  return incoming(value) as ItemSource
}

function fileIn(value: object): FileSource {
  return incoming(value) as FileSource
}

function randomIn(value: object, here: boolean): RandomSource {
  const { name, parts } = fileIn(value)
  requireWaiting(parts.random as RandomSource, name, here)
  return parts.random as RandomSource
}

function answerBytes(bytes: Uint8Array | Promise<Uint8Array>): unknown {
  if (bytes instanceof Promise) return bytes.then(answerBytes)
  return bytes.length <= small ? markers.bytes(bytes) : bytes
}

/** Python let the last of its references go. */
onForgotten((value) => {
  if (typeof value !== 'object' || value === null) return
  const source = knownStream(value)
  if (source === undefined) return
  queueMicrotask(async () => {
    try {
      if (source instanceof FileSource) await source.forget()
      else if (source.isOpen) await source.close()
    } catch (error) {
      pendingResults.complain({ error })
    }
    stopHearing(source.origin ?? value)
  })
})
