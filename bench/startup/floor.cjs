// One start-up sample of the floor: CPython opened and initialised inside Node, `math.sqrt` called, and nothing else.
const start = performance.now()
const before = process.memoryUsage.rss()
const floor = require('../floor/build/Release/floor.node')
floor.openPython(process.argv[2])
floor.sqrt(2)
const milliseconds = performance.now() - start
console.log(JSON.stringify({ milliseconds, megabytes: (process.memoryUsage.rss() - before) / 2 ** 20 }))
process.reallyExit(0)
