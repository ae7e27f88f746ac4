// One start-up sample of a contender that runs Python in a child process; the child's memory counts.
import { readFileSync } from 'node:fs'

const start = performance.now()
const before = process.memoryUsage.rss()
const { open, close } = await import(`../contenders/${process.argv[2]}.mjs`)
const opened = await open({})
await opened.sqrt(2)
const milliseconds = performance.now() - start
const child = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${opened.child.pid}/status`, 'utf8'))
const megabytes = (process.memoryUsage.rss() - before + Number(child[1]) * 1024) / 2 ** 20
console.log(JSON.stringify({ milliseconds, megabytes }))
await close(opened)
