// One start-up sample of SnakeBridge: standard library only, the environment found by itself.
const start = performance.now()
const before = process.memoryUsage.rss()
const { python } = require('snakebridge')

async function main() {
  await python.import('math').sqrt(2)
  const milliseconds = performance.now() - start
  console.log(JSON.stringify({ milliseconds, megabytes: (process.memoryUsage.rss() - before) / 2 ** 20 }))
}

main()
