// The guests' own venv, and the sources of those whose wheels have no tests. Made when it is missing or outdated.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { findPython } from '../../scripts/find-python.mjs'
import { runStep } from '../../scripts/progress.mjs'
import { cache, here, sources, venv, venvPython } from './paths.mjs'

const requirements = path.join(here, 'requirements.txt')
const stamp = path.join(venv, 'requirements')
const has = (command) => spawnSync(command, ['--version']).status === 0

/** The venv's interpreter, with everything in requirements.txt. */
export async function makeEnvironment() {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return venvPython
  rmSync(venv, { recursive: true, force: true })
  const base = findPython({ library: true, venv: true }).executable
  const uv = has('uv')
  await runStep('guests (test/guests/.venv)', [
    uv ? ['uv', 'venv', '--seed', '--python', base, venv] : [base, '-m', 'venv', venv],
    uv
      ? ['uv', 'pip', 'install', '--python', venvPython, '-r', requirements]
      : [venvPython, '-m', 'pip', 'install', '--disable-pip-version-check', '-r', requirements],
  ])
  writeFileSync(stamp, wanted)
  return venvPython
}

/**
 * The folder with `parts` of a library's source archive, of the version that is installed. Nothing else of the archive
 * is there: its package, which is not built, would hide the installed one.
 */
export async function fetchSource(library, parts) {
  const version = ask(`import importlib.metadata as m; print(m.version(${JSON.stringify(library)}))`)
  const folder = path.join(sources, `${library}-${version}`)
  if (existsSync(folder)) return folder
  mkdirSync(sources, { recursive: true })
  const download = mkdtempSync(path.join(cache, 'download-'))
  try {
    const pip = [
      venvPython,
      '-m',
      'pip',
      'download',
      '--disable-pip-version-check',
      '--no-deps',
      '--no-binary',
      library,
    ]
    await runStep(`source of ${library} ${version}`, [[...pip, '--dest', download, `${library}==${version}`]])
    const [archive] = readdirSync(download)
    await runStep('unpacking', [['tar', '-xf', path.join(download, archive), '-C', download, '--strip-components=1']])
    const kept = path.join(download, 'kept')
    mkdirSync(kept)
    for (const part of parts) renameSync(path.join(download, part), path.join(kept, part))
    renameSync(kept, folder)
  } finally {
    rmSync(download, { recursive: true, force: true })
  }
  return folder
}

function ask(program) {
  const { status, stdout, stderr } = spawnSync(venvPython, ['-c', program], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}
