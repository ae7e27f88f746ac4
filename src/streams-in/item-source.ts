// What Python iterates over: a JavaScript iterator, and the items taken from it that Python has not got yet.
//  1. Items are taken when Python asks, never before: one at first and twice as many each time as many came quickly, up to
//     `bufferSize`. What comes slowly is never held back for more, and is not taken ahead.
//  2. An iterator that need not wait is stepped at once; a pull of it is short, as the loop is not to stop. The next step of an
//     asynchronous one may be under way when an answer goes: its item waits here.
//  3. It is read once, by one pull at a time. An error comes after the items in front of it.
//  4. When Python leaves, what it has begun to read is closed; what it has not even looked at is left alone.
import { inspect } from 'node:util'
import { Thrown } from '../codec/thrown.js'
import { ConversionError } from '../errors/bridge-errors.js'
import { setImmediate } from '../scheduling.js'
import { deliverError } from './stream-errors.js'
import { weightOf } from './weight.js'

/** How a pull ended: there may be more; with the iterator, which returned `outcome`; with what it threw. */
export const PullState = { more: 0, returned: 1, threw: 2 } as const

/** What a pull brings. */
export type Pulled = [items: unknown[], state: number, outcome: unknown]

/** An iterator, asynchronous or not, and the way to leave it. */
export interface Steps {
  next(): unknown
  /** May give a promise. */
  close(): unknown
}

const most = 1024
/** Bytes of a pull; milliseconds of a pull, and of the step that is its last. */
const heaviest = 1024 * 1024
const longest = 2
const slow = 1
/** For so long items that keep coming are gathered. */
const gathering = 0.25

export class ItemSource {
  private steps: Steps | undefined = undefined
  private appetite = 1
  private items: unknown[] = []
  private weight = 0
  private asked = 0
  private heaviest = heaviest
  private end: [state: number, outcome: unknown] | undefined = undefined
  private stepping = false
  private flushing = false
  private taker: ((pulled: Pulled) => void) | undefined = undefined
  private turn: Promise<unknown> | undefined = undefined
  /** The last answer, until Python asks for the next. */
  private last: Pulled | undefined = undefined
  /** Nothing of it was sent again. */
  private isWhole = true
  private serial = -1
  private closed = false

  constructor(
    /** How it is called in messages. */
    readonly name: string,
    readonly isAsync: boolean,
    private readonly open: () => Steps,
    private readonly bufferSize = most,
    /** The stream it is made of. */
    readonly origin?: object,
  ) {}

  /** @internal */
  [inspect.custom](): string {
    return `[Iterator for Python: ${this.name}]`
  }

  get isOpen(): boolean {
    return this.steps !== undefined && this.end === undefined
  }

  /** `here`: on the JavaScript thread, inside a blocking call. */
  pull(here = false, bytes = heaviest): Pulled | Promise<Pulled> {
    if (this.isAsync && here && this.end === undefined) throw new Error(cannotWait(this.name))
    if (this.turn !== undefined) return this.turn.then(() => this.pull(false, bytes))
    this.heaviest = bytes
    if (this.end !== undefined && this.items.length === 0) return this.take()
    this.steps ??= this.open()
    this.asked = performance.now()
    if (!this.isAsync) return this.takeNow(this.steps)
    const pulled = new Promise<Pulled>((resolve) => {
      this.taker = resolve
      this.go()
    })
    this.turn = pulled.finally(() => {
      this.turn = undefined
    })
    return pulled
  }

  /** As `pull`; but after an answer that could not be converted, its items one by one. */
  private pullFor(careful: boolean, here: boolean): Pulled | Promise<Pulled> {
    const { last } = this
    this.last = undefined
    if (careful && last !== undefined) {
      const [items, state, outcome] = last
      if (items.length > 0) {
        this.isWhole = false
        this.last = [items.slice(1), state, outcome]
        return [items.slice(0, 1), PullState.more, null]
      }
      if (state !== PullState.more) return last
    }
    if (careful) this.appetite = 1
    const pulled = this.pull(here)
    if (careful) return pulled
    if (!(pulled instanceof Promise)) return this.remember(pulled)
    return pulled.then((taken) => this.remember(taken))
  }

  /**
   * A pull with its number; `lost` is that of one whose caller was cancelled before the answer came. Where that was the last, its
   * answer is this one's.
   */
  pullNext(careful: boolean, serial: number, lost: number | null, here: boolean): Pulled | Promise<Pulled> {
    if (lost !== null && lost === this.serial) {
      if (this.turn !== undefined) return this.turn.then(() => this.pullNext(careful, serial, lost, here))
      this.serial = serial
      if (this.last !== undefined) return this.last
    }
    // The pull before it never came here, as Python had no memory to ask: what could not be converted is not the last answer.
    if (serial !== this.serial + 1 && this.isWhole) this.last = undefined
    this.serial = serial
    return this.pullFor(careful, here)
  }

