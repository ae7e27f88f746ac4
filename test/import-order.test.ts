// An import that nobody awaits comes before what uses its package: half a module is nobody's to see.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { python } from '../src/index.js'

const folder = mkdtempSync(path.join(tmpdir(), 'snakebridge-order-'))
beforeAll(async () => {
  await python.import('sys').path.append(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A package that looks into a module of its own, as matplotlib.use() does into matplotlib.pyplot. */
function makePackage(name: string, seconds = 0.3): void {
  mkdirSync(path.join(folder, name))
  writeFileSync(
    path.join(folder, name, '__init__.py'),
    `import sys, threading
gate = threading.Event()
def state():
    slow = sys.modules.get('${name}.slow')
    return None if slow is None else getattr(slow, 'state', 'half')
class Reader:
    def __init__(self): self.found = state()
`,
  )
  writeFileSync(
    path.join(folder, name, 'slow.py'),
    `from ${name} import gate\ngate.wait(${seconds})\nstate = 'whole'\n`,
  )
}

describe('an import that nobody awaits', () => {
  it('comes before what imports another module of the package', async () => {
    makePackage('order_imports')
    const slow = python.import('order_imports.slow')
    expect(await python.import('order_imports').state()).toBe('whole')
    expect(await slow.state).toBe('whole')
  })

  it('comes before calls of functions and classes of the package that is there already', async () => {
    makePackage('order_calls')
    const whole = await python.import('order_calls')
    const { state, Reader } = whole
    await state()
    void python.import('order_calls.slow')
    expect(await Promise.all([whole.state(), state(), Reader().found])).toEqual(['whole', 'whole', 'whole'])
  })

  it('comes before a blocking call', async () => {
    makePackage('order_blocking')
    void python.import('order_blocking.slow')
    expect(python.sync.import('order_blocking').state()).toBe('whole')
  })

  it('holds up nothing else', async () => {
    makePackage('order_others', 60)
    const { gate } = await python.import('order_others')
    const slow = python.import('order_others.slow')
    expect(await python.import('math').sqrt(4)).toBe(2)
    await gate.set()
    expect(await slow.state).toBe('whole')
  })
})
