// What puts the bridge's own work off, as Node made it. Tests put fake timers into the place of the globals (Jest's and Sinon's take
// microtasks, too): what the bridge has to do would wait for them, and so would every call, for good. Time limits are the program's
// own, and follow whatever clock it has.
import timers from 'node:timers'

export const { setImmediate, setInterval, setTimeout } = timers
export const { queueMicrotask } = globalThis
