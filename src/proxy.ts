// JavaScript objects by reference: `python.proxy(object)`.
//  1. What a proxy hands out (attributes, items, results) is a proxy again for objects and functions. Scalars are values, and so is
//     what Python has a type of its own for, or shares anyway: dates, errors, typed arrays, references …
//  2. A function that was read from an object is called with that object as `this`, and is the function itself on its way back.
import { types } from 'node:util'
import { theChannel } from './channel.js'
import { operandOf } from './codec/operand.js'
import { standsFor } from './codec/stand-ins.js'
import { View } from './codec/view.js'
import { JsKind } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'
import { Marker } from './markers.js'
import { NDArray } from './ndarray.js'
import { shown } from './values/integer.js'
import { richParts } from './values/rich.js'

const views = new WeakMap<object, View>()
const methods = new WeakMap<object, WeakMap<object, View>>()
const promises = new WeakMap<object, View>()

/** An object as Python holds it by reference. */
export class ObjectView extends View {
  readonly kind: number

  constructor(
    readonly target: object,
    /** What the object, a function, was read from. */
    readonly self?: object,
  ) {
    super()
    this.kind = typeof target === 'function' ? JsKind.callable : JsKind.object
  }

  describe(): string {
    const { target } = this
    try {
      const named = typeof target === 'function' ? target : (target as { constructor?: { name?: unknown } }).constructor
      const name: unknown = (named as { name?: unknown } | undefined)?.name
      return typeof name === 'string' ? name.replaceAll('\n', ' ') : ''
    } catch {
      return '' // a getter that throws
    }
  }
}

/** A promise that a proxy handed out, or that answers a request which could not be waited for. */
export class PromiseView extends View {
  readonly kind = JsKind.promise

  constructor(
    readonly target: Promise<unknown>,
    /** Rule 1, for its outcome. */
    readonly handsOut: boolean,
  ) {
    super()
  }

  describe(): string {
    return ''
  }
}

/** Rule 1. `owner` is what `value` was read from. */
export function handOut(value: unknown, owner?: object): unknown {
  if (typeof value === 'function') {
    if (operandOf(value) !== undefined || standsFor(value) !== undefined) return value
    return owner === undefined ? viewOf(value) : methodOf(value, owner)
  }
  if (typeof value !== 'object' || value === null || crossesByItself(value)) return value
  if (!types.isPromise(value)) return viewOf(value)
  return remembered(promises, value, () => new PromiseView(value, true))
}

/** The outcome of a promise that Python holds. */
export function outcomeOf(promise: Promise<unknown> | PromiseView): Promise<unknown> {
  if (!(promise instanceof PromiseView)) return promise
  return promise.handsOut ? promise.target.then((value) => handOut(value)) : promise.target
}

function viewOf(object: object): View {
  return remembered(views, object, () => new ObjectView(object))
}

/** Rule 2. */
function methodOf(fn: object, owner: object): View {
  let known = methods.get(owner)
  if (known === undefined) {
    known = new WeakMap()
    methods.set(owner, known)
  }
  return remembered(known, fn, () => new ObjectView(fn, owner))
}

function remembered(known: WeakMap<object, View>, object: object, make: () => View): View {
  let view = known.get(object)
  if (view === undefined) {
    view = make()
    known.set(object, view)
  }
  return view
}

function crossesByItself(value: object): boolean {
  return (
    value instanceof View ||
    value instanceof Marker ||
    value instanceof NDArray ||
    value instanceof Error ||
    value instanceof URL ||
    types.isNativeError(value) ||
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    richParts(value) !== undefined ||
    standsFor(value) !== undefined ||
    theChannel().custom.isRegistered(value)
  )
}

/**
 * The object itself as an argument: Python reads and writes its attributes and items, iterates over it, calls it. Comes back as
 * itself. Whatever is passed alone is converted by the table instead.
 *
 * @example
 * await python.import('./report.py').fill(python.proxy(settings))
 */
export function proxy<T extends object>(object: T): T {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null)
    throw new ConversionError(`expected an object or a function for python.proxy, got ${shown(object)}`)
  if (operandOf(object) !== undefined)
    throw new ConversionError(
      'expected an object of JavaScript for python.proxy, got a Python reference: pass it as it is',
    )
  return (object instanceof View ? object : viewOf(object)) as T
}
