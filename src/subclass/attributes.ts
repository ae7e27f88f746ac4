// What an instance answers that JavaScript does not know: the prototype behind the last JavaScript class.
//  1. JavaScript comes first: own fields, #private ones, what its classes define. Everything else is an attribute in Python, read or
//     assigned: `this.fc = …`, unless the class declares a field `fc`.
//  2. A name that a JavaScript class defines gets here by `super` only: Python's own is meant.
import { operate } from '../async-operations.js'
import { stateOf } from '../codec/operand.js'
import { Opcode } from '../codec/wire.js'
import type { ReferenceState } from '../reference-state.js'
import { perform, surface } from '../surface.js'
import { symbolProperty } from '../symbols.js'
import { runOn, SyncState } from '../sync-reference.js'
import { instanceOf } from './instance.js'
import { type JsClass, pythonClassOf } from './python-class.js'

/** Names that JavaScript itself looks for: an instance is no thenable, and has no JSON of its own. */
const unanswered = new Set(['then', 'toJSON', 'asymmetricMatch'])

const disposal = [Symbol.dispose, Symbol.asyncDispose, Symbol.for('nodejs.dispose'), Symbol.for('nodejs.asyncDispose')]
const answered = new Set<symbol | undefined>([...disposal, Symbol.asyncIterator])

const handler: ProxyHandler<object> = {
  get(target, key, receiver: object) {
    const instance = instanceOf(receiver)
    if (instance === undefined || key in target) return Reflect.get(target, key, receiver)
    const { state, reference } = instance
    if (key === stateOf) return state
    if (typeof key === 'symbol') {
      const isAnswered = answered.has(key) || (key === Symbol.iterator && state instanceof SyncState)
      return isAnswered ? symbolProperty(state, key) : undefined
    }
    if (key.startsWith('$')) return surface(state, key, receiver)
    if (unanswered.has(key)) return undefined
    if (isOverridden(receiver, key)) return superAttribute(rootOf(receiver), state, key)
    // Rule 1 of thenables: a pending reference has these itself.
    if (key === 'catch' || key === 'finally') return perform(state, Opcode.getAttr, key, [], `.${key}`)
    return Reflect.get(reference, key) as unknown
  },

  set(target, key, value, receiver: object) {
    const instance = instanceOf(receiver)
    if (instance === undefined || typeof key === 'symbol') return Reflect.set(target, key, value, receiver)
    if (isOverridden(receiver, key)) {
      perform(instance.state, Opcode.helper, 'set_super_attribute', [rootOf(receiver), key, value])
      return true
    }
    return Reflect.set(instance.reference, key, value)
  },
}

/** The end of the prototype chain of every such class. */
export const attributes: object = new Proxy(Object.prototype, handler)

const classHandler: ProxyHandler<object> = {
  get(target, key, receiver: object) {
    if (typeof key === 'symbol' || key in target || unanswered.has(key) || key.startsWith('$'))
      return Reflect.get(target, key, receiver)
    const pythonClass = pythonClassOf(receiver as JsClass)
    if (!pythonClass.overridesStatic(receiver, key)) return Reflect.get(pythonClass.reference, key) as unknown
    return superAttribute(pythonClass.root.reference, pythonClass.state, key)
  },
}

/** The end of the chain of the classes themselves: Python's class methods and attributes, and by `super` those beneath JavaScript's. */
export const classAttributes: object = new Proxy(Function.prototype, classHandler)

function classOf(instance: object): JsClass {
  return (Object.getPrototypeOf(instance) as { constructor: JsClass }).constructor
}

function isOverridden(instance: object, name: string): boolean {
  return pythonClassOf(classOf(instance)).overrides(Object.getPrototypeOf(instance) as object, name)
}

function rootOf(instance: object): object {
  return pythonClassOf(classOf(instance)).root.reference
}

/** Rule 2. */
function superAttribute(root: object, state: ReferenceState, name: string): unknown {
  return state instanceof SyncState
    ? runOn(state as ReferenceState, Opcode.helper, 'super_attribute', [root, name])
    : operate(state, Opcode.helper, 'super_attribute', [root, name], `.super.${name}`)
}
