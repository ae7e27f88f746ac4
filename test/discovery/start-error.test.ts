import { describe, expect, it } from 'vitest'

import type { Candidate, UsableCandidate } from '../../src/discovery/candidate.js'
import { PythonStartError } from '../../src/discovery/start-error.js'

const old: Candidate = {
  source: 'VIRTUAL_ENV',
  executable: '/old/bin/python',
  version: '3.10.1',
  refused: { code: 'too_old', reason: 'It is too old.', hint: 'Install a newer one.' },
}
const dangling: Candidate = {
  source: 'PATH',
  executable: '/bin/python3',
  refused: { code: 'dangling_symlink', reason: 'It leads nowhere.', hint: 'Mend it.' },
}

describe('PythonStartError', () => {
  it('lists every candidate, why it was refused and what to do', () => {
    const error = PythonStartError.notFound([old, dangling])
    expect(error).toMatchObject({ name: 'PythonStartError', code: 'no_python', candidates: [old, dangling] })
    expect(error.message).toBe(
      [
        'No usable Python was found: CPython 3.11 or newer with its shared library is needed.',
        '  1. VIRTUAL_ENV: /old/bin/python (Python 3.10.1)',
        '     refused: It is too old.',
        '     what to do: Install a newer one.',
        '  2. PATH: /bin/python3',
        '     refused: It leads nowhere.',
        '     what to do: Mend it.',
      ].join('\n'),
    )
  })

  it('has the code of the refusal where one Python was asked for', () => {
    const error = PythonStartError.notFound([{ ...old, source: 'env option' }])
    expect(error.code).toBe('too_old')
    expect(error.message).toContain('The Python that was asked for (env option) cannot be used.')
  })

  it('says where it looked when there was nothing', () => {
    expect(PythonStartError.notFound([]).message).toContain('python3 and python on the PATH')
  })

  it('names the library that did not start', () => {
    const chosen = {
      ...old,
      refused: undefined,
      libpython: '/old/lib/libpython3.12.so',
      version: '3.12.0',
    } as unknown as UsableCandidate
    const error = PythonStartError.failed(chosen, { code: 'library', message: 'undefined symbol: x' })
    expect(error).toMatchObject({ code: 'library', message: expect.stringContaining('/old/lib/libpython3.12.so') })
  })
})
