// What makes a pending reference awaitable.
import { AsyncState } from './async-reference.js'
import { stateOf } from './codec/operand.js'

type Then = (value: unknown) => unknown

export const thenables = {
  // biome-ignore lint/suspicious/noThenProperty: a pending reference is a thenable
  then(this: object, onValue?: Then, onError?: Then): Promise<unknown> {
    return requirePending(this).wait().then(onValue, onError)
  },
  catch(this: object, onError?: Then): Promise<unknown> {
    return requirePending(this).wait().catch(onError)
  },
  finally(this: object, onEnd?: () => void): Promise<unknown> {
    return requirePending(this).wait().finally(onEnd)
  },
}

function requirePending(value: object): AsyncState {
  const state = (value as { [stateOf]?: unknown })[stateOf]
  if (state instanceof AsyncState) return state
  throw new TypeError('expected a pending Python reference as `this`, got something else')
}
