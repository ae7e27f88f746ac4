// One start-up sample of pyodide.
const start = performance.now()
const before = process.memoryUsage.rss()
const { loadPyodide } = await import('pyodide')
const py = await loadPyodide()
py.pyimport('math').sqrt(2)
const milliseconds = performance.now() - start
console.log(JSON.stringify({ milliseconds, megabytes: (process.memoryUsage.rss() - before) / 2 ** 20 }))
