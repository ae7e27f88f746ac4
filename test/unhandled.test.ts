// What a program that fails prints, and how it ends, in a process of its own.
import { expect, it } from 'vitest'
import { run } from './process/program.js'

it('ends the process with one report that names the line, for a call that nobody awaits', async () => {
  const outcome = await run(`
python.builtins.len([])
python.builtins.abs(python.builtins.int('not a number')).$add(1)
await new Promise((resolve) => setTimeout(resolve, 20_000)) // Python may take its time to start
console.log('not reached')`)
  expect(outcome.code).toBe(1)
  expect(outcome.stdout).toBe('')
  expect(outcome.stderr.match(/invalid literal/g)).toHaveLength(2) // the message and the traceback's last line
  expect(outcome.stderr).toMatch(/program-\d+\.mjs:4/)
})

it('ends it for a statement, and for the failure of an argument', async () => {
  for (const line of [
    'object.x = 1',
    'delete object.x',
    'object[0] = 1',
    'delete object[0]',
    'object.x = python.builtins.int("x")',
  ]) {
    const outcome = await run(
      `const object = await python.builtins.object()\n${line}\nawait python.import('time').sleep(0.2)`,
    )
    expect([line, outcome.code]).toEqual([line, 1])
    expect(outcome.stderr).toMatch(/program-\d+\.mjs:3/)
  }
})

it('does not end it when a dependent is awaited, or the error is caught', async () => {
  const outcome = await run(`
const failing = python.builtins.int('x')
const dependent = python.builtins.abs(failing)
await dependent.catch((error) => console.log(error.pythonType))
await python.builtins.abs(failing).catch((error) => console.log(error.pythonType))
await Promise.allSettled([python.builtins.int('y'), python.builtins.nothing])
const { missing } = python.import('math') // read, and not used
try { for await (const x of python.builtins.len) ; } catch (error) { console.log(error.message) }
await python.import('time').sleep(0.1)
console.log('end')`)
  expect(outcome).toMatchObject({
    code: 0,
    stdout: "ValueError\nValueError\n'builtin_function_or_method' object is not iterable\nend\n",
    stderr: '',
  })
})

it('does not end it for the second of two inputs that failed, when the operation is awaited', async () => {
  const outcome = await run(`
const divide = () => python.eval('1 / 0')
const look = () => python.eval('[][0]')
const { builtins } = python
for (const use of [
  () => builtins.max(divide(), look()),
  () => builtins.sum([divide(), look()]),
  () => builtins.dict(kw({ a: divide(), b: look() })),
  () => divide().$add(look()),
  () => divide().member(look()),
  () => builtins.len(builtins.max(divide(), look())),
  () => builtins.map(python.import('no_such_package').f, python.import('no_such_package').items),
]) await use().then(undefined, (error) => console.log(error.name))
await python.import('time').sleep(0.1)
console.log('end')`)
  const first = 'PythonZeroDivisionError\n'
  expect(outcome).toMatchObject({ code: 0, stdout: `${first.repeat(6)}MissingModuleError\nend\n`, stderr: '' })
})

it('ends it for an operation with two inputs that failed, which nobody awaits', async () => {
  for (const line of [
    'python.builtins.max(python.eval("1 / 0"), python.eval("[][0]"))',
    'object.x = [python.eval("1 / 0"), python.eval("[][0]")]',
    'python.eval("object().missing").read',
  ]) {
    const outcome = await run(
      `const object = await python.eval('type("A", (), {})()')\n${line}\nawait python.import('time').sleep(0.2)`,
    )
    expect([line, outcome.code]).toEqual([line, 1])
  }
})

it('counts each error once, whoever hears of it', async () => {
  const outcome = await run(`
let count = 0
process.on('unhandledRejection', () => count++)
const failing = python.builtins.int('x')
for (let i = 0; i < 10; i++) python.builtins.abs(failing)
await python.import('time').sleep(0.1)
python.builtins.abs(failing)
await python.import('time').sleep(0.1)
console.log(count)`)
  expect(outcome.stdout).toBe('1\n')
})

it('prints an uncaught error with the line, the traceback and the command that installs what is missing', async () => {
  const outcome = await run(`await python.import('no_such_package_of_ours').x`)
  expect(outcome.code).toBe(1)
  expect(outcome.stderr).toMatch(
    /MissingModuleError: No module named 'no_such_package_of_ours'\n {4}at .*program-\d+\.mjs:2/,
  )
  expect(outcome.stderr).toContain('To install it: ')
})

it('reports a cancelled call that nobody awaits once, and not when a dependent is awaited', async () => {
  const outcome = await run(`
const seen = []
process.on('unhandledRejection', (error) => seen.push(error.name))
const time = python.import('time')
await time
time.sleep(0.3, kw({ $timeout: 50 }))
const first = python.builtins.len(time.sleep(0.2, kw({ $timeout: 20 })))
await first.catch((error) => seen.push('caught ' + error.name))
const lane = python.lane('one')
lane.import('time').sleep(0.2)
const controller = new AbortController()
const second = python.builtins.len(lane.import('time').sleep(0.2, kw({ $signal: controller.signal })))
setTimeout(() => controller.abort(), 50)
await second.catch((error) => seen.push('caught ' + error.name))
await new Promise((resolve) => setTimeout(resolve, 500))
console.log(JSON.stringify(seen.sort()))`)
  expect(outcome.stderr).toBe('')
  expect(JSON.parse(outcome.stdout)).toEqual(['TimeoutError', 'caught AbortError', 'caught TimeoutError'])
})
