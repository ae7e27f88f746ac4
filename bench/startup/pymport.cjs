// One start-up sample of pymport.
const start = performance.now()
const before = process.memoryUsage.rss()
const { pymport } = require('pymport')

async function main() {
  await pymport('math').get('sqrt').callAsync(2)
  const milliseconds = performance.now() - start
  console.log(JSON.stringify({ milliseconds, megabytes: (process.memoryUsage.rss() - before) / 2 ** 20 }))
}

main()
