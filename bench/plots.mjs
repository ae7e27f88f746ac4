// The plots of docs/benchmarks.md: one run's JSON → docs/plots/<name>-<theme>.svg, by Vega-Lite without a browser.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as vega from 'vega'
import { compile } from 'vega-lite'
import { contenders } from './contenders.mjs'
import { root } from './environment.mjs'
import { figure } from './figure.mjs'
import { barColours, configuration, lineColours, themes } from './plot-theme.mjs'

const floors = ['floor', 'plain-python']
const kindOf = (contender) => (contender === 'snakebridge' ? 'own' : floors.includes(contender) ? 'floor' : 'other')

// A metric of every contender that has it, as rows { contender, value (µs, or as it is), label, kind, …more }.
function rowsOf({ runs }, trial, metric, more = {}) {
  return Object.keys(contenders).flatMap((contender) => {
    const found = runs.find((run) => run.trial === trial && run.contender === contender)?.metrics?.[metric]
    if (!found) return []
    const { median, unit } = found
    const value = unit === 'ms' ? median * 1e3 : median
    return [
      { contender, name: contenders[contender], value, label: figure(median, unit), kind: kindOf(contender), ...more },
    ]
  })
}

const microseconds =
  "datum.value >= 1e6 ? format(datum.value / 1e6, '~s') + ' s' : datum.value >= 1e3 ? format(datum.value / 1e3, '~s') + ' ms' : datum.value >= 1 ? format(datum.value, '~s') + ' µs' : format(datum.value * 1e3, '~s') + ' ns'"
const powersOfTen = Array.from({ length: 12 }, (_, i) => 10 ** (i - 3))

/** Horizontal bars on a logarithmic axis of time, one panel for each `panel` of the rows (and `column`, where they have one). */
function bars(rows, theme, { title, width }) {
  const from = 10 ** Math.floor(Math.log10(Math.min(...rows.map(({ value }) => value)) / 1.5))
  const to = Math.max(...rows.map(({ value }) => value)) * 6
  const order = Object.values(contenders)
  const panels = [...new Set(rows.map(({ panel }) => panel))]
  const columns = [...new Set(rows.map(({ column }) => column))]
  const x = { field: 'value', type: 'quantitative', scale: { type: 'log', domain: [from, to], nice: false } }
  const y = { field: 'name', type: 'nominal', sort: order, title: null }
  const header = { labelAnchor: 'start', labelAngle: 0, labelOrient: 'top', title: null }
  return {
    title: { text: title },
    data: { values: rows },
    facet: {
      row: { field: 'panel', type: 'nominal', sort: panels, header },
      ...(columns[0] && { column: { field: 'column', type: 'nominal', sort: columns, header } }),
    },
    spacing: { row: 16, column: 24 },
    spec: {
      width,
      height: { step: 19 },
      layer: [
        {
          mark: { type: 'bar', cornerRadiusEnd: 2, height: 13 },
          encoding: {
            x: { ...x, axis: { title: null, values: powersOfTen, labelExpr: microseconds } },
            x2: { datum: from },
            y,
            color: { field: 'kind', type: 'nominal', scale: barColours(theme), legend: null },
          },
        },
        { mark: { type: 'text', align: 'left', dx: 5 }, encoding: { x, y, text: { field: 'label' } } },
      ],
    },
    resolve: { scale: { y: columns[0] ? 'shared' : 'independent' } },
  }
}

/** Lines with a legend, one for each contender; `x` and `y` are Vega-Lite channels. */
function lines(rows, theme, { title, width, x, y }) {
  const series = Object.entries(contenders).filter(([key]) => rows.some(({ contender }) => contender === key))
  const columns = [...new Set(rows.map(({ column }) => column))]
  const panel = {
    width,
    height: 260,
    mark: { type: 'line', point: true },
    encoding: {
      x,
      y,
      color: { field: 'name', type: 'nominal', scale: lineColours(theme, series) },
      strokeDash: { condition: { test: "datum.kind === 'floor'", value: [5, 4] }, value: [1, 0] },
    },
  }
  const header = { title: null, labelAnchor: 'start' }
  return {
    title: { text: title },
    data: { values: rows },
    ...(columns[0]
      ? { facet: { column: { field: 'column', sort: columns, header } }, spacing: 44, spec: panel }
      : panel),
  }
}

