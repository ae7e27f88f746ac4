// Makes a prebuilt binary in prebuilds/: `node scripts/prebuild.mjs [target]`, of this machine's kind when left out.
// For Linux zig compiles, against the symbols of the oldest glibc that a supported Node runs on, or musl: the result
// does not depend on the machine that it was made on, which may be of another kind. Elsewhere the system's compiler does.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { binaryFaults } from './check-binary.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
process.chdir(root)

/** What Node's own builds need, from 20 on. */
const oldestGlibc = '2.28'

const zigTargets = {
  'linux-x64': `x86_64-linux-gnu.${oldestGlibc}`,
  'linux-arm64': `aarch64-linux-gnu.${oldestGlibc}`,
  'linux-x64-musl': 'x86_64-linux-musl',
  'linux-arm64-musl': 'aarch64-linux-musl',
}
const isMusl = process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime
const own = `${process.platform}-${process.arch}${isMusl ? '-musl' : ''}`
const target = process.argv[2] ?? own
const [platform, arch, libc = 'glibc'] = target.split('-')
if (platform === 'linux' ? !(target in zigTargets) : target !== own) {
  console.error(`Expected a target of ${Object.keys(zigTargets).join(', ')}, or this machine's (${own}); got ${target}`)
  process.exit(2)
}

function run(file, args, env = {}) {
  const { status, error } = spawnSync(file, args, {
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  })
  if (status === 0) return
  console.error(`This failed (${error?.message ?? `exit code ${status}`}): ${[file, ...args].join(' ')}`)
  process.exit(1)
}

/** Programs for node-gyp to call: it takes one word for a compiler. */
function zigTools() {
  run(process.execPath, ['scripts/setup.mjs', 'zig'])
  // Not in build/, which node-gyp empties first.
  const folder = path.join(root, 'node_modules', '.cache', 'snakebridge', `zig-${target}`)
  const include = path.join(folder, 'include')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(include, { recursive: true })
  // Debian's pyconfig.h only leads to the one of the processor, in a folder that zig does not look in. Of what is in
  // there the limited API uses the sizes of C's types, which are those of every 64-bit Linux.
  const multiarch = spawnSync('cc', ['-print-multiarch'], { encoding: 'utf8' }).stdout?.trim()
  if (multiarch && existsSync(`/usr/include/${multiarch}`))
    for (const name of ['x86_64-linux-gnu', 'aarch64-linux-gnu'])
      symlinkSync(`/usr/include/${multiarch}`, path.join(include, name))

  const python = path.join(root, '.venv', 'bin', 'python')
  const tool = (name, command, ...options) => {
    const file = path.join(folder, name)
    const words = [python, '-m', 'ziglang', command, '-target', zigTargets[target], ...options]
    writeFileSync(file, `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`)
    chmodSync(file, 0o755)
    return file
  }
  return {
    CC: tool('cc', 'cc', '-isystem', include),
    CXX: tool('c++', 'c++', '-isystem', include),
    LINK: tool('link', 'c++', '-s'),
  }
}

/** A copy of what is compiled: prebuildify empties build/, which tests may be using, and would leave its own binary there. */
function stage() {
  const folder = path.join(root, 'node_modules', '.cache', 'snakebridge', `prebuild-${target}`)
  rmSync(folder, { recursive: true, force: true })
  for (const entry of ['package.json', 'binding.gyp', 'native', 'scripts'])
    cpSync(path.join(root, entry), path.join(folder, entry), { recursive: true })
  return folder
}

const staged = stage()
const options = ['--napi', '--tag-libc', '--platform', platform, '--arch', arch, '--cwd', staged, '--out', root]
if (platform === 'linux') run('npx', ['prebuildify', ...options], { ...zigTools(), PREBUILD_LIBC: libc, JOBS: 'max' })
else run('npx', ['prebuildify', ...options, '--strip'], { JOBS: 'max' })

const folder = path.join('prebuilds', `${platform}-${arch}`)
const [name] = readdirSync(folder).filter((name) => (platform === 'linux' ? name.includes(`.${libc}.`) : true))
const file = path.join(folder, name)
const faults = platform === 'win32' ? [] : binaryFaults(file, libc === 'glibc' ? oldestGlibc : undefined)
for (const fault of faults) console.error(`${file} ${fault}`)
if (faults.length > 0) process.exit(1)
console.log(`${file} is ready${platform === 'linux' && libc === 'glibc' ? `, for glibc ${oldestGlibc} and newer` : ''}`)
