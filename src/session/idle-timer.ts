// Tells when something has not been used for a while. One timer, which does not keep the process alive.

export class IdleTimer {
  private timer: NodeJS.Timeout | undefined = undefined
  private used = performance.now()

  constructor(
    private readonly limit: number,
    /** Whether it is in use just now. */
    private readonly busy: () => boolean,
    private readonly expired: () => void,
  ) {
    this.wait(limit)
  }

  touch(): void {
    this.used = performance.now()
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  private wait(milliseconds: number): void {
    this.timer = setTimeout(() => {
      if (this.busy()) this.touch()
      const left = this.limit - (performance.now() - this.used)
      if (left > 0) this.wait(left)
      else this.expired()
    }, Math.ceil(milliseconds)).unref()
  }
}
