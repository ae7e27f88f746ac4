// A child of os.fork() has no JavaScript: it must not live on in the middle of a call that came from there.
import { describe, it } from 'vitest'
import { because, forkUnderSanitizer } from '../skipping.js'
import { clean, run } from './program.js'

const sanitized = process.env.SNAKEBRIDGE_SANITIZER !== undefined

const forks = `
import os, sys

def status(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

def fork(then):
    sys.stdout.flush()
    pid = os.fork()
    if pid != 0:
        return status(pid)
    os.dup2(1, 2)  # to see both in order
    print('child')  # waits in a buffer
    return then()

async def fork_soon(then):
    return fork(then)

def items(then):
    yield fork(then)

def process():
    import threading
    from multiprocessing import get_context
    before = threading.current_thread().name  # from here on threading knows this thread
    child = get_context('fork').Process(target=lambda: print(threading.current_thread() is threading.main_thread(), flush=True))
    child.start()
    child.join()
    return [child.exitcode, threading.current_thread().name == before]

def leave(): os._exit(9)
def leave_by_name(): sys.exit(3)
def leave_with_text(): sys.exit('no')
def come_back(): return 5
def fail(): raise LookupError('of the child')
`
const program = (text: string) =>
  run(
    `import { setTimeout as pause } from 'node:timers/promises'
    const names = await python.exec(${JSON.stringify(forks)})
    const $ = (name) => names.$item(name)
    ${text}`,
  )
const returned =
  'child\nsnakebridge: expected the child process of os.fork() to end by os._exit() or sys.exit(), got a return to JavaScript, which only its parent has; it ends here, with exit status 1\n'

describe.skipIf(sanitized).concurrent(`the child of os.fork()${because(sanitized, forkUnderSanitizer)}`, () => {
  it('ends where it would come back to JavaScript, and the parent goes on', async ({ expect }) => {
    const outcome = await program(`
      console.log(await $('fork')($('come_back')))
      console.log(await $('fork').$on('own')($('come_back')))
      console.log(await $('fork_soon')($('come_back')))
      for await (const item of $('items')($('come_back'))) console.log(item)
      const sync = python.sync.eval('fork(come_back)', names)
      console.log(sync)
      console.log(await python.import('math').sqrt(4))
    `)
    expect(outcome).toEqual(clean(`${`${returned}1\n`.repeat(5)}2\n`))
  })

  it('ends with the status it asks for, and shows its error', async ({ expect }) => {
    const outcome = await program(`
      console.log(await $('fork')($('leave')))
      console.log(await $('fork')($('leave_by_name')))
      console.log(await $('fork')($('leave_with_text')))
      console.log(await $('fork')($('fail')))
    `)
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    expect(outcome.stdout).toMatch(
      /^9\nchild\n3\nchild\nno\n1\nchild\nTraceback \(most recent call last\):\n[\s\S]*LookupError: of the child\n1\n$/,
    )
  })

  it('ends well as a Process of multiprocessing, on a thread that threading has a dummy for', async ({ expect }) => {
    const outcome = await program(`
      console.log(await $('process')())
      console.log(await $('process').$on('own')())
      console.log(python.sync.eval('process()', names))
    `)
    expect(outcome).toEqual(clean('True\n[ 0, true ]\n'.repeat(3)))
  })

  it('cannot call JavaScript', async ({ expect }) => {
    const outcome = await program(`
      for (const call of [$('fork'), $('fork_soon')]) console.log(await call(function greet() { console.log('called') }))
      const pool = python.import('multiprocessing').get_context('fork').Pool(1, kw({ initializer: python.eval('lambda f: setattr(__import__("builtins"), "asked", f)'), initargs: python.tuple([() => 1]) }))
      await pool.apply(python.builtins.eval, ['asked()']).then(console.log, (error) => console.log(error.pythonType))
      await pool.terminate()
    `)
    expect(outcome).toMatchObject({ code: 0, stderr: '' })
    const gone =
      'JavaScriptGone: expected JavaScript to be there for greet, got the child process of an os.fork(), which has none'
    expect(outcome.stdout.split('\n').filter((line) => /^\S*Gone|^1$/.test(line))).toEqual([
      `snakebridge.errors.${gone}`,
      '1',
      `snakebridge.errors.${gone}`,
      '1',
      'snakebridge.errors.JavaScriptGone',
    ])
  })
})
