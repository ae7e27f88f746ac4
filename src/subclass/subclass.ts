// JavaScript classes that extend Python classes: `class Net extends python.subclass(nn.Module) { … }`.
//  1. `new Net()`: super(…) makes Python's half with these arguments; the rest of the constructor is JavaScript's.
//  2. Made by Python, `Net()`: the constructor runs in JavaScript, and its super(…) takes the object that is there already.
import { types } from 'node:util'
import { onRequest } from '../callbacks.js'
import { operandOf } from '../codec/operand.js'
import { hasConstructor } from '../codec/parameters.js'
import { JsOperation } from '../codec/wire.js'
import { ConversionError } from '../errors/bridge-errors.js'
import { KeywordArguments } from '../kw.js'
import { PromiseView } from '../proxy.js'
import type { PythonInstance, SyncInstance } from '../reference.js'
import type { ReferenceState } from '../reference-state.js'
import { poolSpace, syncSpace } from '../spaces.js'
import { shown } from '../values/integer.js'
import { attributes, classAttributes } from './attributes.js'
import { asynchronous, blocking, type Flavour } from './flavour.js'
import { InstanceView, instanceOf, unite } from './instance.js'
import { placeKeywords } from './parameters.js'
import { type ClassView, type JsClass, PythonClass, pythonClassOf, rememberRoot } from './python-class.js'

/** What a class that extends Python's is made of. */
// biome-ignore-start lint/suspicious/noExplicitAny: what Python takes and gives is untyped
export interface PythonSubclass<Instance> {
  new (...args: any[]): Instance
  /** The class in Python. */
  readonly $class: any
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/** Rule 2: the object whose JavaScript half is being made. */
let adopted: { jsClass: JsClass; object: object } | undefined

function baseClass(flavour: Flavour, given: readonly unknown[]): JsClass {
  const bases = [...given]
  const last = bases.at(-1)
  const keywords = last instanceof KeywordArguments ? (bases.pop() as KeywordArguments) : undefined
  if (keywords?.options !== undefined) refuseOptions(flavour.name)
  if (bases.length === 0)
    throw new ConversionError(`expected a reference to a Python class for ${flavour.name}, got none`)
  for (const base of bases) requireClass(flavour, base)

  class PythonObject {
    constructor(...args: unknown[]) {
      construct(this, new.target as unknown as JsClass, args)
    }
    static get $class(): unknown {
      return pythonClassOf(this as unknown as JsClass).reference
    }
  }
  Object.setPrototypeOf(PythonObject.prototype, attributes)
  Object.setPrototypeOf(PythonObject, classAttributes)
  const jsClass = PythonObject as unknown as JsClass
  rememberRoot(
    jsClass,
    new PythonClass(jsClass, flavour, { bases: bases as object[], keywords: keywords?.values ?? {} }),
  )
  return jsClass
}

function requireClass(flavour: Flavour, base: unknown): void {
  const state = typeof base === 'function' ? (operandOf(base) as ReferenceState | undefined) : undefined
  if (state === undefined)
    throw new ConversionError(`expected a reference to a Python class for ${flavour.name}, got ${shown(base)}`)
  if (!flavour.owns(state))
    throw new ConversionError(`expected a reference for ${flavour.name}, got one of the other API: ${flavour.advice}`)
}

function refuseOptions(name: string): never {
  throw new ConversionError(
    `expected keyword arguments without $ options for ${name}, which is no call that can end early`,
  )
}

/** Rules 1 and 2. */
function construct(instance: object, jsClass: JsClass, args: unknown[]): void {
  const pythonClass = pythonClassOf(jsClass)
  const last = args.at(-1)
  const keywords = last instanceof KeywordArguments ? (args.pop() as KeywordArguments) : undefined
  if (keywords?.options !== undefined) refuseOptions('super')
  const view = new InstanceView(instance)
  const given: Record<string, unknown> = { $js: view }
  if (adopted?.jsClass === jsClass) {
    given.$object = adopted.object
    adopted = undefined
  }
  // The class goes where errors do not count it: argument 1 is the first of super(…).
  pythonClass.flavour.make(pythonClass.state, args, keywords?.values ?? {}, given, (made) =>
    unite(instance, view, made),
  )
}

/** Those by name are for the constructor that runs: `super(…)` itself where no class has one. */
function placed(jsClass: JsClass, args: unknown[], keywords: Readonly<Record<string, unknown>>): unknown[] {
  const { root } = pythonClassOf(jsClass)
  for (let each = jsClass; each !== root.jsClass; each = Object.getPrototypeOf(each) as JsClass)
    if (hasConstructor(each)) return placeKeywords(each, args, keywords)
  return [...args, new KeywordArguments(keywords)]
}

// Rule 2. The answer is Python's half: Python goes on when super(…) has been done to it.
onRequest(JsOperation.instantiate, ((
  { target }: ClassView,
  [object, ...args]: [object, ...unknown[]],
  keywords?: Record<string, unknown>,
) => {
  const outer = adopted
  adopted = { jsClass: target, object }
  try {
    const all = keywords === undefined ? args : placed(target, args, keywords)
    return instanceOf(Reflect.construct(target, all))?.reference
  } finally {
    adopted = outer
  }
}) as never)

// Rule 4 of instances.
onRequest(JsOperation.lend, ({ target }: InstanceView, [holder]) =>
  instanceOf(target)?.lend((holder as { object: object }).object),
)
onRequest(JsOperation.takeBack, ({ target }: InstanceView) => instanceOf(target)?.takeBack())

// A method: the function of a level, with the instance (or the class) as `this`.
function apply(fn: (...args: unknown[]) => unknown, all: unknown[], keywords?: Record<string, unknown>): unknown {
  const [self, ...args] = all
  return Reflect.apply(fn, self, keywords === undefined ? args : placeKeywords(fn, args, keywords))
}

onRequest(JsOperation.apply, apply as never)
// On an asyncio loop, which must not wait.
onRequest(JsOperation.applyLater, ((fn: never, all: never, keywords?: never) => {
  const result = apply(fn, all, keywords)
  return types.isPromise(result) ? new PromiseView(result, false) : result
}) as never)

/**
 * A class to extend whose instances are Python objects of these bases. What the JavaScript classes define (methods, accessors,
 * static members) Python sees as overrides; `super.name` is Python's own.
 *
 * @example
 * class Net extends python.subclass(nn.Module) {
 *   constructor() {
 *     super()
 *     this.fc = nn.Linear(4, 2)
 *   }
 *   forward(x) {
 *     return this.fc(x)
 *   }
 * }
 */
export function subclass(...bases: unknown[]): PythonSubclass<PythonInstance> {
  return baseClass(asynchronous(poolSpace), bases) as unknown as PythonSubclass<PythonInstance>
}

/** The blocking twin: what is read and called on `this` runs at once. */
export function subclassSync(...bases: unknown[]): PythonSubclass<SyncInstance> {
  return baseClass(blocking(syncSpace), bases) as unknown as PythonSubclass<SyncInstance>
}
