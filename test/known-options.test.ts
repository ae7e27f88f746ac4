// What takes an object of options says so when it is given one that it does not know.
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { ConversionError, python } from '../src/index.js'

const stream = () => python.eval('iter([b"a"])').$stream()
const type = python.eval('type("Registered", (), {})').$keep

const takers: Record<string, (options: never) => unknown> = {
  'python.start': (options) => python.start(options),
  'python.doctor': (options) => python.doctor(options),
  'python.session': (options) => python.session(options),
  'python.lane': (options) => python.lane('misspelt', options),
  'python.file': (options) => python.file(Buffer.from('a'), options),
  'python.iterator': (options) => python.iterator([1], options),
  'python.callback': (options) => python.callback(() => 1, options),
  registerType: (options) => python.registerType(type, options),
  toWeb: (options) => stream().toWeb(options),
  toNode: (options) => stream().toNode(options),
}

it.each(Object.keys(takers))('%s refuses an unknown option, and what is no object', async (name) => {
  const take = async (options: unknown) => (takers[name] as (options: unknown) => unknown)(options)
  const unknown = take({ tll: 5 })
  await expect(unknown).rejects.toBeInstanceOf(ConversionError)
  await expect(unknown).rejects.toThrow(`expected an option of ${name} (`)
  await expect(unknown).rejects.toThrow('got "tll"')
  for (const none of [null, 5, 'x'])
    await expect(take(none)).rejects.toThrow(`expected an object of options for ${name}`)
})

it('known ones pass, and an undefined one counts as left out', async () => {
  python.session({ ttl: 1000, maxReferences: undefined, name: 'known' }).end()
  python.lane('known', { stackSize: undefined, queueLimit: 5 }).close()
  expect(
    await python.eval('f.read()', { f: python.file(Readable.from(['é']), { text: true, encoding: undefined }) }),
  ).toBe('é')
  expect(await python.eval('list(i)', { i: python.iterator([1], { bufferSize: undefined }) })).toEqual([1])
})
