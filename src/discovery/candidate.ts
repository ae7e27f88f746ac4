// The words of discovery: what is looked at, what is found out about it, and why it is refused.

/** Where a candidate came from, in the order in which the sources are asked. */
export type Source =
  | 'executable option'
  | 'env option'
  | 'libpython option'
  | 'VIRTUAL_ENV'
  | 'UV_PROJECT_ENVIRONMENT'
  | '.venv'
  | 'CONDA_PREFIX'
  | 'UV_PYTHON'
  | 'uv'
  | 'PATH'

/** Why a candidate cannot be used. */
export type RefusalCode =
  | 'not_found'
  | 'dangling_symlink'
  | 'unreadable'
  | 'not_python'
  | 'probe_timeout'
  | 'not_cpython'
  | 'too_old'
  | 'free_threaded'
  | 'broken_venv'
  | 'static_python'
  | 'missing_library'
  | 'bad_library'
  | 'version_mismatch'
  | 'other_architecture'
  | 'missing_stdlib'
  | 'environment'

/** A reason, in words for the user, and what to do about it. */
export interface Refusal {
  code: RefusalCode
  reason: string
  hint: string
}

/** A Python that was looked at. What could be found out about a refused one is filled in too. */
export interface Candidate {
  source: Source
  /** Absolute path of the interpreter: becomes `sys.executable`. */
  executable: string
  /** `3.12.4`, or `3.12` where the micro version could not be read without starting the interpreter. */
  version?: string
  /** Folder of the environment (`sys.prefix`). */
  prefix?: string
  /** Folder of the Python it was made from (`sys.base_prefix`); the same as `prefix` outside a venv. */
  basePrefix?: string
  /** Absolute path of the shared library to open. */
  libpython?: string
  /** Folders of installed packages, those of the environment first. */
  sitePackages?: string[]
  /** Whether the interpreter had to be started to answer. */
  probed?: boolean
  refused?: Refusal
}

/** A candidate with everything that a start needs. */
export type UsableCandidate = Required<Omit<Candidate, 'refused'>>

/** What was looked at, in order, and which one is taken. */
export interface Discovery {
  chosen?: UsableCandidate
  /** Everything looked at, in order; it ends with the chosen one unless `discoverAll` was asked. */
  candidates: Candidate[]
}

/** Which Python to look for. */
export interface DiscoverOptions {
  /** Path of an interpreter, or a name to find on the PATH. */
  executable?: string
  /** Folder of a venv or a conda environment. */
  env?: string
  /** Path of the shared library; alone, its interpreter is looked for beside it. */
  libpython?: string
  cwd?: string
  environ?: NodeJS.ProcessEnv
}

/** The machine that discovery runs on; a parameter so that every platform's layout can be tested on any. */
export interface Host {
  platform: NodeJS.Platform
  arch: string
  cwd: string
  environ: NodeJS.ProcessEnv
  /** Milliseconds that an interpreter gets to answer. */
  probeTimeout: number
}

/** Thrown inside discovery only: `examine` turns it into `candidate.refused`. */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(code: RefusalCode, reason: string, hint: string) {
    super(reason)
    this.refusal = { code, reason, hint }
  }
}