  private remember(pulled: Pulled): Pulled {
    this.isWhole = true
    this.last = pulled
    return pulled
  }

  private takeNow(steps: Steps): Pulled {
    const begin = performance.now()
    let before = begin
    try {
      while (this.items.length < this.appetite) {
        if (this.arrived(steps.next() as IteratorResult<unknown>)) break
        const now = performance.now()
        if (now - before > slow || now - begin > longest || this.weight > this.heaviest) break
        before = now
      }
    } catch (error) {
      this.threw(error)
    }
    return this.take()
  }

  /** Whether that was the end. */
  private arrived(result: IteratorResult<unknown>): boolean {
    if (typeof result !== 'object' || result === null)
      throw new TypeError(`expected an object from next() of ${this.name}, got ${String(result)}`)
    if (result.done) {
      this.end ??= [PullState.returned, result.value]
      return true
    }
    this.items.push(result.value)
    this.weight += weightOf(result.value)
    return false
  }

  private threw(error: unknown): void {
    if (this.end !== undefined) return
    deliverError(error)
    this.end = [PullState.threw, new Thrown(error)]
  }

  private take(): Pulled {
    const { items, end, appetite } = this
    this.items = []
    this.weight = 0
    if (end === undefined) {
      const isQuick = performance.now() - this.asked < slow
      const grown = items.length < appetite ? items.length : isQuick ? appetite * 2 : appetite
      this.appetite = Math.max(1, Math.min(grown, this.bufferSize))
      return [items, PullState.more, null]
    }
    this.end = [PullState.returned, undefined]
    return [items, ...end]
  }

  /** Rule 2: takes the next step, or answers. */
  private go(): void {
    const { taker, items } = this
    if (taker === undefined) return
    if (this.end !== undefined || items.length >= this.appetite || this.weight > this.heaviest) {
      this.answer()
      return
    }
    if (items.length > 0 && !this.flushing) {
      this.flushing = true
      this.flush(performance.now())
    }
    if (!this.stepping) this.step()
  }

  private step(): void {
    this.stepping = true
    const over = () => {
      this.stepping = false
      this.go()
    }
    // In a promise of its own: what is thrown at once counts as a rejection.
    new Promise((resolve) => resolve((this.steps as Steps).next()))
      .then((result) => this.arrived(result as IteratorResult<unknown>))
      .catch((error) => this.threw(error))
      .then(over)
  }

  /** Rule 1: what is there goes when nothing has come for two turns of the loop, or soon enough after the first. */
  private flush(since: number, idle = 0): void {
    const { length } = this.items
    setImmediate(() => {
      const turns = this.items.length > length ? 0 : idle + 1
      if (turns < 2 && performance.now() - since < gathering) return this.flush(since, turns)
      this.flushing = false
      if (this.items.length > 0) this.answer()
    })
  }

  private answer(): void {
    const { taker } = this
    this.taker = undefined
    taker?.(this.take())
  }

  /** Settles when the iterator has been left; with a step under way it is not waited for. */
  close(here = false): unknown {
    if (this.closed) return undefined
    this.closed = true
    const over = this.end !== undefined
    this.end = [PullState.returned, undefined]
    this.items = []
    this.last = undefined
    const { stepping } = this
    this.answer()
    if (over) return undefined
    this.steps ??= this.open()
    const left = this.steps.close()
    if (!here && !stepping) return left
    if (this.isAsync) Promise.resolve(left).catch((error) => process.emitWarning(error as Error))
    return undefined
  }
}

export function cannotWait(name: string): string {
  return (
    `expected something that is there from ${name}, got what has to be waited for: Python asked on the JavaScript thread, inside a ` +
    'blocking call (python.sync), where nothing can arrive; make the call by the asynchronous API'
  )
}

/** The steps of an iterable. */
export function stepsOf(target: object, isAsync: boolean, leave?: () => unknown): Steps {
  const method = (target as Record<symbol, unknown>)[isAsync ? Symbol.asyncIterator : Symbol.iterator]
  if (typeof method !== 'function') throw new ConversionError('expected an iterable')
  const iterator = method.call(target) as Iterator<unknown>
  return { next: () => iterator.next(), close: leave ?? (() => iterator.return?.()) }
}