const sizes = { '8 KB': 2 ** 13, '1 MB': 2 ** 20, '8 MB': 2 ** 23, '128 MB': 2 ** 27, '1 GB': 2 ** 30 }
const ways = { out: 'Python → JavaScript', into: 'JavaScript → Python' }
const levels = [1, 4, 16, 64, 256]
const time = { field: 'value', type: 'quantitative', axis: { title: null, labelExpr: microseconds } }
const logarithmic = { scale: { type: 'log' }, axis: { ...time.axis, values: powersOfTen } }
const clients = {
  field: 'clients',
  type: 'quantitative',
  scale: { type: 'log', base: 2, nice: false },
  axis: { title: 'concurrent clients', values: levels, grid: false },
}
// The floor is the endpoint without a model, several times over the rest.
const served = (results, metric) =>
  levels
    .flatMap((count) => rowsOf(results, 'service', `${metric} ${count}`, { clients: count }))
    .filter(({ contender }) => contender !== 'floor')

/** The plots as data: what each shows of a run's results, and how. */
const plots = {
  calls: {
    title: 'A call of math.sqrt',
    rows: (results) => [
      ...rowsOf(results, 'blocking-call', 'call', { panel: 'Blocking' }),
      ...rowsOf(results, 'awaited-call', 'call', { panel: 'Awaited, one after another' }),
      ...rowsOf(results, 'thousand-calls', 'calls', { panel: 'Awaited, 1,000 at once, each' }),
    ],
    draw: (rows, theme, text) => bars(rows, theme, { ...text, width: 520 }),
  },
  service: {
    title: 'A service: requests a second',
    rows: (results) => served(results, 'throughput'),
    draw: (rows, theme, text) =>
      lines(rows, theme, { ...text, width: 620, x: clients, y: { ...time, axis: { title: null, format: ',.0f' } } }),
  },
  'service-latency': {
    title: 'A service: p99 of the time of a request',
    rows: (results) => served(results, 'p99'),
    draw: (rows, theme, text) =>
      lines(rows, theme, { ...text, width: 620, x: clients, y: { ...time, ...logarithmic } }),
  },
  arrays: {
    title: 'A float64 array',
    rows: (results) =>
      Object.entries(ways).flatMap(([way, column]) =>
        Object.entries(sizes).flatMap(([size, bytes]) =>
          rowsOf(results, 'arrays', `${way} ${size}`, { column, bytes, size }),
        ),
      ),
    draw: (rows, theme, text) =>
      lines(rows, theme, {
        ...text,
        width: 320,
        x: {
          field: 'bytes',
          type: 'quantitative',
          scale: { type: 'log', base: 2, nice: false },
          axis: {
            title: null,
            grid: false,
            values: Object.values(sizes),
            labelExpr: `${JSON.stringify(Object.fromEntries(Object.entries(sizes).map(([name, bytes]) => [bytes, name])))}[datum.value]`,
          },
        },
        y: { ...time, ...logarithmic },
      }),
  },
  values: {
    title: 'Lists and records, by value',
    rows: (results) =>
      Object.entries({ floats: 'List of 10⁵ floats', records: '1,000 nested records' }).flatMap(([trial, panel]) =>
        Object.entries(ways).flatMap(([way, column]) => rowsOf(results, trial, way, { panel, column })),
      ),
    draw: (rows, theme, text) => bars(rows, theme, { ...text, width: 270 }),
  },
  'start-up': {
    title: 'Start, with the standard library only',
    rows: (results) => rowsOf(results, 'start-up', 'time', { panel: 'From require to the first result' }),
    draw: (rows, theme, text) => bars(rows, theme, { ...text, width: 520 }),
  },
}

async function svgOf(spec, theme) {
  // Every panel has its own contenders; that their axes hold the same kind of thing is meant.
  const silent = vega.logger(vega.Error)
  const specification = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    config: configuration(theme),
    ...spec,
  }
  const compiled = compile(specification, { logger: silent })
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none', logLevel: vega.Error })
  return view.toSVG()
}

/** Writes the plots that these results have figures for; gives their names and titles. */
export async function writePlots(results, folder = join(root, 'docs', 'plots')) {
  mkdirSync(folder, { recursive: true })
  const written = []
  for (const [name, { title, rows, draw }] of Object.entries(plots)) {
    const values = rows(results)
    if (values.length === 0) continue
    for (const theme of themes) {
      const spec = draw(values, theme, { title })
      writeFileSync(join(folder, `${name}-${theme}.svg`), `${await svgOf(spec, theme)}\n`)
    }
    written.push({ name, title })
  }
  return written
}
