// Imports as programs write them: from ESM, CommonJS and TypeScript, of files, packages and installed modules.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { MissingModuleError, PythonImportError, python } from '../src/index.js'
import { clean, folder as programs, root, runFile } from './process/program.js'

const folder = mkdtempSync(path.join(tmpdir(), 'snakebridge imports é-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Writes the files and returns the folder. */
function tree(name: string, files: Record<string, string>): string {
  for (const [file, text] of Object.entries(files)) {
    const where = path.join(folder, name, file)
    mkdirSync(path.dirname(where), { recursive: true })
    writeFileSync(where, text)
  }
  return path.join(folder, name)
}

describe('a file beside the calling one', () => {
  const name = 'where_i_am'
  const body = `
  const found = await Promise.all([
    python.import('./models/${name}.py').place,
    python.import('../${name}_above.py').place,
    python.import('./package').place,
    ['./models/${name}.py'].map(python.import)[0].place,
    python.sync.import('./models/${name}.py').place,
    python.lane('own').import('./models/${name}.py').place,
  ])
  process.chdir('/')
  found.push(await python.import('./models/${name}.py').place)
  console.log(found.join())
`
  const expected = clean('models,above,package,models,models,models,models\n')
  const caller = path.join(programs, 'a folder é')
  mkdirSync(path.join(caller, 'models'), { recursive: true })
  mkdirSync(path.join(caller, 'package'))
  writeFileSync(path.join(caller, `models/${name}.py`), 'place = "models"')
  writeFileSync(path.join(programs, `${name}_above.py`), 'place = "above"')
  writeFileSync(path.join(caller, 'package/__init__.py'), 'from .inner import place')
  writeFileSync(path.join(caller, 'package/inner.py'), 'place = "package"')

  it('is found from an ES module', async () => {
    const file = path.join(caller, 'program.mjs')
    writeFileSync(file, `import { python } from 'snakebridge'\n${body}`)
    expect(await runFile(file)).toEqual(expected)
  })

  it('is found from CommonJS', async () => {
    const file = path.join(caller, 'program.cjs')
    writeFileSync(file, `const { python } = require('snakebridge')\nasync function main() {${body}}\nmain()`)
    expect(await runFile(file)).toEqual(expected)
  })

  it('is found from TypeScript', async () => {
    const file = path.join(caller, 'program.mts')
    writeFileSync(file, `import { python } from 'snakebridge'\n${body.replace('const found', 'const found: string[]')}`)
    expect(
      await runFile(file, { nodeArgs: ['--import', path.join(root, 'node_modules/tsx/dist/loader.mjs')] }),
    ).toEqual(expected)
  })

  it('is one instance of the package, and of Python, for import and require', async () => {
    const file = path.join(caller, 'both.mjs')
    writeFileSync(
      file,
      `import { createRequire } from 'node:module'
      import { python, isReference } from 'snakebridge'
      const other = createRequire(import.meta.url)('snakebridge')
      const object = await other.python.builtins.object()
      console.log(other.python === python, isReference(object), await python.builtins.list([object]).$item(0) === object)`,
    )
    expect(await runFile(file)).toEqual(clean('true true true\n'))
  })
})

describe('a package', () => {
  it('is imported by its folder or its __init__, with relative imports, once', async () => {
    const where = tree('one', {
      'shop/__init__.py': 'from . import prices\nfrom .prices import price\nloads = prices.loads',
      'shop/prices.py': 'loads = [1]\nfrom .deep.inside import base\ndef price(): return base + 1',
      'shop/deep/__init__.py': '',
      'shop/deep/inside.py': 'from ..prices import loads\nloads.append(2)\nbase = 41',
    })
    const shop = await python.import(path.join(where, 'shop'))
    expect(await shop.price()).toBe(42)
    expect(await python.import(path.join(where, 'shop/__init__.py'))).toBe(shop)
    expect(await python.import('shop')).toBe(shop)
    expect(await python.import('shop.deep.inside').base).toBe(41)
    expect(await shop.loads).toEqual([1, 2])
  })

  it('gives its files the names that they have in it', async () => {
    const where = tree('two', {
      'store/__init__.py': 'started = []',
      'store/till.py': 'from . import started\nfrom .coins import coin\nstarted.append(__name__)',
      'store/coins.py': 'coin = 5',
    })
    const till = await python.import(path.join(where, 'store/till.py'))
    expect(await till.coin).toBe(5)
    expect(await till.__name__).toBe('store.till')
    expect(await python.import('store.till')).toBe(till)
    expect(await python.import('store').started).toEqual(['store.till'])
  })

  it('may have the name of an installed one', async () => {
    const where = tree('three', {
      'json/__init__.py': 'from .mine import value',
      'json/mine.py': 'value = "mine"',
      'email.py': 'value = "mine too"',
    })
    expect(await python.import(path.join(where, 'json')).value).toBe('mine')
    expect(await python.import(path.join(where, 'json/mine.py')).value).toBe('mine')
    expect(await python.import(path.join(where, 'email.py')).value).toBe('mine too')
    expect(await python.import('json').loads('1')).toBe(1)
    expect(await python.import('email.message').EmailMessage.__name__).toBe('EmailMessage')
  })
})

describe('a file', () => {
  it('may have a name that no import statement could write', async () => {
    const where = tree('names', { 'my-model.v2.py': 'value = 1', '2fast.py': 'value = 2', 'é.py': 'value = 3' })
    const values = ['my-model.v2.py', '2fast.py', 'é.py'].map((name) => python.import(path.join(where, name)).value)
    expect(await Promise.all(values)).toEqual([1, 2, 3])
    const again = path.join(where, 'my-model.v2.py')
    expect(await python.import(again)).toBe(await python.import(again))
  })

  it('is one module when two calls import it at once', async () => {
    const where = tree('once', { 'slow-one.py': 'import time\ntime.sleep(0.2)\nvalue = object()' })
    const file = path.join(where, 'slow-one.py')
    const [first, second] = await Promise.all([python.import(file), python.import(file)])
    expect(second).toBe(first)
    expect(await first.value).toBe(await second.value)
  })

  it('is one module for its links', async () => {
    const where = tree('links', { 'real_file.py': 'value = object()' })
    const { symlinkSync } = await import('node:fs')
    symlinkSync(path.join(where, 'real_file.py'), path.join(where, 'link.py'))
    expect(await python.import(path.join(where, 'link.py'))).toBe(await python.import(path.join(where, 'real_file.py')))
  })

  it('can be pickled and found by what it made', async () => {
    const where = tree('pickle', { 'pickled.py': 'class Thing:\n  def __eq__(self, other): return True' })
    const pickle = python.import('pickle')
    expect(await pickle.loads(pickle.dumps(python.import(path.join(where, 'pickled.py')).Thing())).$type.__name__).toBe(
      'Thing',
    )
  })

  it('that fails leaves nothing behind, and can be tried again', async () => {
    const where = tree('retry', { 'half-way.py': 'import os\ndone = os.environ["SNAKEBRIDGE_TEST_RETRY"]' })
    const file = path.join(where, 'half-way.py')
    await expect(Promise.resolve(python.import(file))).rejects.toMatchObject({ pythonType: 'KeyError' })
    await python.import('os').environ.$setItem('SNAKEBRIDGE_TEST_RETRY', 'yes')
    expect(await python.import(file).done).toBe('yes')
    const inside = tree('retry-inside', {
      'bag/__init__.py': '',
      'bag/bad.py': 'import bag.worse',
      'bag/worse.py': '1/0',
    })
    const bad = path.join(inside, 'bag/bad.py')
    const error = await Promise.resolve(python.import(bad)).catch((reason) => reason)
    expect(error.pythonType).toBe('ZeroDivisionError')
    expect(error.frames.map((frame: { file: string }) => path.basename(frame.file))).toEqual(['bad.py', 'worse.py'])
    writeFileSync(path.join(inside, 'bag/worse.py'), 'ok = 12345')
    expect(await python.import(bad).__name__).toBe('bag.bad')
  })
})

describe('a name', () => {
  it('may be dotted, of modules that were not imported yet', async () => {
    expect(await python.import('xml.etree.ElementTree').fromstring('<a/>').tag).toBe('a')
    expect(await python.import('os.path').join('a', 'b')).toBe('a/b')
    expect(await python.import('collections.abc').Sized.__name__).toBe('Sized')
    expect(python.sync.import('importlib.metadata').version('numpy')).toMatch(/^\d/)
  })

  it('that leads nowhere says what is missing and how to install it', async () => {
    const missing = await Promise.resolve(python.import('no_such_module_xyz.sub')).catch((reason) => reason)
    expect(missing).toBeInstanceOf(MissingModuleError)
    expect(missing.install).toMatch(/install.* no-such-module-xyz$/)
    const inside = await Promise.resolve(python.import('json.nothing_here')).catch((reason) => reason)
    expect(inside).toBeInstanceOf(MissingModuleError)
    expect(inside.install).toBeUndefined()
    await expect(Promise.resolve(python.exec('from json import nothing_here'))).rejects.toThrow(PythonImportError)
    expect(() => python.sync.import('no_such_module_xyz')).toThrow(MissingModuleError)
  })

  it('of a file without ./ is refused with what was meant', () => {
    expect(() => python.import('model.py')).toThrow("'./model.py'")
    expect(() => python.import('models/net')).toThrow("'./models/net'")
    expect(() => python.import(5 as never)).toThrow('expected the name of a module')
    expect(() => python.import('https://example.com/x.py')).toThrow('expected')
    expect(() => python.import(new URL('https://example.com/x.py'))).toThrow('file')
  })

  it('that is empty or odd is an error like others', async () => {
    for (const odd of ['', '.', '..', 'a..b', ' os'])
      expect(await python.import(odd).then(() => 'imported', String)).toContain('Error')
    expect(await python.import('os').sep).toBe('/')
  })
})

describe('a package and a module in it', () => {
  const where = tree('overlapping', {
    'slow_package/__init__.py': 'import time\ntime.sleep(0.3)\nfrom . import inner\nplace = "package"\n',
    'slow_package/inner/__init__.py':
      'import time\ntime.sleep(0.1)\nimport slow_package\nfrom . import deep\nplace = "inner"\n',
    'slow_package/inner/deep.py': 'place = "deep"\n',
  })

  it('are imported in one turn: by threads that wait for each other', async () => {
    await python.import('sys').path.insert(0, where)
    const inner = 'slow_package.inner'
    const lane = python.lane('imports')
    const all = [
      python.import('slow_package'),
      python.import(inner),
      lane.import(`${inner}.deep`),
      python.import(`${inner}.deep`),
      lane.import('slow_package'),
    ]
    expect(await Promise.all(all.map((module) => module.place))).toEqual([
      'package',
      'inner',
      'deep',
      'deep',
      'package',
    ])
    await expect(Promise.resolve(python.import('slow_package.missing.deep'))).rejects.toThrow(
      "No module named 'slow_package.missing'",
    )
    lane.close()
  })
})
