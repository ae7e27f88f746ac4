// The Python class of a JavaScript class that extends `python.subclass(…)`: made when it is first needed, one for each level.
import { takesBlocking } from '../callbacks.js'
import type { CommandBuffer } from '../codec/command-buffer.js'
import { type Operand, stateOf } from '../codec/operand.js'
import { hasConstructor, parametersOf } from '../codec/parameters.js'
import { onDerived, standIn } from '../codec/stand-ins.js'
import { View } from '../codec/view.js'
import { JsKind, Tag } from '../codec/wire.js'
import { KeywordArguments } from '../kw.js'
import { postpone } from '../operate.js'
import { handOut } from '../proxy.js'
import type { ReferenceState } from '../reference-state.js'
import { runOutside } from '../session/context.js'
import type { Flavour } from './flavour.js'

export type JsClass = (new (...args: unknown[]) => object) & { readonly prototype: object }

/** A JavaScript class as Python holds it: to make instances, and as `this` of its static methods. */
export class ClassView extends View {
  readonly kind = JsKind.opaque

  constructor(readonly target: JsClass) {
    super()
  }

  describe(): string {
    return this.target.name
  }
}

export class PythonClass implements Operand {
  private made: object | undefined = undefined

  constructor(
    readonly jsClass: JsClass,
    readonly flavour: Flavour,
    /** What it extends: another such class, or the bases in Python. */
    private readonly base: PythonClass | { bases: readonly object[]; keywords: Readonly<Record<string, unknown>> },
  ) {
    standIn(jsClass, this)
  }

  /** The one that `python.subclass` made: beneath it everything is Python's. */
  get root(): PythonClass {
    return this.base instanceof PythonClass ? this.base.root : this
  }

  /** The reference to the class in Python. */
  get reference(): object {
    this.made ??= runOutside(() => this.make())
    return this.made
  }

  private make(): object {
    const view = new ClassView(this.jsClass)
    const { base, flavour } = this
    if (flavour.isBlocking) takesBlocking(view)
    if (base instanceof PythonClass) {
      const members = membersOf(this.jsClass, flavour.isBlocking ? takesBlocking : undefined)
      return flavour.run('make_class', [this.jsClass.name, base.reference, view, members])
    }
    return flavour.run('make_root', [view, ...base.bases, new KeywordArguments(base.keywords)])
  }

  get state(): ReferenceState {
    return (this.reference as { [stateOf]: ReferenceState })[stateOf]
  }

  writeOperand(to: CommandBuffer): void {
    if (this.made !== undefined) {
      this.state.writeOperand(to)
      return
    }
    to.word(Tag.none, 0)
    postpone(this)
  }

  materialize(): void {
    void this.reference
  }

  /** Whether a JavaScript class from `prototype` on defines the name: then who asks beneath them asks by `super`. */
  overrides(prototype: object, name: string): boolean {
    return isOwned(prototype, this.root.jsClass.prototype, name)
  }

  /** The same for the classes themselves, from `jsClass` on. */
  overridesStatic(jsClass: object, name: string): boolean {
    return isOwned(jsClass, this.root.jsClass, name)
  }
}

function isOwned(from: object, end: object, name: string): boolean {
  for (let level: object | null = from; level !== null && level !== end; level = Object.getPrototypeOf(level))
    if (Object.hasOwn(level, name)) return true
  return false
}

const classes = new WeakMap<object, PythonClass>()

export function rememberRoot(jsClass: JsClass, made: PythonClass): void {
  classes.set(jsClass, made)
}

/** Of a class that extends `python.subclass(…)`, at whatever distance. */
export function pythonClassOf(jsClass: JsClass): PythonClass {
  let found = classes.get(jsClass)
  if (found === undefined) {
    const base = pythonClassOf(Object.getPrototypeOf(jsClass) as JsClass)
    found = new PythonClass(jsClass, base.flavour, base)
    classes.set(jsClass, found)
  }
  return found
}

onDerived((value) => pythonClassOf(value as JsClass))

/** What a class defines of its own, for Python; `mark` is told each function. */
function membersOf(jsClass: JsClass, mark: (fn: object) => void = () => {}): object {
  const methods: Record<string, unknown> = {}
  const properties: Record<string, unknown> = {}
  const statics: Record<string, unknown> = {}
  const staticMethods: Record<string, unknown> = {}
  for (const [name, { value, get, set }] of Object.entries(Object.getOwnPropertyDescriptors(jsClass.prototype))) {
    if (name === 'constructor') continue
    for (const fn of [value, get, set]) if (typeof fn === 'function') mark(fn)
    if (typeof value === 'function') methods[name] = [value, signatureOf(value)]
    else properties[name] = [get, set]
  }
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(jsClass))) {
    if (name === 'name' || name === 'length' || name === 'prototype') continue
    if (typeof value === 'function' && !isExtended(value)) {
      mark(value)
      staticMethods[name] = [value, signatureOf(value)]
    } else statics[name] = handOutContained(value ?? (jsClass as unknown as Record<string, unknown>)[name])
  }
  const initializer = hasConstructor(jsClass) ? signatureOf(jsClass) : null
  return { methods, properties, statics, staticMethods, initializer }
}

function isExtended(value: object): boolean {
  for (let level: object | null = value; level !== null; level = Object.getPrototypeOf(level))
    if (classes.has(level)) return true
  return false
}

/** Arrays and plain objects by the table, as Python has them in class bodies; whatever has no row, by reference. */
function handOutContained(value: unknown): unknown {
  const prototype: unknown = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined
  return prototype === Object.prototype || prototype === Array.prototype ? value : handOut(value)
}

function signatureOf(fn: object): unknown {
  const { listed, rest } = parametersOf(fn)
  return [listed.map(({ name, fallback }) => [name, fallback]), rest]
}
