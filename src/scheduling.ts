// What puts the bridge's own work off, as Node made it. Tests put fake timers into the place of the globals (Jest's and Sinon's take
// microtasks, too): what the bridge has to do would wait for them, and so would every call, for good. Time limits are the program's
// own, and follow whatever clock it has.
import timers from 'node:timers'

export const { setImmediate, setInterval, setTimeout } = timers
export const { queueMicrotask } = globalThis

const { then } = Promise.prototype
const settled = Promise.resolve()

/** Calls it in a microtask. Half of what queueMicrotask() costs, which makes an asynchronous resource for each. */
export function inMicrotask(callback: () => void): void {
  then.call(settled, callback)
}
