// Compiled only: untyped use needs no casts in strict TypeScript.
import { isReference, kw, type NDArray, type PythonReference, python, type SyncReference } from '../../src/index.js'

export async function program(): Promise<void> {
  const np = python.import('numpy')
  const [os, json] = ['os', 'json'].map(python.import)
  await python.import('torch', kw({ $timeout: 5000 }))
  await json?.dumps(await os?.getcwd())
  const x = np.linspace(0, 1, kw({ num: 5 }))
  const { U, S } = np.linalg.svd(x, kw({ full_matrices: false }))
  const scores = await np.multiply(U, S)
  const norm: number = await np.linalg.norm(x)
  const array: NDArray = await np.sqrt(x)
  const [first, second]: Iterable<PythonReference> = np.split(x, 2)
  const text: string = await x.$repr
  const size: number | bigint = await x.$len
  const isTrue: boolean = await x.$not()
  x.flags.writeable = false
  delete x.name
  x[0] = 1
  x.$setItem(python.slice(0, 2), 5)
  for await (const row of x) console.log(row)
  const kept: PythonReference = await x.$keep
  const sum = kept.$add(1).$matmul(x)
  const results = await Promise.all([np.sum(x), np.mean(x), sum])
  const made = new np.random.Generator(np.random.PCG64(1))
  const promise: Promise<number> = np.sum(x).then((value: number) => value)
  const file = await python.with(python.builtins.open('x'), async (opened) => opened.read())
  const gpu = python.lane('gpu')
  const device = await gpu.import('torch').device('cuda')
  if (isReference(device)) device.$release()
  const frame: PythonReference = python.eval('frame')
  const applied: PythonReference = frame.apply('sum', kw({ axis: 1 }))
  const name: PythonReference = frame.name
  const parts: PythonReference = frame.length.call(1)
  const moved: PythonReference = python.sync.import('math').$on(gpu).$on('pool')
  using session = python.session({ ttl: 1000, maxReferences: 10 })
  const inside: PythonReference = session.detach(session.import('math'))
  const scoped: number = await python.scope(async (own) => own.run(async () => Number(await moved.sqrt(4))))
  const ages: number[] = python.stats().running.map(({ age }) => age)
  console.log(inside, scoped, ages, applied, name, parts)
  kept[Symbol.dispose]()
  console.log(scores, norm, array, first, second, text, size, isTrue, results, made, promise, file)
}

export function blocking(): number {
  const math: SyncReference = python.sync.import('math')
  const list = python.sync.builtins.list.$keep([1])
  for (const item of list) console.log(item)
  math.value = 1
  math.apply('sum', kw({ axis: 1 })).name.upper()
  return math.sqrt(2)
}
