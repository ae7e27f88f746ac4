// What was given back and has not been told to Python: it travels at the head of the next batch, whichever that is.
import type { CommandBuffer } from './codec/command-buffer.js'
import { setTimeout } from './scheduling.js'

/** Milliseconds after which a program that sends nothing else sends what it gave back. */
const patience = 5

export class Releases {
  private temps: number[] = []
  /** Index and count in turn. */
  private objects: number[] = []
  private scheduled = false

  constructor(private readonly sendAlone: () => void) {}

  get empty(): boolean {
    return this.temps.length === 0 && this.objects.length === 0
  }

  temp(index: number): void {
    this.temps.push(index)
    this.schedule()
  }

  object(index: number, count: number): void {
    this.objects.push(index, count)
    this.schedule()
  }

  /** Writes the release section and forgets what is in it; returns its temps, which may be used again when the batch is done. */
  take(to: CommandBuffer): readonly number[] {
    this.write(to)
    return this.clear()
  }

  /** Writes the release section of an operation that runs at once, and may yet fail to be written: `clear` or nothing follows. */
  write(to: CommandBuffer): void {
    const { temps, objects } = this
    to.word(temps.length, objects.length >>> 1)
    to.reserve(temps.length + objects.length)
    for (let i = 0; i < temps.length; i += 2) to.word(temps[i] as number, temps[i + 1] ?? 0)
    for (let i = 0; i < objects.length; i += 2) to.word(objects[i] as number, objects[i + 1] as number)
  }

  /** The section at the buffer's start was not sent after all. */
  restore(from: CommandBuffer): void {
    const { u32 } = from
    const temps = u32[2] as number
    const objects = (u32[3] as number) << 1
    const second = 4 + temps + (temps & 1)
    for (let i = 0; i < temps; i++) this.temp(u32[4 + i] as number)
    for (let i = 0; i < objects; i += 2) this.object(u32[second + i] as number, u32[second + i + 1] as number)
  }

  /** What was written has been sent. */
  clear(): readonly number[] {
    const { temps } = this
    if (this.objects.length !== 0) this.objects = []
    if (temps.length === 0) return nothing // never the list itself: it is still growing
    this.temps = []
    return temps
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    setTimeout(() => {
      this.scheduled = false
      if (!this.empty) this.sendAlone()
    }, patience).unref()
  }
}

const nothing: readonly number[] = []
