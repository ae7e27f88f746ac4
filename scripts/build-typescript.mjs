// Compiles src/ to dist/: .d.ts by TypeScript, one CommonJS file per entry by esbuild (`require` of a hundred small files
// would be a third of the start-up time), for the main entry a loader before it (src/loader.ts), and for each entry of
// package.json's exports a thin ES module that re-exports it, so that a program using both `import` and `require` still
// has one instance.
import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import ts from 'typescript'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const { name, exports: entries } = createRequire(import.meta.url)('../package.json')

const host = { getCurrentDirectory: () => root, getCanonicalFileName: (name) => name, getNewLine: () => '\n' }
const config = ts.getParsedCommandLineOfConfigFile(path.join(root, 'tsconfig.build.json'), undefined, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
    throw new Error(ts.formatDiagnostic(diagnostic, host))
  },
})

const dist = path.join(root, 'dist')
const program = ts.createProgram(config.fileNames, config.options)
const files = new Map()
const { diagnostics: emitted } = program.emit(undefined, (file, text) => {
  if (file.endsWith('.d.ts')) files.set(file, text)
})
const diagnostics = [...ts.getPreEmitDiagnostics(program), ...emitted]
if (diagnostics.length > 0) {
  console.error(ts.formatDiagnosticsWithColorAndContext(diagnostics, host))
  process.exit(1)
}

const checker = program.getTypeChecker()
const isValue = (symbol) => {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  return (target.flags & ts.SymbolFlags.Value) !== 0 && !checker.getTypeOnlyAliasDeclaration?.(symbol)
}

// By its name, and not by a static import: a bundler that takes the wrapper in leaves the package, with its binary and its
// Python files, where it is installed. In a CommonJS bundle `import.meta` is empty, and
// webpack has ideas of its own about a `createRequire` that is imported by name. In a program that `node -e` or an evaluated
// worker runs, `__filename` is a global, of no file: '[eval]'.
const wrapperOf = (specifier, names) => `import nodeModule from 'node:module'
import nodePath from 'node:path'

export const { ${names.join(', ')} } = load()

function load() {
  const file = typeof __filename === 'string' && nodePath.isAbsolute(__filename) ? __filename : import.meta.url
  try {
    return nodeModule.createRequire(file)('${specifier}')
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND' || !error.message.includes("'${specifier}'")) throw error
    throw new Error(\`expected ${specifier} to be installed beside the bundle \${file}, found none: npm install ${name} there\`, { cause: error })
  }
}
`

for (const [subpath, entry] of Object.entries(entries)) {
  if (typeof entry === 'string') continue
  const commonJs = entry.require.default
  const source = program.getSourceFile(path.join(root, commonJs.replace('./dist/', 'src/').replace(/\.js$/, '.ts')))
  const names = checker
    .getExportsOfModule(checker.getSymbolAtLocation(source))
    .filter(isValue)
    .map((symbol) => symbol.name)
  const target = `./${path.basename(commonJs)}`
  files.set(path.join(root, entry.import.default), wrapperOf(name + subpath.slice(1), names.sort()))
  files.set(path.join(root, entry.import.types), `export * from '${target}'\n`)
}

/**
 * A class that names itself comes from esbuild as `var Complex=class _Complex{…}`, and would be shown by that name. (Its option
 * `keepNames` calls a function for each function of the bundle, a sixth of the time that loading takes.)
 */
function withClassNames(text) {
  const renamed = [...text.matchAll(/\bvar (\w+)=class _\1\b/g)].map(([, name]) => name)
  return renamed.length === 0 ? text : text.replace(new RegExp(`\\b_(${renamed.join('|')})\\b`, 'g'), '$1')
}

const common = {
  outdir: dist,
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Fields are set by the constructor: V8 runs a function more for each class of a chain otherwise (a twentieth of an awaited call).
  // A field without a value is not there then, and the object changes its shape when it is set: hence `= undefined`.
  tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  packages: 'external',
  // Comments and indents are a third of the text, which is read anew in every process; lines are kept short for stacks.
  minifyWhitespace: true,
  lineLimit: 160,
  logLevel: 'warning',
}
const inSource = (file) => path.join(root, 'src', file)
const bundles = await build({
  ...common,
  entryPoints: {
    bridge: inSource('index.ts'),
    cli: inSource('cli.ts'),
    'resilience/index': inSource('resilience/index.ts'),
  },
  external: ['../index.js'], // what is beside the main entry shares its classes
})
for (const [file, { imports }] of Object.entries(bundles.metafile.outputs)) {
  if (imports.some(({ kind }) => kind === 'dynamic-import'))
    throw new Error(`expected no import() in ${file}: code that the loader has compiled cannot run it`)
}
const bridge = withClassNames(bundles.outputFiles.find(({ path: file }) => path.basename(file) === 'bridge.js').text)
const loader = await build({
  ...common,
  entryPoints: { index: inSource('loader.ts') },
  external: ['./bridge.js'],
  define: {
    BRIDGE_HASH: JSON.stringify(createHash('sha256').update(bridge).digest('hex').slice(0, 16)),
    BRIDGE_LENGTH: String(bridge.length),
  },
})
for (const file of [...bundles.outputFiles, ...loader.outputFiles]) {
  // Each module in a function of its own is parsed twice. esbuild does so for what is imported later, `await import()`, and, where
  // package.json says "type": "commonjs", for modules without an export.
  if (/\b__esm\(/.test(file.text))
    throw new Error(`expected one scope in ${file.path}, got modules wrapped in functions`)
  files.set(file.path, withClassNames(file.text))
}

// Written beside and swapped in whole: a build that fails, or runs under a test, leaves the last good one.
const fresh = `${dist}.new`
rmSync(fresh, { recursive: true, force: true })
for (const [file, text] of files) {
  const target = path.join(fresh, path.relative(dist, file))
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, text)
}
rmSync(dist, { recursive: true, force: true })
rmSync(path.join(root, '.cache'), { recursive: true, force: true }) // what V8 compiled of the last build
renameSync(fresh, dist)
