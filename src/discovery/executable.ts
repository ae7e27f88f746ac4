// Whether a path is a program that can be started here, and in what way it is not.
import { basename, dirname } from 'node:path'

import { type BinaryHeader, checkArchitecture, readBinaryHeader } from './binary-header.js'
import { type Host, Refused } from './candidate.js'
import { exists, isDangling, isExecutable, isFile, isFolder } from './files.js'

export function checkExecutable(executable: string, host: Host): BinaryHeader {
  if (!isFile(executable)) throw notAFile(executable)
  if (isAppleStub(executable, host)) {
    const hint = 'Install a Python (`uv python install 3.12`, Homebrew, python.org).'
    throw new Refused('not_found', "It is Apple's stub, and the developer tools behind it are not installed.", hint)
  }
  if (!isExecutable(executable)) {
    const hint = `Check the permissions: \`ls -l "${executable}"\`.`
    throw new Refused('unreadable', 'It may not be read and run by this user.', hint)
  }
  const header = readBinaryHeader(executable)
  checkArchitecture('It', header, host)
  return header
}

/** Starting it would open a window that offers to install the developer tools. */
function isAppleStub(executable: string, { platform }: Host): boolean {
  const tools = ['/Library/Developer/CommandLineTools/usr/bin/python3', '/Applications/Xcode.app']
  return platform === 'darwin' && executable === '/usr/bin/python3' && !tools.some(exists)
}

function notAFile(executable: string): Refused {
  if (!exists(executable)) return nothingThere(executable)
  if (isFolder(executable)) {
    const hint = 'Name the folder of an environment as `env`.'
    return new Refused('unreadable', 'It is a folder, not an interpreter.', hint)
  }
  if (!isDangling(executable)) {
    return new Refused('unreadable', 'It is not a file.', 'Name the path of a Python interpreter.')
  }
  const hint = 'The Python that it points to was removed or moved: make the environment again, or install that Python.'
  return new Refused('dangling_symlink', 'It is a link to a file that does not exist.', hint)
}

function nothingThere(executable: string): Refused {
  const bin = dirname(executable)
  const prefix = /^(bin|Scripts)$/i.test(basename(bin)) ? dirname(bin) : bin
  if (!exists(prefix)) {
    const hint = 'Check the path for a typing error, or make the environment.'
    return new Refused('not_found', `${prefix} does not exist.`, hint)
  }
  if (isFile(prefix)) {
    const hint = 'Name the folder as `env`, or an interpreter as `executable`.'
    return new Refused('not_found', `${prefix} is a file, not the folder of an environment.`, hint)
  }
  const inner = exists(`${prefix}/.venv`) ? ` Perhaps ${prefix}/.venv was meant.` : ''
  const hint = `Name the folder of a venv or a conda environment that has Python in it.${inner}`
  return new Refused('not_found', `There is no ${basename(executable)} in ${bin}.`, hint)
}
