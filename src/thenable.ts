// What makes a pending reference awaitable.
import { AsyncState } from './async-reference.js'
import { stateOf } from './codec/operand.js'

type Then = (value: unknown) => unknown
type Key = 'then' | 'catch' | 'finally'

export function isThenableName(name: string): name is Key {
  return name === 'then' || name === 'catch' || name === 'finally'
}

/** `ref.then` and its like. They know their reference: to ask `this` for its state would be one more use of the proxy. */
export function thenableMethod(state: AsyncState, reference: object, key: Key): object {
  switch (key) {
    case 'then':
      return function (this: object, onValue?: Then, onError?: Then): Promise<unknown> {
        return (this === reference ? state : requirePending(this)).wait().then(onValue, onError)
      }
    case 'catch':
      return function (this: object, onError?: Then): Promise<unknown> {
        return (this === reference ? state : requirePending(this)).wait().catch(onError)
      }
    default:
      return function (this: object, onEnd?: () => void): Promise<unknown> {
        return (this === reference ? state : requirePending(this)).wait().finally(onEnd)
      }
  }
}

function requirePending(value: object): AsyncState {
  const state = (value as { [stateOf]?: unknown })[stateOf]
  if (state instanceof AsyncState) return state
  throw new TypeError('expected a pending Python reference as `this`, got something else')
}
