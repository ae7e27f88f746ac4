// The `$` namespace: what a reference offers of ours. Python names cannot begin with `$`, so none is shadowed.
// Properties ask (`ref.$repr`), methods do (`ref.$item(0)`); each is one operation.
import { onLane, operate } from './async-operations.js'
import { AsyncState } from './async-reference.js'
import type { Auxiliary } from './codec/operation.js'
import { Opcode, Operator, type OperatorName, OpFlag } from './codec/wire.js'
import { ConversionError } from './errors/bridge-errors.js'
import { iterateChunks, iterateNow } from './iterate.js'
import { onlyOptions, optionsOf } from './kw.js'
import { laneSpace } from './lanes.js'
import { markers } from './markers.js'
import { type ReferenceState, requireState } from './reference-state.js'
import { streamOf } from './stream.js'
import { callStreamOptions, checkStreamOptions, type StreamOptions } from './stream-options.js'
import { runOn, SyncState } from './sync-reference.js'

/** An operation on `state` in its own way: at once, or appended. */
export function perform(
  state: ReferenceState,
  opcode: number,
  auxiliary: Auxiliary,
  args: readonly unknown[],
  label = '',
  flags = 0,
): unknown {
  if (state instanceof SyncState) return runOn(state, opcode, auxiliary, args, flags)
  return operate(state, opcode, auxiliary, args, label, flags)
}

type Property = (state: ReferenceState, proxy: object) => unknown
type Method = (this: object, ...args: never[]) => unknown

const none: readonly unknown[] = []

/** Operators with one operand that are asked for as properties, by their name in JavaScript. */
const questions: Record<string, OperatorName> = {
  $type: 'type',
  $str: 'str',
  $len: 'len',
  $bool: 'truth',
  $hash: 'hash',
  $id: 'id',
  $dir: 'dir',
  $iter: 'iter',
  $callable: 'callable',
}

/** Operators that are no methods of their own name: they are asked for as above, or in other words. */
const otherwise = new Set<OperatorName>([...Object.values(questions), 'repr', 'contains', 'list', 'isNot'])

const properties = new Map<string, Property>()
const methods = new Map<string, Method>()

for (const [name, operator] of Object.entries(questions)) {
  const number = Operator[operator]
  properties.set(name, (state) => perform(state, Opcode.operate, number, none, name))
}
properties.set('$repr', (state) => {
  const text = perform(state, Opcode.operate, Operator.repr, none, '$repr')
  if (typeof text === 'string') state.repr = text
  else rememberRepr(text as object, state)
  return text
})
properties.set('$keep', (state, proxy) => {
  if (state instanceof SyncState) return state.keeping(proxy)
  return state.index >= 0 ? proxy : perform(state, Opcode.fetch, 0, none, '', OpFlag.keep)
})

properties.set('$value', (state) => perform(state, Opcode.fetch, 0, none, '$value'))

for (const [operator, number] of Object.entries(Operator)) {
  if (otherwise.has(operator as OperatorName)) continue
  methods.set(`$${operator}`, function (this: object, ...args: unknown[]) {
    return perform(requireState(this), Opcode.operate, number, args, `.$${operator}()`)
  })
}

const others: Record<string, Method> = {
  $get(this: object, name: string) {
    return perform(requireState(this), Opcode.getAttr, attributeName(name), none, `.${name}`)
  },
  $set(this: object, name: string, value: unknown) {
    return perform(requireState(this), Opcode.setAttr, attributeName(name), [value])
  },
  $delete(this: object, name: string) {
    return perform(requireState(this), Opcode.delAttr, attributeName(name), none)
  },
  $item(this: object, ...key: unknown[]) {
    return perform(requireState(this), Opcode.getItem, 0, [itemKey(key)], '[…]')
  },
  $setItem(this: object, ...keyAndValue: unknown[]) {
    const value = keyAndValue.pop()
    return perform(requireState(this), Opcode.setItem, 0, [itemKey(keyAndValue), value])
  },
  $deleteItem(this: object, ...key: unknown[]) {
    return perform(requireState(this), Opcode.delItem, 0, [itemKey(key)])
  },
  $call(this: object, ...args: unknown[]) {
    const state = requireState(this)
    return state instanceof SyncState ? state.call(args) : (state as AsyncState).call(args)
  },
  $on(this: object, lane: unknown) {
    return onLane(requireState(this), laneSpace(lane, '$on'))
  },
  $in(this: object, item: unknown) {
    return perform(requireState(this), Opcode.operate, Operator.contains, [item])
  },
  $toArray(this: object, options?: unknown) {
    const state = requireState(this)
    const given = optionsOf(onlyOptions(options, '$toArray'))
    if (state instanceof SyncState) {
      if (given === undefined) return runOn(state, Opcode.operate, Operator.list, none)
      throw new ConversionError('expected no options for $toArray of python.sync, got some')
    }
    // Those of the call that made it hold, too, as they do for a stream.
    return operate(state, Opcode.operate, Operator.list, none, '', 0, given ?? state.options)
  },
  $chunks(this: object, size?: number) {
    return iterateChunks(this, size)
  },
  $stream: stream,
  $await(this: object, options?: unknown) {
    return perform(requireState(this), Opcode.await, 0, onlyOptions(options, '$await'), '.$await()')
  },
  $release(this: object) {
    requireState(this).release()
  },
}
for (const [name, method] of Object.entries(others)) methods.set(name, method)

function stream(this: object, options: StreamOptions = {}): unknown {
  const state = requireState(this)
  const { bufferSize = state.options?.$bufferSize, ...others } = checkStreamOptions(options)
  if (!(state instanceof SyncState)) return streamOf(this, { ...callStreamOptions(state.options), ...options }, stream)
  const [other] = Object.keys(others)
  if (other !== undefined)
    throw new ConversionError(`expected bufferSize alone for $stream of python.sync, got ${other}`)
  return iterateNow(state, bufferSize)
}

/** Several keys are one tuple, as between Python's brackets. */
function itemKey(keys: readonly unknown[]): unknown {
  if (keys.length === 0) throw new TypeError('expected a key, got none')
  return keys.length === 1 ? keys[0] : markers.tuple(keys)
}

function attributeName(name: unknown): string {
  if (typeof name === 'string') return name
  throw new TypeError(`expected the name of an attribute as a string, got ${String(name)}`)
}

function rememberRepr(text: object, state: ReferenceState): void {
  const pending = requireState(text)
  if (pending instanceof AsyncState) pending.reprOf = state
}

/** What `ref[name]` is, for a name that begins with `$`; undefined for one that is not ours. */
export function surface(state: ReferenceState, name: string, proxy: object): unknown {
  const property = properties.get(name)
  return property === undefined ? methods.get(name) : property(state, proxy)
}

/** Whether `name` is one of ours. */
export function isSurfaceName(name: string): boolean {
  return properties.has(name) || methods.has(name)
}
