import { listCandidates } from './discovery/start-error.js'
import type { DoctorReport } from './doctor.js'

/** The report for people: what `npx snakebridge doctor` prints. */
export function formatReport(report: DoctorReport): string {
  const { node, snakebridge, addon, python, packages, variables, notes } = report
  const sections = [
    `SnakeBridge ${snakebridge.version} in ${snakebridge.folder}`,
    `Node ${node.version} (Node-API ${node.napi}), ${[node.platform, node.arch, node.libc].filter(Boolean).join(' ')}, ${node.executable}`,
    `Addon: ${addon.loads ? 'loads' : `does not load: ${addon.error}`}${addon.file ? ` (${addon.file})` : ''}`,
    pythonLines(report),
    python.candidates.length > 0
      ? `Candidates, in the order in which they are tried:\n${listCandidates(python.candidates)}`
      : '',
    section(
      'Packages',
      packages.map(({ name, version }) => `${name} ${version}`),
    ),
    section(
      'Variables',
      Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ),
    section('Notes', notes),
    report.healthy ? 'All is well.' : 'Not ready: see above for what to do.',
  ]
  return `${sections.filter(Boolean).join('\n\n')}\n`
}

function pythonLines({ python, start }: DoctorReport): string {
  const { chosen } = python
  if (!chosen) {
    return 'Python: none can be used. Install CPython 3.11 or newer with its shared library (`uv python install 3.12`), or name one.'
  }
  const facts = [
    ['chosen because of', chosen.source],
    ['sys.executable', chosen.executable],
    ['sys.prefix', chosen.prefix],
    ['library', chosen.libpython],
    ['packages in', chosen.sitePackages.join(', ') || 'no folder'],
    [
      'trial start',
      !start ? 'not tried' : start.works ? `works (${start.milliseconds} ms, Node included)` : `fails: ${start.error}`,
    ],
  ]
  return [`Python ${chosen.version}`, ...facts.map(([name, value]) => `  ${name}: ${value}`)].join('\n')
}

function section(title: string, lines: string[]): string {
  return lines.length > 0 ? `${title}:\n${lines.map((line) => `  ${line}`).join('\n')}` : ''
}
