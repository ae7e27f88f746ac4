// Where the stack of an error begins in the programs that users run: ES modules, CommonJS, TypeScript by its source map.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { transformSync } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { clean, folder, run, runFile, writeProgram } from './program.js'

/** Each failure is on a line of its own, in TypeScript and in JavaScript: the import is line 1. */
const failures = [
  `async () => await python.builtins.int('x'),`,
  `() => python.builtins.int('y').bit_length(),`,
  `() => python.sync.builtins.int('z'),`,
  `async () => { for await (const _ of python.eval('(1 / 0 for _ in items)', { items })) continue },`,
  `() => python.exec('raise KeyError'),`,
  `() => python.import('no_such_module').name,`,
  `() => python.import('asyncio').wait_for(python.import('asyncio').sleep(9), 0.01),`,
  `() => python.import('time').sleep(9, kw({ $timeout: 10 })),`,
]
const firstLine = 7

const program = (types: boolean) => `
${types ? 'interface Item { name: string }' : ''}
${types ? "type Failing = () => unknown; const items: Item[] = [{ name: 'a' }]" : "const items = [{ name: 'a' }]"}
${types ? 'const show = (error: unknown): void =>' : 'const show = (error) =>'}
  console.log(/^ {4}at (?:\\w+ \\()?.*?([^/]+):\\d+\\)?$/m.exec(${types ? '(error as Error)' : 'error'}.stack)?.[1])
const failing${types ? ': Failing[]' : ''} = [
${failures.join('\n')}
]
async function main()${types ? ': Promise<void>' : ''} {
  for (const fail of failing) try { await fail() } catch (error) { show(error) }
}
main()
`
const places = (name: string) => failures.map((_, i) => `${name}:${firstLine + i}\n`).join('')

describe.concurrent.each([
  ['esm', 'mjs', `import { python, kw } from 'snakebridge'`],
  ['cjs', 'cjs', `const { python, kw } = require('snakebridge')`],
] as const)('the stack of an error begins where the call was written, %s:', (format, extension, use) => {
  it('in JavaScript', async ({ expect }) => {
    const file = writeProgram(use + program(false), extension)
    expect(await runFile(file)).toEqual(clean(places(path.basename(file))))
  })

  it('in TypeScript, by the source map', async ({ expect }) => {
    const { code } = transformSync(use + program(true), {
      ...{ loader: 'ts', format, platform: 'node', target: 'es2022', sourcemap: 'inline', minifyWhitespace: true },
      sourcefile: path.join(folder, 'written.ts'),
    })
    const file = writeProgram(code, extension)
    expect(await runFile(file, { nodeArgs: ['--enable-source-maps'] })).toEqual(clean(places('written.ts')))
  })
})

it('an error is what it is where a program has frozen the intrinsics', async () => {
  writeFileSync(path.join(folder, 'beside.py'), 'answer = 42')
  const outcome = await run(
    `
    console.log(await python.import('./beside.py').answer)
    for (const from of [python, python.sync]) {
      const wrong = async () => await from.builtins.int('x')
      await wrong().catch((error) => console.log(error.name, /program-\\d+\\.mjs/.test(error.stack)))
    }
    await python.exec('while True: pass', kw({ $timeout: 30 })).catch((error) => console.log(error.name))`,
    { nodeArgs: ['--frozen-intrinsics'] },
  )
  expect(outcome).toMatchObject({
    code: 0,
    stdout: '42\nPythonValueError true\nPythonValueError true\nTimeoutError\n',
  })
})
