// An object of a JavaScript class that extends a Python class: what it is one with in Python, and who keeps whom.
//  1. JavaScript's half keeps Python's, as any reference does.
//  2. Python's half keeps JavaScript's by its view. That is strong as long as anybody else in Python holds the object; once only
//     this reference does, it is weak, or neither half could ever be collected (keep-alive.ts finds out).
//  3. Whatever goes to Python, and whatever comes from there, makes it strong again, before it is sent.
//  4. The reference stands for what super(…) makes, so whatever uses it waits until the bases are initialised. A method that they call meanwhile
//     would wait for what waits for it: until then Python lends another reference for what such methods write.
import type { CommandBuffer } from '../codec/command-buffer.js'
import { type Operand, stateOf } from '../codec/operand.js'
import { standIn } from '../codec/stand-ins.js'
import { View } from '../codec/view.js'
import { JsKind } from '../codec/wire.js'
import { nestingLevel } from '../nesting.js'
import { isReference, type ReferenceState } from '../reference-state.js'
import { keepAlive } from './keep-alive.js'

/** JavaScript's half as Python holds it. */
export class InstanceView extends View {
  readonly kind = JsKind.opaque
  private readonly weak: WeakRef<object>
  private strong: object | undefined = undefined
  /** Counts what was sent and came: a look that began before must not make it weak. */
  uses = 0

  constructor(instance: object) {
    super()
    this.weak = new WeakRef(instance)
    this.strong = instance
  }

  /** Rule 3. */
  get target(): object {
    const instance = this.strong ?? this.weak.deref()
    if (instance === undefined)
      throw new ReferenceError(
        'expected the JavaScript half of an object, got one that was collected: nobody but a weak reference held it',
      )
    this.hold(instance)
    return instance
  }

  private hold(instance: object): void {
    this.uses++
    this.strong = instance
  }

  /** Rule 2. */
  letGo(): void {
    this.strong = undefined
  }

  describe(): string {
    return ''
  }
}

/** What an instance has of Python's half. */
export class Instance implements Operand {
  private lent: { reference: object; level: number } | undefined

  constructor(
    readonly view: InstanceView,
    private readonly made: object,
  ) {}

  /** The reference to Python's half: rule 4. */
  get reference(): object {
    const { lent } = this
    return lent !== undefined && nestingLevel() >= lent.level ? lent.reference : this.made
  }

  /** Rule 4: `reference` is for what is written in the callback under way, and deeper. */
  lend(reference: object): void {
    this.lent = { reference, level: nestingLevel() }
  }

  takeBack(): void {
    this.lent = undefined
  }

  get state(): ReferenceState {
    return (this.reference as { [stateOf]: ReferenceState })[stateOf]
  }

  writeOperand(to: CommandBuffer): void {
    void this.view.target
    keepAlive.add(this)
    this.state.writeOperand(to)
  }
}

const instances = new WeakMap<object, Instance>()

export function instanceOf(object: object): Instance | undefined {
  return instances.get(object)
}

/** The reference that `value` is, or that an instance has: what both can do, an instance of a JavaScript class can. */
export function referenceOf(value: unknown): object | undefined {
  if (isReference(value)) return value as object
  return typeof value === 'object' && value !== null ? instances.get(value)?.reference : undefined
}

/** `object` and what `reference` stands for are one from now on. */
export function unite(object: object, view: InstanceView, reference: object): void {
  const instance = new Instance(view, reference)
  instances.set(object, instance)
  standIn(object, instance)
  keepAlive.add(instance)
}
