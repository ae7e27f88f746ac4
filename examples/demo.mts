// The main job on real data: 1,797 handwritten digits that stay in NumPy's memory while TypeScript classifies them.
//   npm run demo
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { kw, type NDArray, python } from 'snakebridge'

const COMPONENTS = 20
const HELD_OUT = 450

const started = performance.now()
const datasets = python.import('sklearn.datasets')
const np = python.import('numpy')

// References: nothing crosses until something is awaited, and the whole chain is one trip.
const digits = datasets.load_digits()
const x = np.subtract(digits.data, np.mean(digits.data, kw({ axis: 0 })))
const { U, S } = np.linalg.svd(x, kw({ full_matrices: false }))
const projected = np.ascontiguousarray(np.multiply(U, S).$item(python.slice(null), python.slice(0, COMPONENTS)))

// NDArrays over NumPy's own memory.
const [scores, labels]: [NDArray, NDArray] = await Promise.all([projected, digits.target])
console.log(`digits: ${scores.shape.join(' × ')} ${scores.dtype}, labels ${labels.dtype}`)

const order = shuffled(scores.shape[0], 7)
const test = order.slice(0, HELD_OUT)
const train = order.slice(HELD_OUT)
const ours = nearestNeighbours(scores, labels, train, test)
const truth = test.map((row) => Number(labels.data[row]))

// The same split through scikit-learn: the index lists go over once, the arrays do not move.
const { KNeighborsClassifier } = python.import('sklearn.neighbors')
const trainRows = np.array(train)
const testRows = np.array(test)
const knn = KNeighborsClassifier(kw({ n_neighbors: 1 }))
const fitted = knn.fit(np.take(projected, trainRows, kw({ axis: 0 })), np.take(digits.target, trainRows))
const theirs: NDArray = await fitted.predict(np.take(projected, testRows, kw({ axis: 0 })))

const agree = ours.filter((label, i) => label === Number(theirs.data[i])).length
console.log(`nearest neighbour in TypeScript over shared memory: ${percent(accuracy(ours, truth))} correct`)
console.log(
  `scikit-learn KNeighborsClassifier(1), same split:   ${percent(accuracy([...theirs.data].map(Number), truth))} correct`,
)
console.log(`the two agree on ${agree} of ${HELD_OUT} held-out digits`)

const picture = path.resolve('build', 'demo', 'digits.png')
mkdirSync(path.dirname(picture), { recursive: true })
await scatterPlot(picture)
const size = sizeOfPng(picture)
console.log(`first two components, ${size.join(' × ')}: ${picture}`)

const stats = python.stats()
console.log(
  `${stats.trips} trips to Python; ${kib(stats.bytesToPython)} there, ${kib(stats.bytesToJs)} back; ` +
    `arrays: ${kib(stats.arrayBytesShared)} shared, ${kib(stats.arrayBytesCopied)} copied`,
)
console.log(`${((performance.now() - started) / 1000).toFixed(1)} s`)

if (agree !== HELD_OUT || stats.arrayBytesCopied !== 0 || size.join() !== '960,720') process.exitCode = 1

/** The label of the closest training row, for each test row, read straight from NumPy's memory. */
function nearestNeighbours(rows: NDArray, targets: NDArray, known: number[], asked: number[]): number[] {
  const data = rows.data as Float64Array
  const width = rows.shape[1]
  return asked.map((row) => {
    let best = -1
    let bestDistance = Number.POSITIVE_INFINITY
    for (const candidate of known) {
      let distance = 0
      for (let k = 0; k < width; k++) {
        const difference = data[row * width + k] - data[candidate * width + k]
        distance += difference * difference
      }
      if (distance < bestDistance) {
        bestDistance = distance
        best = candidate
      }
    }
    return Number(targets.data[best])
  })
}

async function scatterPlot(file: string): Promise<void> {
  await python.import('matplotlib').use('Agg')
  const plt = python.import('matplotlib.pyplot')
  const [figure, axes] = plt.subplots(kw({ figsize: python.tuple([8, 6]) }))
  const all = python.slice(null)
  const points = axes.scatter(
    projected.$item(all, 0),
    projected.$item(all, 1),
    kw({ c: digits.target, cmap: 'tab10', s: 8 }),
  )
  figure.colorbar(points, kw({ ax: axes, label: 'digit' }))
  axes.set_title('Handwritten digits on their first two principal components')
  await figure.savefig(file, kw({ dpi: 120 }))
  plt.close(figure)
}

/** Width and height in pixels, from the file's header. */
function sizeOfPng(file: string): number[] {
  const bytes = readFileSync(file)
  if (bytes.toString('latin1', 1, 4) !== 'PNG') throw new Error(`expected a PNG in ${file}`)
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}

/** The numbers 0 … count − 1 in an order fixed by the seed (mulberry32). */
function shuffled(count: number, seed: number): number[] {
  const numbers = Array.from({ length: count }, (_, i) => i)
  let state = seed
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[numbers[i], numbers[j]] = [numbers[j], numbers[i]]
  }
  return numbers
}

function accuracy(labels: number[], expected: number[]): number {
  return labels.filter((label, i) => label === expected[i]).length / expected.length
}
function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}
function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`
}
