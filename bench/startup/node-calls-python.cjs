// One start-up sample of node-calls-python.
const start = performance.now()
const before = process.memoryUsage.rss()
const { interpreter } = require('node-calls-python')

async function main() {
  await interpreter.call(interpreter.importSync('math'), 'sqrt', 2)
  const milliseconds = performance.now() - start
  console.log(JSON.stringify({ milliseconds, megabytes: (process.memoryUsage.rss() - before) / 2 ** 20 }))
}

main()
