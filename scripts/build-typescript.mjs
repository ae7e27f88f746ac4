// Compiles src/ to dist/: .d.ts by TypeScript, one CommonJS file per entry by esbuild (`require` of a hundred small files
// would be a third of the start-up time), and for each entry of package.json's exports a thin ES module that re-exports
// it, so that a program using both `import` and `require` still has one instance.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import ts from 'typescript'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const { exports: entries } = createRequire(import.meta.url)('../package.json')

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

for (const entry of Object.values(entries)) {
  if (typeof entry === 'string') continue
  const commonJs = entry.require.default
  const source = program.getSourceFile(path.join(root, commonJs.replace('./dist/', 'src/').replace(/\.js$/, '.ts')))
  const names = checker
    .getExportsOfModule(checker.getSymbolAtLocation(source))
    .filter(isValue)
    .map((symbol) => symbol.name)
  const target = `./${path.basename(commonJs)}`
  const wrapper = `import module from '${target}'\n\nexport const { ${names.sort().join(', ')} } = module\n`
  files.set(path.join(root, entry.import.default), wrapper)
  files.set(path.join(root, entry.import.types), `export * from '${target}'\n`)
}

const { outputFiles } = await build({
  entryPoints: ['index', 'cli', 'resilience/index'].map((entry) => path.join(root, `src/${entry}.ts`)),
  outbase: path.join(root, 'src'),
  external: ['../index.js'], // what is beside the main entry shares its classes
  outdir: dist,
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  packages: 'external',
  keepNames: true, // a class that names itself would be shown as _Complex
  logLevel: 'warning',
})
for (const file of outputFiles) files.set(file.path, file.text)

// Written beside and swapped in whole: a build that fails, or runs under a test, leaves the last good one.
const fresh = `${dist}.new`
rmSync(fresh, { recursive: true, force: true })
for (const [file, text] of files) {
  const target = path.join(fresh, path.relative(dist, file))
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, text)
}
rmSync(dist, { recursive: true, force: true })
renameSync(fresh, dist)
