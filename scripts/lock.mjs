// One set-up at a time in a clone: two test runs that start together would compile into the same folder.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  }
}

function holderLives(file) {
  try {
    process.kill(Number(readFileSync(file, 'utf8')), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Runs `work` while holding the lock file; waits for a living holder, takes over from a dead one. */
export async function withLock(file, work) {
  for (let announced = false; !take(file); ) {
    if (!holderLives(file)) {
      rmSync(file, { force: true })
      continue
    }
    if (!announced) console.log(`Waiting for another set-up of this clone (${file}) …`)
    announced = true
    await setTimeout(250)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}
