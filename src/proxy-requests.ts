// What Python asks of objects by reference, and of promises. Its twin is python/snakebridge/js_objects.py.
// A list as an answer says that there is nothing: what a proxy hands out never is one.
import { inspect, types } from 'node:util'
import { type Answerer, onRequest } from './callbacks.js'
import { isClass } from './codec/function-source.js'
import { unwrapped, type View } from './codec/view.js'
import { JsOperation } from './codec/wire.js'
import { handOut, ObjectView, PromiseView } from './proxy.js'
import { Cursor } from './proxy-cursor.js'
import {
  asPythons,
  assign,
  containerKind,
  contains,
  deleteItem,
  type Found,
  getItem,
  isSequence,
  iteratorOf,
  lengthOf,
  madeUp,
  remove,
  setItem,
} from './proxy-items.js'

type Callable = (...args: unknown[]) => unknown
type Properties = Record<string | symbol, unknown>

const nothing: readonly unknown[] = []

function on(operation: number, answer: (view: View, args: unknown[], keywords?: Record<string, unknown>) => unknown) {
  onRequest(operation, answer as Answerer)
}

function handed(value: unknown): unknown {
  return types.isPromise(value) ? value.then((outcome) => handOut(outcome)) : handOut(value)
}

/** As an object even if it is a promise: whoever asks cannot wait. */
function handedLater(value: unknown): unknown {
  return types.isPromise(value) ? new PromiseView(value, true) : handOut(value)
}

// Calls. A class, and a constructor of JavaScript's own, is called with `new`, except where the call is the conversion: String(x).

const conversions = new Set<unknown>([String, Number, Boolean, BigInt, Symbol])

function isConstructor(fn: Callable): boolean {
  if (isClass(fn)) return true
  if (types.isProxy(fn) || typeof fn.prototype !== 'object' || fn.prototype === null || conversions.has(fn))
    return false
  return / \[native code\] \}$/.test(Function.prototype.toString.call(fn)) && !fn.name.startsWith('bound ')
}

function call(view: View, args: unknown[], keywords: Record<string, unknown> | undefined): unknown {
  const fn = view.target as Callable
  if (keywords !== undefined) args.push(keywords)
  else if (args.length > 0 && view instanceof ObjectView && view.self !== undefined) {
    const asked = asPythons(fn, view.self, args)
    if (asked !== undefined) return asked.value
  }
  if (isConstructor(fn)) return Reflect.construct(fn, args)
  return Reflect.apply(fn, view instanceof ObjectView ? view.self : undefined, args)
}

on(JsOperation.invoke, (view, args, keywords) => handed(call(view, args, keywords)))
on(JsOperation.invokeLater, (view, args, keywords) => handedLater(call(view, args, keywords)))
on(JsOperation.construct, (view, args, keywords) => {
  if (keywords !== undefined) args.push(keywords)
  return handOut(Reflect.construct(view.target as Callable, args))
})
on(JsOperation.isInstance, ({ target }, [value]) => (value as object) instanceof (target as never))

// Attributes.

on(JsOperation.get, ({ target }, [name]) => {
  if ((name as string) in target) return handOut((target as Properties)[name as string], target)
  const made = madeUp(target, name as string)
  return made === undefined ? containerKind(target) : handOut(made.value, target)
})
on(JsOperation.set, ({ target }, [name, value]) => assign(target, name as string, value))
on(JsOperation.delete, ({ target }, [name]) => ((name as string) in target ? remove(target, name as string) : nothing))
on(JsOperation.names, ({ target }) => {
  const names = new Set<string>()
  for (let level: object | null = target; level !== null; level = Object.getPrototypeOf(level)) {
    if (level === Object.prototype || level === Function.prototype) break
    for (const name of Object.getOwnPropertyNames(level)) names.add(name)
  }
  return [...names]
})

// Items.

function item(found: Found, owner: object): unknown {
  return typeof found === 'string' ? [found] : handOut(found.value, owner)
}

on(JsOperation.getItem, ({ target }, [key]) => item(getItem(target, key), target))
on(JsOperation.setItem, ({ target }, [key, value]) => item(setItem(target, key, value), target))
on(JsOperation.deleteItem, ({ target }, [key]) => item(deleteItem(target, key), target))
on(JsOperation.length, ({ target }) => lengthOf(target) ?? nothing)
on(JsOperation.contains, ({ target }, [value]) => contains(target, value))
on(JsOperation.truth, ({ target }) => lengthOf(target) !== 0)

// Iteration.

on(JsOperation.iterate, ({ target }, [mayWait]) => {
  const synchronous = typeof (target as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
  const asynchronous = synchronous ? undefined : asynchronousIteratorOf(target)
  if (asynchronous !== undefined) return mayWait === true ? new Cursor(asynchronous, handOut, false) : nothing
  const iterator = iteratorOf(target)
  if (iterator === undefined) return nothing
  return new Cursor(iterator, handOut, isSequence(target) || types.isMap(target) || types.isSet(target))
})
function asynchronousIteratorOf(target: object): AsyncIterator<unknown> | undefined {
  return (target as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator]?.()
}
on(JsOperation.iterateLater, ({ target }) => {
  const iterator = asynchronousIteratorOf(target) ?? iteratorOf(target)
  return iterator === undefined ? nothing : new Cursor(iterator, handOut, false)
})
on(JsOperation.next, (cursor) => (cursor as Cursor).take())
on(JsOperation.nextLater, (cursor) => new PromiseView((cursor as Cursor).takeLater(), false))
on(JsOperation.stop, (cursor) => voided((cursor as Cursor).stop()))
on(JsOperation.stopLater, (cursor) => new PromiseView((async () => voided(await (cursor as Cursor).stop()))(), false))

function voided(value: unknown): unknown {
  return types.isPromise(value) ? value.then(() => null) : null
}

// Text.

on(JsOperation.show, ({ target }) => show(target))
on(JsOperation.text, ({ target }) => {
  const converter: unknown = (target as Properties).toString
  return typeof converter === 'function' && !usual.has(converter) ? String(target) : show(target)
})

/** What these say is less than what `show` does. */
const usual = new Set<unknown>([Object, Array, Function].map(({ prototype }) => prototype.toString))

function show(target: object): string {
  return inspect(target, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxArrayLength: 20, maxStringLength: 200 })
}

// `with`.

const disposers: readonly (string | symbol | undefined)[] = [Symbol.dispose, Symbol.asyncDispose, 'close']
const disposersLater: typeof disposers = [Symbol.asyncDispose, Symbol.dispose, 'close']

function leave(target: object, names: typeof disposers): unknown {
  for (const name of names) {
    const dispose = name === undefined ? undefined : (target as Properties)[name]
    if (typeof dispose === 'function') return Reflect.apply(dispose, target, [])
  }
  return undefined
}

on(JsOperation.enter, ({ target }) =>
  disposers.some((name) => name !== undefined && typeof (target as Properties)[name] === 'function'),
)
on(JsOperation.exit, ({ target }) => voided(leave(target, disposers)))
on(
  JsOperation.exitLater,
  ({ target }) => new PromiseView((async () => voided(await leave(target, disposersLater)))(), false),
)

// The object as the conversion table has it.
on(JsOperation.value, (view) => unwrapped(view))
