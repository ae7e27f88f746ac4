// Which of the two APIs the Python half of a class is used by.
import { begin, write } from '../async-operations.js'
import { AsyncState } from '../async-reference.js'
import { stateOf } from '../codec/operand.js'
import { Opcode, OpFlag } from '../codec/wire.js'
import { KeywordArguments } from '../kw.js'
import type { ReferenceState } from '../reference-state.js'
import { spaceHere } from '../session/context.js'
import type { Space } from '../space.js'
import { runFrom, runOn, SyncState } from '../sync-reference.js'

export interface Flavour {
  readonly name: string
  readonly advice: string
  readonly isBlocking: boolean
  owns(state: ReferenceState): boolean
  /** A reference to what a helper makes. */
  run(helper: string, args: readonly unknown[]): object
  /** Makes an instance of the class; `united` takes the reference to it, as soon as Python may call its methods. */
  make(pythonClass: ReferenceState, args: readonly unknown[], keywords: Names, given: Names, united: Take): void
}

type Names = Readonly<Record<string, unknown>>
type Take = (reference: object) => void

export function asynchronous(space: Space): Flavour {
  return {
    name: 'python.subclass',
    advice: 'those of python.sync belong to python.sync.subclass',
    isBlocking: false,
    owns: (state) => state instanceof AsyncState,
    run: (helper, args) => begin(space, Opcode.helper, helper, args, helper, OpFlag.keep),
    make: (pythonClass, args, keywords, given, united) => {
      const made = new AsyncState(spaceHere(pythonClass.space), -1, 0)
      made.label = pythonClass.label
      made.keep = OpFlag.keep
      const all = [...args, new KeywordArguments({ ...keywords, ...given })]
      united(write(made, Opcode.helper, 'new_instance', pythonClass, all))
    },
  }
}

export function blocking(space: Space): Flavour {
  return {
    name: 'python.sync.subclass',
    advice: 'others belong to python.subclass',
    isBlocking: true,
    owns: (state) => state instanceof SyncState,
    run: (helper, args) => runFrom(space, Opcode.helper, helper, args, OpFlag.keep) as object,
    // In two steps: bases may call methods while they are initialised.
    make: (pythonClass, args, keywords, given, united) => {
      const all = [...args, new KeywordArguments({ ...keywords, ...given, $later: true })]
      const made = runOn(pythonClass, Opcode.helper, 'new_instance', all, OpFlag.keep) as { [stateOf]: ReferenceState }
      united(made)
      runOn(made[stateOf], Opcode.helper, 'initialize', [...args, new KeywordArguments(keywords)])
    },
  }
}
