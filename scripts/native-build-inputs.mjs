// What binding.gyp and CMakeLists.txt ask while they configure: `node scripts/native-build-inputs.mjs <question>`.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPython } from './find-python.mjs'

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const answers = {
  sources: () =>
    readFileSync(path.join(root, 'native', 'sources.txt'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .join('\n'),

  'python-include': () => findPython({ headers: true }).include,

  // uv.h is not among node-api-headers. Node installs its headers beside itself; node-gyp keeps what it downloaded.
  'node-include': () => {
    const roots = [
      process.env.npm_config_nodedir,
      path.resolve(process.execPath, '../..'),
      path.join(os.homedir(), '.cache', 'node-gyp', process.versions.node),
    ]
    const folders = roots.filter(Boolean).map((folder) => path.join(folder, 'include', 'node'))
    const found = folders.find((folder) => existsSync(path.join(folder, 'uv.h')))
    if (!found)
      throw new Error(`Node's headers are in none of ${folders.join(', ')}: run \`npm run build:native\` first`)
    return found
  },

  // The binary then runs with whatever C++ library the host brings. Some systems keep the static one in a package
  // of its own; without it the addon is linked to the shared one, which is fine where it was built.
  'static-runtime': () => {
    const found = spawnSync('c++', ['-print-file-name=libstdc++.a'], { encoding: 'utf8' })
    return found.status === 0 && path.isAbsolute(found.stdout.trim()) ? '-static-libstdc++ -static-libgcc' : ''
  },
}

const question = process.argv[2]
try {
  console.log(answers[question]())
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
