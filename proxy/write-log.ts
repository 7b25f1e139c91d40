import type { ForwardedExchange } from "./forwarded-exchange.ts";

/** So long after a write that was not answered, or only accepted, its effect may still come, in milliseconds. */
const lateMs = 60_000;

/** Tells whether anything was written through the proxy lately, or between two times. */
export class WriteLog {
  readonly #open = new Set<number>();
  #count = 0;
  /** When the effect of the last write has come, in milliseconds. */
  #settledMs = Number.NEGATIVE_INFINITY;

  /** Notes that a write begins. */
  begin({ n }: ForwardedExchange): void {
    this.#open.add(n);
    this.#count++;
  }

  /** Notes that a request has ended. */
  end({ n, t1, response, error }: ForwardedExchange): void {
    if (!this.#open.delete(n)) return;
    const isLate = error !== undefined || !response || response.status >= 500 || response.status === 202;
    this.#settledMs = Math.max(this.#settledMs, isLate ? t1 + lateMs : t1);
  }

  /**
   * How many writes there were until now, where none may have changed what a read shows that ends now: none is under way, and
   * none had its effect since the read began, or so shortly before that it may lag.
   */
  restOf({ t0 }: ForwardedExchange, readLagMs: number): number | undefined {
    return this.#open.size === 0 && this.#settledMs <= t0 - readLagMs ? this.#count : undefined;
  }
}
