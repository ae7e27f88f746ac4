// Children of Python have the standard streams, and workers of multiprocessing and joblib are Python, not Node.
import { describe, it } from 'vitest'
import { because, forkUnderSanitizer } from '../skipping.js'
import { clean, run } from './program.js'

const lines = (text: string) => text.split('\n').filter(Boolean).sort()

describe.concurrent('subprocess', () => {
  it('gives children the inherited streams, before and after Node starts children of its own', async ({ expect }) => {
    const outcome = await run(`
      import { execFileSync, spawnSync } from 'node:child_process'
      const subprocess = python.import('subprocess')
      const os = python.import('os')
      console.log('return code', await subprocess.run(['sh', '-c', 'echo inherited']).returncode)
      console.log(execFileSync('echo', ['redirected by Node'], { encoding: 'utf8' }).trim())
      spawnSync('echo', ['inherited from Node'], { stdio: 'inherit' })
      console.log('return code', await os.system('echo system; echo error >&2'))
      console.log('return code', await subprocess.run(['sh', '-c', 'echo again']).returncode)
    `)
    expect(lines(outcome.stdout)).toEqual(
      lines(
        'inherited\nreturn code 0\nredirected by Node\ninherited from Node\nsystem\nreturn code 0\nagain\nreturn code 0',
      ),
    )
    expect(outcome).toMatchObject({ code: 0, stderr: 'error\n' })
  })

  it('redirects streams, before and after Node starts children of its own', async ({ expect }) => {
    const outcome = await run(`
      import { execFileSync } from 'node:child_process'
      const subprocess = python.import('subprocess')
      const redirected = () => subprocess.run(['sh', '-c', 'cat; echo err >&2'], kw({ capture_output: true, text: true, input: 'in' }))
      const show = async ({ stdout, stderr, returncode }) => console.log(await stdout, await stderr, await returncode)
      await show(redirected())
      console.log(execFileSync('cat', [], { input: 'node', encoding: 'utf8' }))
      await show(redirected())
    `)
    expect(outcome).toEqual(clean('in err\n 0\nnode\nin err\n 0\n'))
  })

  it('starts children with the signals of a shell: a broken pipe ends them', async ({ expect }) => {
    const outcome = await run(`
      const subprocess = python.import('subprocess')
      const { stdout, stderr } = subprocess.run('yes | head -n 1', kw({ shell: true, capture_output: true, text: true }))
      console.log(await stdout + await stderr)
    `)
    expect(outcome).toEqual(clean('y\n\n'))
  })

  it('waits for children on several threads at once', async ({ expect }) => {
    const outcome = await run(`
      const subprocess = python.import('subprocess')
      const ask = async (i) => await subprocess.check_output(['sh', '-c', 'sleep 0.2; echo ' + i], kw({ text: true }))
      console.log((await Promise.all([1, 2, 3, 4].map(ask))).join('').replaceAll('\\n', ' '))
    `)
    expect(outcome).toEqual(clean('1 2 3 4 \n'))
  })
})

describe.concurrent('workers', () => {
  for (const method of ['spawn', 'forkserver', 'fork']) {
    const skipped = method === 'fork' && process.env.SNAKEBRIDGE_SANITIZER !== undefined
    const title = `of multiprocessing start by ${method}, from the pool and from a lane`
    it.skipIf(skipped)(title + because(skipped, forkUnderSanitizer), async ({ expect }) => {
      const outcome = await run(`
        for (const from of [python, python.lane('own')]) {
          const pool = from.import('multiprocessing').get_context('${method}').Pool(2)
          console.log(await pool.map(from.import('math').sqrt, [1, 4, 9]))
          await pool.close()
          await pool.join()
        }
      `)
      expect(outcome).toEqual(clean('[ 1, 2, 3 ]\n[ 1, 2, 3 ]\n'))
    })
  }

  it('start from a blocking call', async ({ expect }) => {
    const outcome = await run(`
      const pool = python.sync.import('multiprocessing').get_context('spawn').Pool(1)
      console.log(pool.map(python.sync.import('math').sqrt, [1, 4]))
      pool.terminate()
    `)
    expect(outcome).toEqual(clean('[ 1, 2 ]\n'))
  })

  it('of a ProcessPoolExecutor are the Python of the environment', async ({ expect }) => {
    const outcome = await run(`
      const context = python.import('multiprocessing').get_context('spawn')
      const executor = python.import('concurrent.futures').ProcessPoolExecutor(1, context)
      const ask = (code) => executor.submit(python.builtins.eval, code).result()
      console.log(await ask('__import__("sys").executable') === python.info().executable)
      console.log(await ask('__import__("sys").prefix') === python.info().prefix)
      await executor.shutdown()
    `)
    expect(outcome).toEqual(clean('true\ntrue\n'))
  })

  it('of joblib are the Python of the environment', async ({ expect }) => {
    const outcome = await run(`
      const joblib = python.import('joblib')
      const asked = python.eval('[joblib.delayed(eval)("__import__(\\'sys\\').executable") for _ in range(2)]', { joblib })
      console.log((await joblib.Parallel(2)(asked)).every((path) => path === python.info().executable))
    `)
    expect(outcome).toEqual(clean('true\n'))
  })

  it('that train a model of scikit-learn agree with one thread', async ({ expect }) => {
    const outcome = await run(`
      const { load_iris } = python.import('sklearn.datasets')
      const { cross_val_score } = python.import('sklearn.model_selection')
      const { LogisticRegression } = python.import('sklearn.linear_model')
      const [x, y] = load_iris(kw({ return_X_y: true }))
      const scores = (jobs) => cross_val_score(LogisticRegression(kw({ max_iter: 1000 })), x, y, kw({ n_jobs: jobs }))
      const [one, two] = [await scores(1), await scores(2)]
      console.log(one.toArray().join() === two.toArray().join())
    `)
    expect(outcome).toEqual(clean('true\n'))
  })
})
