// The service under load: POST /predict, /explain, /adjusted, /refuse with 64 numbers as JSON.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { PythonValueError, python } from 'snakebridge'

const model = python.import('../python/soak.py')

const answers = {
  '/predict': async (vector) => ({ prediction: await model.predict(vector) }),
  '/explain': async (vector, response) => {
    for await (const part of model.explain(vector)) response.write(`${JSON.stringify(part)}\n`)
  },
  '/adjusted': async (vector) => ({ prediction: await model.adjusted(vector, (prediction) => prediction * 2) }),
  '/refuse': async (vector) => await model.refuse(vector),
}

async function answer(request, response) {
  const result = await answers[request.url](Float64Array.from(await json(request)), response)
  response.end(result === undefined ? undefined : JSON.stringify(result))
}

export async function startService() {
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      response.writeHead(error instanceof PythonValueError ? 422 : 500)
      response.end(`${error.stack}`)
    })
  })
  server.keepAliveTimeout = 600_000 // the load rests while we count
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
