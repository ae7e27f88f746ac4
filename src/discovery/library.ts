// The shared library of a Python: whether the file can be opened here, and what to do where there is none.
import { statSync } from 'node:fs'
import { basename, join } from 'node:path'

import { type BinaryHeader, checkArchitecture, leastBytes, readBinaryHeader } from './binary-header.js'
import { type Host, Refused } from './candidate.js'
import { exists, isDangling, isFile } from './files.js'
import type { ProbeAnswer } from './probe.js'
import { minorOf } from './version.js'

/** The first that exists of what the interpreter says and what is usual for its platform. */
export function findLibrary(answer: ProbeAnswer, usual: string[], host: Host): string {
  const said = answer.libraryFolders.flatMap((folder) => answer.libraryNames.map((name) => join(folder, name)))
  const found = [...said, ...usual].find(isFile)
  if (found) return found
  throw noLibrary(answer, said[0] ?? (usual[0] as string), host)
}

/** Refuses what the dynamic linker would refuse, in better words, and a library of another version than the interpreter. */
export function checkLibrary(libpython: string, minor: string, host: Host): void {
  if (!isFile(libpython)) {
    const what = isDangling(libpython)
      ? 'is a link to a file that does not exist'
      : exists(libpython)
        ? 'is not a file'
        : 'does not exist'
    throw new Refused(
      'missing_library',
      `Its shared library ${libpython} ${what}.`,
      'Install this Python again, or name its library as `libpython`.',
    )
  }
  const header = headerOf(libpython)
  if (!['elf', 'mach-o', 'pe'].includes(header.format)) {
    throw new Refused(
      'bad_library',
      `${libpython} is not a shared library.`,
      'Name a file such as `libpython3.12.so.1.0`; install this Python again if it is damaged.',
    )
  }
  checkArchitecture(libpython, header, host)
  // The linker would map what is not there, and reading it ends the process.
  if (statSync(libpython).size < leastBytes(libpython)) {
    throw new Refused('bad_library', `${libpython} is cut off.`, 'Install this Python again.')
  }
  const named = /python(3)\.?(\d+)/i.exec(basename(libpython))
  if (named && `${named[1]}.${named[2]}` !== minor) {
    const hint = 'Name a library and an interpreter of the same version.'
    throw new Refused(
      'version_mismatch',
      `${libpython} is of Python ${named[1]}.${named[2]}, the interpreter of ${minor}.`,
      hint,
    )
  }
}

function headerOf(libpython: string): BinaryHeader {
  try {
    return readBinaryHeader(libpython)
  } catch (error) {
    const hint = `Check the permissions: \`ls -l "${libpython}"\`.`
    throw new Refused('unreadable', `Its shared library cannot be read: ${(error as Error).message}.`, hint)
  }
}

function noLibrary(answer: ProbeAnswer, expected: string, host: Host): Refused {
  const minor = minorOf(answer.version)
  if (answer.shared || isDistribution(answer.basePrefix, host)) {
    return new Refused('missing_library', `Its shared library ${expected} is not installed.`, packageHint(minor, host))
  }
  const pyenv = `CONFIGURE_OPTS=--enable-shared pyenv install --force ${answer.version}`
  const hint = answer.basePrefix.includes('pyenv')
    ? `Build it again: \`${pyenv}\`.`
    : `Use a Python built with --enable-shared: uv's (\`uv python install ${minor}\`), conda's, or \`${pyenv}\`.`
  return new Refused('static_python', 'It was built without a shared library (statically linked).', hint)
}

/** The distribution's own interpreter, whose library may be a package of its own. */
function isDistribution(prefix: string, { platform }: Host): boolean {
  return platform === 'linux' && prefix === '/usr'
}

function packageHint(minor: string, { platform }: Host): string {
  if (platform !== 'linux') return 'Install this Python again, with its shared library.'
  if (exists('/etc/debian_version')) return `Install the package: \`sudo apt install libpython${minor}\`.`
  if (exists('/etc/fedora-release') || exists('/etc/redhat-release'))
    return 'Install the package: `sudo dnf install python3-libs`.'
  if (exists('/etc/SuSE-release') || exists('/etc/products.d'))
    return `Install the package: \`sudo zypper install libpython${minor.replace('.', '_')}-1_0\`.`
  return `Install the package of your distribution that has \`libpython${minor}.so\`.`
}
