// Children of Python inherit the standard streams; workers of multiprocessing and joblib are Python, not Node.
import { expect, it } from 'vitest'
import { run } from './program.js'

it('runs subprocesses with inherited and redirected streams, before and after Node spawns children', async () => {
  const outcome = await run(`
    import { execFileSync } from 'node:child_process'
    const subprocess = python.import('subprocess')
    const os = python.import('os')
    console.log(await subprocess.run(python.eval('["sh", "-c", "echo inherited"]')).returncode)
    console.log(execFileSync('echo', ['from node'], { encoding: 'utf8' }).trim())
    console.log(await os.system('echo system'))
    const captured = subprocess.run(['sh', '-c', 'echo out; echo err >&2'], kw({ capture_output: true, text: true }))
    console.log(await captured.stdout, await captured.stderr)
  `)
  expect(outcome.stderr).toBe('')
  expect(outcome.stdout.split('\n').sort()).toEqual(
    ['', '', '0', '0', 'err', 'from node', 'inherited', 'out ', 'system'].sort().filter((line, i) => i > 0 || line === ''),
  )
})

for (const method of ['spawn', 'forkserver', 'fork']) {
  it(`starts Python workers by ${method}`, async () => {
    const outcome = await run(`
      const multiprocessing = python.import('multiprocessing')
      const context = multiprocessing.get_context('${method}')
      const math = python.import('math')
      const pool = context.Pool(2)
      console.log(await pool.map(math.sqrt, [1, 4, 9]))
      await pool.terminate()
    `)
    expect(outcome).toEqual({ code: 0, signal: null, stdout: '[ 1, 2, 3 ]\n', stderr: '' })
  })
}

it('runs a ProcessPoolExecutor and sees sys.executable in its workers', async () => {
  const outcome = await run(`
    const futures = python.import('concurrent.futures')
    const executor = futures.ProcessPoolExecutor(kw({ max_workers: 1, mp_context: python.import('multiprocessing').get_context('spawn') }))
    const executable = await executor.submit(python.builtins.eval, '__import__("sys").executable').result()
    console.log(executable === python.info().executable)
    await executor.shutdown()
  `)
  expect(outcome).toEqual({ code: 0, signal: null, stdout: 'true\n', stderr: '' })
})
