// What Electron does otherwise, as far as it shows without Electron: `process.versions.electron` is set, as it is also in a
// process that ELECTRON_RUN_AS_NODE makes; the JavaScript lies in an archive (here a folder of that name), the rest beside it.
import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { clean, folder, root, runFile } from '../process/program.js'

const app = path.join(folder, 'electron')
const inside = path.join(app, 'app.asar')
const beside = path.join(app, 'app.asar.unpacked')
const packageIn = (where: string) => path.join(where, 'node_modules/snakebridge')
const electron = { ELECTRON_RUN_AS_NODE: '1' }

beforeAll(() => {
  mkdirSync(inside, { recursive: true })
  writeFileSync(path.join(inside, 'package.json'), '{ "name": "app" }')
  for (const where of [inside, beside]) {
    mkdirSync(packageIn(where), { recursive: true })
    symlinkSync(path.join(root, 'node_modules/node-gyp-build'), path.join(where, 'node_modules/node-gyp-build'))
    cpSync(path.join(root, 'package.json'), path.join(packageIn(where), 'package.json'))
    cpSync(path.join(root, 'dist'), path.join(packageIn(where), 'dist'), { recursive: true })
  }
  cpSync(path.join(root, 'python'), path.join(packageIn(beside), 'python'), { recursive: true })
  const target = path.join(packageIn(beside), 'prebuilds', `${process.platform}-${process.arch}`)
  mkdirSync(target, { recursive: true })
  const built = path.join(process.env.SNAKEBRIDGE_PREBUILD ?? root, 'build/Release/snakebridge.node')
  cpSync(built, path.join(target, 'snakebridge.node'))
  writeFileSync(path.join(beside, 'model.py'), 'def twice(x):\n    return 2 * x\n')
})

function start(program: string) {
  const file = path.join(inside, 'main.cjs')
  writeFileSync(
    file,
    `Object.defineProperty(process.versions, 'electron', { value: '45.0.0' })
    const { python } = require('snakebridge')
    ;(async () => { ${program} })()`,
  )
  return runFile(file, { env: electron })
}

describe('in Electron', () => {
  it('the binary, our Python files and the program’s come from what was unpacked beside the archive', async () => {
    const outcome = await start(`console.log(await python.import('./model.py').twice(21))
      console.log((await python.import('snakebridge').__file__).includes('app.asar.unpacked'))`)
    expect(outcome).toEqual(clean('42\ntrue\n'))
  })

  it('every buffer is copied', async () => {
    const outcome = await start(`const a = python.import('array').array('d', [1, 2])
      const view = await a
      view.data[0] = 7
      console.log(await python.builtins.list(a), view.data[0])`)
    expect(outcome).toEqual(clean('[ 1, 2 ] 7\n'))
  })

  it('a package that was not unpacked says how to', async () => {
    renameSync(beside, `${beside}.away`)
    const { code, stderr } = await start(`await python.import('math').sqrt(2)`)
    renameSync(`${beside}.away`, beside)
    expect(code).toBe(1)
    expect(stderr).toContain('expected snakebridge outside the Electron archive')
    expect(stderr).toContain("asarUnpack: ['**/node_modules/snakebridge/**']")
  })
})
