// How the plots look, in light and dark: one colour for each contender on lines, and on bars one that is ours, one for the
// floors, and one for everybody else.
const colours = {
  light: {
    text: '#1f2328',
    quiet: '#59636e',
    grid: '#d1d9e0',
    own: '#0969da',
    floor: '#c3cbd4',
    other: '#818b98',
    snakebridge: '#0969da',
    'grpc-unix': '#bc4c00',
    'grpc-tcp': '#e8963c',
    'node-calls-python': '#8250df',
    'json-lines': '#1a7f37',
    floor_line: '#59636e',
  },
  dark: {
    text: '#f0f6fc',
    quiet: '#9198a1',
    grid: '#30363d',
    own: '#4493f8',
    floor: '#3d444d',
    other: '#7d8590',
    snakebridge: '#4493f8',
    'grpc-unix': '#f0883e',
    'grpc-tcp': '#ffc680',
    'node-calls-python': '#bc8cff',
    'json-lines': '#56d364',
    floor_line: '#9198a1',
  },
}

export const themes = Object.keys(colours)
const font = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif'

/** The Vega-Lite configuration of one theme. */
export function configuration(theme) {
  const { text, quiet, grid } = colours[theme]
  const label = { labelFont: font, labelFontSize: 12, titleFont: font, titleFontSize: 12, titleFontWeight: 'normal' }
  return {
    background: null,
    padding: 8,
    font,
    view: { stroke: null },
    title: { color: text, font, fontSize: 15, fontWeight: 600, anchor: 'start', offset: 14 },
    axis: {
      ...label,
      labelColor: text,
      titleColor: quiet,
      gridColor: grid,
      domain: false,
      ticks: false,
      labelPadding: 6,
      labelLimit: 0,
      labelOverlap: false,
      labelFlush: false,
    },
    header: { ...label, labelColor: text, labelFontWeight: 600, labelPadding: 2, labelLimit: 0 },
    legend: {
      ...label,
      labelColor: text,
      title: null,
      orient: 'bottom',
      symbolStrokeWidth: 2.5,
      columns: 3,
      labelLimit: 0,
    },
    text: { color: text, font, fontSize: 11 },
    line: { strokeWidth: 2.25 },
    point: { size: 32, filled: true },
  }
}

/** The colour scale of bars: 'own', 'floor' and 'other'. */
export function barColours(theme) {
  const { own, floor, other } = colours[theme]
  return { domain: ['own', 'floor', 'other'], range: [own, floor, other] }
}

/** The colour scale of lines: [key, title] of contenders, by title. */
export function lineColours(theme, series) {
  const colour = (key) => colours[theme][key === 'floor' ? 'floor_line' : key] ?? colours[theme].quiet
  return { domain: series.map(([, title]) => title), range: series.map(([key]) => colour(key)) }
}
