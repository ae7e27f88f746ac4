// `json.dumps` + `JSON.parse`, and `JSON.stringify` + `json.loads`: the text alone, without the way it travels.
import { blocking } from '../measure.mjs'
import { measureInPython } from './plain-python.mjs'

export const open = () => ({})

function sum(one, other) {
  const added = (key) => one[key] + other[key]
  return { unit: 'µs', median: added('median'), p10: added('p10'), p90: added('p90'), samples: one.samples }
}

function throughText(trial) {
  return (_, settings) => {
    const value = settings.input(trial)
    const text = JSON.stringify(value)
    const inPython = measureInPython(trial, settings)
    return {
      out: sum(
        inPython.out,
        blocking(() => JSON.parse(text), settings),
      ),
      into: sum(
        inPython.into,
        blocking(() => JSON.stringify(value), settings),
      ),
    }
  }
}

export const measured = { floats: throughText('floats'), records: throughText('records') }

export const trials = {}

export async function close() {}
