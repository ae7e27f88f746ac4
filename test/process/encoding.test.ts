// Text and file names are UTF-8 whatever the locale says: Node's are.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'vitest'
import { clean, environment, folder, run, venv } from './program.js'

const locales = {
  'LC_ALL=C': { LC_ALL: 'C', LANG: undefined },
  'LC_ALL=POSIX': { LC_ALL: 'POSIX', LANG: undefined },
  'no locale at all': { LC_ALL: undefined, LANG: undefined, LC_CTYPE: undefined },
  'LC_ALL=C.UTF-8': { LC_ALL: 'C.UTF-8' },
  'a locale that does not exist': { LC_ALL: 'xx_XX.ISO-8859-1' },
}

describe.concurrent('text', () => {
  for (const [name, env] of Object.entries(locales)) {
    it(`is written, named and passed on as UTF-8 with ${name}`, async ({ expect }) => {
      const written = path.join(folder, `dossier ${name.length} é漢`)
      mkdirSync(written)
      const outcome = await run(
        `
        const os = python.import('os')
        const builtins = python.import('builtins')
        await python.exec('print("é漢😀")')
        const file = await builtins.open(os.path.join(${JSON.stringify(written)}, 'ñ漢.txt'), 'w')
        await file.write('é漢😀')
        await file.close()
        console.log(await os.listdir(${JSON.stringify(written)}))
        console.log(await os.environ.$item('GREETING'))
        console.log(await python.import('sys').getfilesystemencoding(), await python.import('locale').getpreferredencoding(false))
        console.log(await python.import('subprocess').check_output(['printf', '%s', 'é漢'], kw({ encoding: 'utf8' })))
        await python.eval('1 / 0', { x: 'é' }).catch((error) => console.log(error.message))
        const { path: folders } = python.info()
        console.log(folders.length > 2)
      `,
        { env: { ...env, GREETING: 'grüß 漢' } },
      )
      const expected = "é漢😀\n[ 'ñ漢.txt' ]\ngrüß 漢\nutf-8 utf-8\né漢\ndivision by zero\ntrue\n"
      // Python writes its stdout when it ends, Node at once.
      expect({ ...outcome, stdout: outcome.stdout.split('\n').sort() }).toEqual({
        ...clean(''),
        stdout: expected.split('\n').sort(),
      })
      expect(readdirSync(written)).toEqual(['ñ漢.txt'])
      expect(readFileSync(path.join(written, 'ñ漢.txt'), 'utf8')).toBe('é漢😀')
    })
  }

  it('is what plain Python makes of LC_ALL=C', async ({ expect }) => {
    const env = { LC_ALL: 'C', LANG: undefined }
    const question =
      'import sys; print(sys.flags.utf8_mode, sys.getfilesystemencoding(), sys.stdout.encoding, sys.stdout.errors)'
    const plain = execFileSync(path.join(venv, 'bin/python'), ['-c', question], {
      env: { ...environment, ...env },
      encoding: 'utf8',
    })
    expect(await run(`await python.exec(${JSON.stringify(question)})`, { env })).toEqual(clean(plain))
  })
})
