// Checks what a built addon asks of the process and shows it: `node scripts/check-binary.mjs <file.node> [oldest glibc]`.
// An undefined Py* symbol would bind it to one Python and stop it loading without one (or under LD_BIND_NOW);
// an exported symbol of ours could be taken for another library's; a symbol of a newer glibc is not there on older systems.
// NM names the program that reads binaries: llvm-nm knows those of other processors too.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const registration = ['napi_register_module_v1', 'node_api_module_get_api_version_v1']

function symbols(file, ...options) {
  const { status, stdout, stderr, error } = spawnSync(process.env.NM ?? 'nm', [...options, '--format=posix', file], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`nm could not read ${file}: ${error?.message ?? stderr}`)
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ')[0])
}

/** Each version of glibc that a symbol is asked for in, newest first: [version, symbol]. */
export function glibcNeeds(file) {
  return symbols(file, '-D', '--undefined-only')
    .map((name) => name.split(/@+GLIBC_(?=\d)/).reverse())
    .filter((parts) => parts.length === 2)
    .sort(([a], [b]) => b.localeCompare(a, 'en', { numeric: true }))
}

const isNewer = (version, oldest) => version.localeCompare(oldest, 'en', { numeric: true }) > 0

/** What is wrong with the binary, one sentence each; empty when nothing is. It has to load with the glibc `oldest`. */
export function binaryFaults(file, oldest) {
  const apple = process.platform === 'darwin'
  const plain = (name) => (apple ? name.replace(/^_/, '') : name.replace(/@.*/, ''))
  const wanted = symbols(file, ...(apple ? ['-u'] : ['-D', '--undefined-only'])).map(plain)
  const shown = symbols(file, ...(apple ? ['-gU'] : ['-D', '--defined-only'])).map(plain)
  return [
    ...wanted.filter((name) => /^_?Py[A-Z_]/.test(name)).map((name) => `needs ${name} of Python when it is loaded`),
    ...shown.filter((name) => !registration.includes(name)).map((name) => `exports ${name}`),
    ...(oldest === undefined ? [] : glibcNeeds(file))
      .filter(([version]) => isNewer(version, oldest))
      .map(([version, name]) => `needs ${name} of glibc ${version}, newer than ${oldest}`),
    ...registration.filter((name) => !shown.includes(name)).map((name) => `does not export ${name}`),
  ]
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, oldest] = process.argv.slice(2)
  const faults = binaryFaults(file, oldest)
  if (process.platform === 'linux') console.log(`${file} needs glibc ${glibcNeeds(file)[0]?.[0] ?? 'of no version'}`)
  for (const fault of faults) console.error(`${file} ${fault}`)
  process.exit(faults.length > 0 ? 1 : 0)
}
