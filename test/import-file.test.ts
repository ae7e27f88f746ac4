import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { PythonSyntaxError, python } from '../src/index.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snake bridge é '))
})

async function file(name: string, text: string): Promise<string> {
  const where = path.join(folder, name)
  await writeFile(where, text)
  return where
}

describe('python.import of a file', () => {
  it('finds a relative file beside the calling one', async () => {
    expect(await python.import('./python/shapes.py').Point(1, 2).x).toBe(1)
    expect(await python.sync.import('./python/shapes.py').closed).toEqual([])
  })

  it('takes absolute paths and file URLs, and gives one module for both', async () => {
    const where = await file('one_module.py', 'value = []')
    const module = await python.import(where)
    expect(await python.import(pathToFileURL(where))).toBe(module)
    expect(await python.import(pathToFileURL(where).href)).toBe(module)
    expect(await python.import('one_module')).toBe(module)
  })

  it('does not take the place of an installed module with its name', async () => {
    const where = await file('json.py', 'mine = True')
    expect(await python.import(where).mine).toBe(true)
    expect(await python.import('json').loads('[1]')).toEqual([1])
  })

  it('lets the file import its neighbours', async () => {
    await file('neighbour_of.py', 'value = 7')
    expect(await python.import(await file('importing.py', 'from neighbour_of import value')).value).toBe(7)
  })

  it('retries a file that failed half-way, as plain Python does', async () => {
    const where = await file(
      'fails_once.py',
      'import fails_state\nfails_state.tries += 1\nassert fails_state.tries > 1',
    )
    await file('fails_state.py', 'tries = 0')
    await expect(Promise.resolve(python.import(where))).rejects.toThrow()
    expect(await python.import(where).__name__).toBe('fails_once')
  })

  it('says where a syntax error is', async () => {
    const where = await file('broken.py', 'a = 1\nb = = 2\n')
    const error = await Promise.resolve(python.import(where)).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(PythonSyntaxError)
    expect(error).toMatchObject({ file: where, line: 2, text: expect.stringContaining('b = = 2') })
  })

  it('rejects for a file that is not there, and for a module that is not', async () => {
    await expect(Promise.resolve(python.import('./no_such_file.py'))).rejects.toThrow('No such Python file')
    await expect(Promise.resolve(python.import('./python/shapes'))).rejects.toThrow(/; there is .*shapes\.py/)
    await expect(Promise.resolve(python.import('no_such_module_at_all'))).rejects.toThrow('No module named')
  })
})
