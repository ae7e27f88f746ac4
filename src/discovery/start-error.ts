import type { Candidate, RefusalCode, UsableCandidate } from './candidate.js'

/** Codes of a failed start: a refusal's where one candidate was asked for, `no_python` where none of several could be used, or the loader's. */
export type StartErrorCode = RefusalCode | 'no_python' | (string & {})

/**
 * Python could not be started. The message lists every candidate, why it was refused and what to do; `candidates` has the same as data.
 *
 * @example
 * await python.start({ env: './venv' }).catch((error) => console.error(error.code, error.candidates))
 */
export class PythonStartError extends Error {
  override name = 'PythonStartError'
  readonly code: StartErrorCode
  readonly candidates: readonly Candidate[]

  constructor(code: StartErrorCode, message: string, candidates: readonly Candidate[], options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.candidates = candidates
  }

  /** Discovery ended without a usable candidate. @internal */
  static notFound(candidates: readonly Candidate[]): PythonStartError {
    const asked = candidates.find(({ source }) => source.endsWith('option'))
    if (asked?.refused) {
      return new PythonStartError(
        asked.refused.code,
        `The Python that was asked for (${asked.source}) cannot be used.\n${listCandidates(candidates)}`,
        candidates,
      )
    }
    const expected = 'No usable Python was found: CPython 3.11 or newer with its shared library is needed.'
    if (candidates.length > 0)
      return new PythonStartError('no_python', `${expected}\n${listCandidates(candidates)}`, candidates)
    const looked =
      'Looked for: VIRTUAL_ENV, `.venv` in the working directory and above, CONDA_PREFIX, the Pythons of uv, python3 and python on the PATH.'
    const hint = 'Install one (`uv python install 3.12`), or name it: `python.start({ executable | env | libpython })`.'
    return new PythonStartError('no_python', `${expected}\n${looked}\n${hint}`, candidates)
  }

  /** A candidate was chosen, and its library could not be opened or did not start. @internal */
  static failed(
    chosen: UsableCandidate,
    error: { code: string; message: string },
    candidates: readonly Candidate[] = [chosen],
  ): PythonStartError {
    const message = `Python ${chosen.version} (${chosen.executable}, library ${chosen.libpython}) did not start: ${error.message}`
    return new PythonStartError(
      error.code,
      `${message}\nRun \`npx snakebridge doctor\` to see what was found on this machine.`,
      candidates,
    )
  }
}

/** One candidate after the other, with the reason and the hint of the refused. */
export function listCandidates(candidates: readonly Candidate[]): string {
  return candidates.map(describe).join('\n')
}

function describe({ source, executable, version, libpython, refused }: Candidate, index: number): string {
  const title = `  ${index + 1}. ${source}: ${executable}${version ? ` (Python ${version})` : ''}`
  return refused
    ? `${title}\n     refused: ${refused.reason}\n     what to do: ${refused.hint}`
    : `${title}\n     usable, with ${libpython}`
}
