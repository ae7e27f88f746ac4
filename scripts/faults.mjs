// `npm run test:faults -- <what> [options]`: the long versions of what the suite runs for seconds.
//   allocation [--kinds a,b] [--burst 3]   each allocation of each kind of operation fails once
//   balance [--times 1000000] [--kinds a]  nothing stays of so many operations of each kind
//   values [100000]                        random values against plain Python
//   decoder [1000000]                      damaged messages in the decoder of JavaScript
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { failingAllocator } from '../test/faults/preload.mjs'

const [what, ...rest] = process.argv.slice(2)
const file = (name) => fileURLToPath(new URL(`../test/faults/${name}.mjs`, import.meta.url))
const venv = fileURLToPath(new URL('../.venv', import.meta.url))

const commands = {
  allocation: () => ['node', ['--expose-gc', file('allocation'), ...rest], failingAllocator()],
  balance: () => ['node', ['--expose-gc', file('balance'), ...(rest.length > 0 ? rest : ['--times', '1000000'])], {}],
  values: () => [
    'npx',
    ['vitest', 'run', 'test/round-trip/random-rows.test.ts'],
    { SNAKEBRIDGE_RANDOM_VALUES: rest[0] ?? '100000' },
  ],
  decoder: () => [
    'npx',
    ['vitest', 'run', 'test/fuzz/decoder.test.ts'],
    { SNAKEBRIDGE_FUZZ_RUNS: rest[0] ?? '1000000' },
  ],
}

const command = commands[what]?.()
if (command === undefined) {
  console.error(`Expected one of ${Object.keys(commands).join(', ')}; got ${what}`)
  process.exit(2)
}
const [program, args, env] = command
if (env === undefined) {
  console.error('The failing allocator needs glibc on Linux, without a sanitizer')
  process.exit(2)
}
const { status, signal } = spawnSync(program, args, {
  stdio: 'inherit',
  env: { ...process.env, VIRTUAL_ENV: venv, ...env },
})
if (signal !== null) console.error(`it was ended by ${signal}`)
process.exit(status ?? 1)
