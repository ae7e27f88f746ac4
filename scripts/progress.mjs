// Runs a set-up step and shows that it lives: on a terminal one line that changes, elsewhere a line now and then.
// What the commands print is kept, and shown when one fails.
import { spawn } from 'node:child_process'

const clear = '\r\u001b[K'
const quietInterval = 15_000

/**
 * Runs the commands one after another; throws with all their output when one fails. `options`: those of spawn, and `limit`: after so many
 * milliseconds the command and everything that it started are killed, as they are when this process is interrupted.
 */
export async function runStep(title, commands, options = {}) {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  const terminal = process.stdout.isTTY
  let lastLine = ''
  const show = () => {
    const line = `${title}: ${seconds()} s  ${lastLine}`
    process.stdout.write(terminal ? clear + line.slice(0, (process.stdout.columns ?? 80) - 1) : `${line}\n`)
  }
  console.log(`${title} …`)
  const timer = setInterval(show, terminal ? 200 : quietInterval)
  try {
    for (const command of commands) await run(command, options, (line) => (lastLine = line))
  } finally {
    clearInterval(timer)
    if (terminal) process.stdout.write(clear)
  }
  console.log(`${title}: done in ${seconds()} s`)
}

function run([file, ...args], options, onLine) {
  return new Promise((resolve, reject) => {
    const { limit, ...rest } = options
    const child = spawn(file, args, { ...rest, detached: limit !== undefined, stdio: ['ignore', 'pipe', 'pipe'] })
    const settled = limit === undefined ? () => {} : endGroupAfter(limit, child)
    const output = []
    const keep = (chunk) => {
      output.push(chunk)
      onLine(chunk.toString().trimEnd().split('\n').at(-1).trim())
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => reject(new Error(`Could not run ${file}: ${error.message}`)))
    child.on('close', (code, signal) => {
      settled()
      if (code === 0) return resolve()
      const text = Buffer.concat(output).toString()
      reject(new Error(`${text}\nThis failed (${signal ?? `exit code ${code}`}): ${[file, ...args].join(' ')}`))
    })
  })
}

/** Kills the group that the child leads when its time is up or this process is told to end; gives what calls that off. */
function endGroupAfter(limit, child) {
  const kill = () => process.kill(-child.pid, 'SIGKILL')
  const interrupted = () => {
    kill()
    process.exit(130)
  }
  const timer = setTimeout(kill, limit)
  const signals = ['SIGINT', 'SIGTERM']
  for (const signal of signals) process.once(signal, interrupted)
  return () => {
    clearTimeout(timer)
    for (const signal of signals) process.off(signal, interrupted)
  }
}
