// Where the guests live: all of it is made by the runner, and ignored by git.
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const here = path.dirname(fileURLToPath(import.meta.url))
export const root = path.resolve(here, '../..')
export const venv = path.join(here, '.venv')
export const venvPython = path.join(venv, 'bin', 'python')
/** Sources that were downloaded, the files of results, what the guests printed. */
export const cache = path.join(here, '.cache')
export const sources = path.join(cache, 'sources')
