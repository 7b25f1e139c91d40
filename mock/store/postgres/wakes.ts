/** Due tasks of a world that another process has at the moment are left to it for so long, in real time. */
export const graceMs = 300;
/** Tasks that are further away are found by whoever looks for what is overdue. */
const maxWaitMs = 3_600_000;

/** When the next task of each world is due that this process has changed last. */
export class Wakes {
  readonly #times = new Map<string, number>();
  readonly #wake: (organization: string) => void;
  readonly #now: () => number;
  #timer: { readonly at: number; readonly timeout: ReturnType<typeof setTimeout> } | undefined;

  constructor(now: () => number, wake: (organization: string) => void) {
    this.#now = now;
    this.#wake = wake;
  }

  set(organization: string, at: number | undefined): void {
    if (at === undefined) this.#times.delete(organization);
    else {
      this.#times.set(organization, at);
      this.#setTimer(at);
    }
  }

  stop(): void {
    clearTimeout(this.#timer?.timeout);
    this.#times.clear();
  }

  #setTimer(at: number): void {
    if (this.#timer && this.#timer.at <= at) return;
    clearTimeout(this.#timer?.timeout);
    const wait = Math.min(Math.max(0, at - this.#now()), maxWaitMs);
    const timeout = setTimeout(() => this.#ring(), wait);
    timeout.unref();
    this.#timer = { at, timeout };
  }

  #ring(): void {
    this.#timer = undefined;
    const now = this.#now();
    let next = Number.POSITIVE_INFINITY;
    for (const [organization, at] of this.#times) {
      if (at > now) next = Math.min(next, at);
      else {
        this.#times.delete(organization);
        this.#wake(organization);
      }
    }
    if (next < Number.POSITIVE_INFINITY) this.#setTimer(next);
  }
}
