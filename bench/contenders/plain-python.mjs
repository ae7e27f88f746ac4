// Plain Python in its own process, measured there: the work without any bridge.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { bench, python } from '../environment.mjs'
import { measureStart } from '../startup.mjs'

/** Runs one trial of python/plain.py, which measures and summarises by itself. */
export function measureInPython(trial, { seconds }) {
  const output = execFileSync(python, [join(bench, 'python', 'plain.py'), trial, String(seconds)])
  return JSON.parse(output)
}

export const open = () => ({})

function objectsAlone(trial) {
  return (_, settings) => ({ into: measureInPython(trial, settings).objects })
}

const inPython = [
  'blocking-call',
  'chain',
  'stream',
  'overlap-sleep',
  'overlap-numpy',
  'service',
  'churn-blocking',
  'arrays-dropped',
]

/** Trials measured by the contender itself: they return metrics, not operations. */
export const measured = {
  ...Object.fromEntries(inPython.map((trial) => [trial, (_, settings) => measureInPython(trial, settings)])),
  floats: objectsAlone('floats'),
  records: objectsAlone('records'),
  'start-up': (_, settings) => measureStart({ command: [python, '-c', 'pass'], wall: true }, settings),
}

export const trials = {}

export async function close() {}
