// Compiled only: objects by reference, and classes that extend Python's.
import { kw, type PythonReference, python } from 'snakebridge'

const nn = python.import('torch.nn')

export class Net extends python.subclass(nn.Module) {
  declare fc: PythonReference
  #calls = 0

  constructor(width = 4) {
    super()
    this.fc = nn.Linear(width, 2)
    this.undeclared = 1
  }

  forward(x: PythonReference): PythonReference {
    this.#calls++
    return this.fc(x)
  }

  get calls(): number {
    return this.#calls
  }
}

export async function program(): Promise<void> {
  const net = new Net(8)
  const calls: number = net.calls
  const out = await net.$call([1])
  for await (const parameter of net.parameters()) console.log(parameter)
  const settings: { rate: number } = python.proxy({ rate: 1 })
  class Sync extends python.sync.subclass(python.sync.import('abc').ABC, kw({ metaclass: null })) {
    size(): number {
      return this.other + 1
    }
  }
  const size: number = new Sync().size()
  net.$release()
  console.log(calls, out, settings, size)
}

export function wrongUses(): void {
  // @ts-expect-error numbers are no objects
  python.proxy(5)
}
