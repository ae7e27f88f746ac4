// The package's entry, dist/index.js: runs dist/bridge.js, which is all the rest, from V8's compiled code of an earlier process. To read
// that text anew is more than half of what loading takes. The first process that used Python leaves the code in the
// package's folder, as Python does with `__pycache__`; where that is not allowed, the text is read.
import fs = require('node:fs')
import path = require('node:path')
import nodeModule = require('node:module')
import vm = require('node:vm')

// Set by scripts/build-typescript.mjs. V8 compares no more than the length of what it had compiled.
declare const BRIDGE_HASH: string
declare const BRIDGE_LENGTH: number

type Body = (
  exports: object,
  require: NodeJS.Require,
  module: object,
  __filename: string,
  __dirname: string,
  keepCode: (() => void) | undefined,
) => void

const parameters = '(function (exports, require, module, __filename, __dirname, keepCode) { '
const file = path.join(__dirname, 'bridge.js')
const folder = path.join(__dirname, '..', '.cache')
const build = `bridge-${BRIDGE_HASH}-${process.versions.v8}-${process.arch}`
const kept = path.join(folder, `${build}${flags()}.v8`)

/** Milliseconds. What V8 refused is replaced, but not by two programs in turn all day long. */
const lasts = 60 * 60 * 1000
/** Files: as many combinations of flags, and versions of Node. */
const most = 8

/** V8 refuses what was compiled under other flags of its own. Those of Node whose values differ from run to run do not count. */
function flags(): string {
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(' ')]
  const ofNode = /^--(inspect|import|require|loader|env-file|title|report|diagnostic|cpu-prof|heap-prof)/
  const counted = options.filter((option) => option.startsWith('--') && !ofNode.test(option))
  return [...new Set(counted)]
    .sort()
    .join('')
    .replace(/[^\w.=-]/g, '_')
    .slice(0, 120)
}

function load(): object {
  // Coverage of code that was compiled before is not exact.
  const { SNAKEBRIDGE_CODE_CACHE, NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env
  if (SNAKEBRIDGE_CODE_CACHE === '0' || NODE_DISABLE_COMPILE_CACHE || NODE_V8_COVERAGE) return require('./bridge.js')

  const text = attempt(() => fs.readFileSync(file, 'latin1'))
  // A bundler has taken the code in, and another file of that name may lie there.
  if (text?.length !== BRIDGE_LENGTH) return require('./bridge.js')
  const cachedData = attempt(() => fs.readFileSync(kept))
  const script = new vm.Script(`${parameters}${text}\n})`, {
    filename: file,
    columnOffset: -parameters.length,
    ...(cachedData && { cachedData }),
  })
  const body = script.runInThisContext() as Body
  // Jest has contexts of its own, and what is compiled for this one would have other classes than its tests.
  if (!(body instanceof Function)) return require('./bridge.js')
  const module = { exports: {} }
  const isDone = cachedData !== undefined && script.cachedDataRejected !== true
  const keepCode = isDone ? undefined : (): void => void attempt(() => keep(script))
  body.call(module.exports, module.exports, nodeModule.createRequire(file), module, file, __dirname, keepCode)
  return module.exports
}

/** Whole or not at all, whoever else does the same. */
function keep(script: vm.Script): void {
  const present = fs.statSync(kept, { throwIfNoEntry: false })
  if (present !== undefined && Date.now() - present.mtimeMs < lasts) return
  fs.mkdirSync(folder, { recursive: true })
  const fresh = `${kept}.${process.pid}`
  fs.writeFileSync(fresh, script.createCachedData())
  fs.renameSync(fresh, kept)
  const age = (name: string): number => Date.now() - fs.statSync(path.join(folder, name)).mtimeMs
  const aged = fs.readdirSync(folder).map((name) => ({ name, age: age(name) }))
  aged.sort((a, b) => a.age - b.age)
  for (const { name } of aged.slice(most)) fs.rmSync(path.join(folder, name))
}

function attempt<Result>(body: () => Result): Result | undefined {
  try {
    return body()
  } catch {
    return undefined
  }
}

export = load()
