// The guests' test suites, as data:
//   name       what --only takes; the part in front of the first '/' or '.' is a group
//   library    whose version the results name, as PyPI calls it (or CPython)
//   pytest     arguments of pytest; a function gets the folder that the library's source archive was unpacked into
//   unittest   modules of which the first that this Python has is run
//   source     folders of the library's source archive that are needed: its wheel has no tests
//   service    what has to run beside (services.mjs)
//   limit      seconds for the whole suite; stall: seconds without any result, after which the test under way counts as hung
//   quick      part of --quick
import path from 'node:path'
import { here } from './paths.mjs'

const installed = (name, library, packages, more = {}) => ({
  name,
  library,
  pytest: ['--pyargs', ...packages],
  ...more,
})

// What pandas.test() leaves out, too: slow tests, and those that need a network or a database.
const ofPandas = ['-m', 'not slow and not network and not db']

const cpython = (name, more = {}) => ({
  name: `cpython/${name}`,
  library: 'CPython',
  unittest: [`test.test_${name}`],
  ...more,
})

const multiprocessing = (method) =>
  cpython(`multiprocessing_${method}`, {
    unittest: [`test.test_multiprocessing_${method}`, `multiprocessing_${method}`],
    limit: 1200,
  })

export const suites = [
  installed('numpy/linalg', 'numpy', ['numpy.linalg'], { quick: true }),
  installed('numpy/_core', 'numpy', ['numpy._core'], { limit: 1800 }),
  installed('numpy/lib', 'numpy', ['numpy.lib']),
  installed('numpy/fft', 'numpy', ['numpy.fft'], { quick: true }),
  installed('numpy/random', 'numpy', ['numpy.random']),

  installed('pandas/frame', 'pandas', [...ofPandas, 'pandas.tests.frame'], { limit: 2400 }),
  installed('pandas/arrays', 'pandas', [...ofPandas, 'pandas.tests.arrays'], { limit: 2400 }),

  installed('scikit-learn/linear_model', 'scikit-learn', ['sklearn.linear_model'], { limit: 1800 }),
  installed('scikit-learn/cluster', 'scikit-learn', ['sklearn.cluster'], { limit: 1200 }),

  cpython('list', { quick: true }),
  cpython('dict', { quick: true }),
  cpython('json', { quick: true }),
  cpython('re', { quick: true }),
  cpython('math', { quick: true }),
  cpython('decimal'),
  cpython('datetime'),
  cpython('asyncio', { limit: 1200 }),
  cpython('threading'),
  cpython('subprocess'),
  multiprocessing('spawn'),
  multiprocessing('fork'),
  multiprocessing('forkserver'),
  cpython('concurrent_futures', { limit: 1200 }),
  cpython('ssl', { quick: true }),
  cpython('hashlib', { quick: true }),
  cpython('zlib', { quick: true }),
  cpython('sqlite3'),
  cpython('io'),
  cpython('os'),
  cpython('signal'),
  cpython('gc', { quick: true }),
  cpython('weakref', { quick: true }),
  cpython('buffer'),
  cpython('ctypes', { quick: true }),
  cpython('struct', { quick: true }),
  cpython('pickle', { quick: true }),

  {
    name: 'uvloop',
    library: 'uvloop',
    source: ['tests'],
    pytest: (folder) => ['--capture=no', '--assert=plain', path.join(folder, 'tests')],
    limit: 1800,
  },
  {
    name: 'aiohttp',
    library: 'aiohttp',
    source: ['tests'],
    pytest: (folder) => ['-m', 'not dev_mode and not autobahn', path.join(folder, 'tests')],
    limit: 1800,
  },
  {
    name: 'pillow',
    library: 'pillow',
    source: ['Tests', 'conftest.py'],
    pytest: (folder) => [path.join(folder, 'Tests')],
  },

  {
    name: 'psycopg',
    library: 'psycopg',
    service: 'postgres',
    pytest: () => [path.join(here, 'postgres_tls.py')],
    quick: true,
  },
  installed('pyarrow/parquet-encryption', 'pyarrow', ['pyarrow.tests.parquet.test_encryption'], { quick: true }),
]

/** Those whose names begin with one of the words, or all. */
export function choose(words, quick) {
  const unknown = words.find((word) => !suites.some(({ name }) => name.startsWith(word)))
  if (unknown !== undefined) {
    const names = suites.map(({ name }) => name).join(', ')
    throw new Error(`Expected the name of a suite, or how one begins, after --only; got ${unknown}. There are ${names}`)
  }
  return suites.filter(
    ({ name, quick: isQuick }) =>
      (words.length === 0 || words.some((word) => name.startsWith(word))) && (isQuick || !quick),
  )
}
