// Compiles src/ to dist/: CommonJS with .d.ts, and for each entry of package.json's exports a thin ES module that
// re-exports it, so that a program using both `import` and `require` still has one instance.
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
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

rmSync(path.join(root, 'dist'), { recursive: true, force: true })
const program = ts.createProgram(config.fileNames, config.options)
const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics]
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
  writeFileSync(path.join(root, entry.import.default), wrapper)
  writeFileSync(path.join(root, entry.import.types), `export * from '${target}'\n`)
}
