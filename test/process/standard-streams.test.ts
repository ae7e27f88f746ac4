// Node makes the pipes behind its standard streams non-blocking; Python's streams wait on them as in plain Python.
import { type ChildProcess, spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { describe, it } from 'vitest'
import { clean, environment, root, run, venv, writeProgram } from './program.js'

/** Nobody reads for three seconds, so that a pipe is full. */
const late = (child: ChildProcess) => {
  for (const stream of [child.stdout, child.stderr]) {
    stream?.pause()
    setTimeout(() => stream?.resume(), 3000)
  }
}

describe.concurrent('what Python writes', () => {
  for (const name of ['stdout', 'stderr'] as const) {
    it(`to ${name} arrives whole at a reader that is late, after Node has written there`, async ({ expect }) => {
      const outcome = await run(
        `process.${name}.write('Node\\n')
         await python.exec('import sys\\nfor i in range(100_000): print(i, file=sys.${name})\\nsys.${name}.flush()')
         process.${name}.write('Node again\\n')`,
        { during: late },
      )
      const lines = ['Node', ...Array.from({ length: 100_000 }, (_, i) => String(i)), 'Node again', '']
      expect(outcome).toEqual({ ...clean(''), [name]: lines.join('\n') })
    })
  }

  it('arrives whole without a buffer, in one piece larger than a pipe', async ({ expect }) => {
    const outcome = await run(`process.stdout.write(''); await python.builtins.print('x'.repeat(1_000_000))`, {
      env: { PYTHONUNBUFFERED: '1' },
      during: late,
    })
    expect(outcome).toEqual(clean(`${'x'.repeat(1_000_000)}\n`))
  })

  it('goes to streams that look like those of plain Python', async ({ expect }) => {
    const outcome = await run(`
      await python.exec(\`import sys
for stream in (sys.stdout, sys.stderr):
    print(stream, stream.buffer, stream.name, stream.errors, stream.line_buffering, stream.isatty(), stream.fileno())
print(sys.stdout is sys.__stdout__)\`)`)
    expect(outcome.stdout).toBe(
      "<_io.TextIOWrapper name='<stdout>' mode='w' encoding='utf-8'> <_io.BufferedWriter name='<stdout>'> <stdout> surrogateescape False False 1\n" +
        "<_io.TextIOWrapper name='<stderr>' mode='w' encoding='utf-8'> <_io.BufferedWriter name='<stderr>'> <stderr> backslashreplace True False 2\n" +
        'True\n',
    )
  })
})

it('what Python reads is waited for, also where Node has opened its own stream', async ({ expect }) => {
  const program = `
    import { python } from 'snakebridge'
    process.stdin.pause()
    console.log(await python.builtins.input())
    console.log(await python.import('sys').stdin.readline())
    console.log(await python.import('sys').stdin.read())`
  const child = spawn(process.execPath, [writeProgram(program)], {
    cwd: root,
    env: { ...environment, VIRTUAL_ENV: venv },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const output = text(child.stdout)
  for (const [i, piece] of ['one\n', 'two\n', 'three\nfo', 'ur'].entries())
    setTimeout(() => child.stdin.write(piece), 700 * (i + 1))
  setTimeout(() => child.stdin.end(), 3500)
  expect(await output).toBe('one\ntwo\n\nthree\nfour\n')
})
