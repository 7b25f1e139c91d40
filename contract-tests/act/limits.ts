import { type Exchange, isPage } from "../history/exchange.ts";
import type { RunSettings } from "../options.ts";
import type { Scheduler } from "./scheduler.ts";

/** After so many failures in a row, and so long without an answer in real time, a target is taken to have gone away. */
const someFailures = 12;
const silentMs = 10_000;
/** So many failures in a row are enough, however little time they took. */
const manyFailures = 60;

/** Says when a run has to come to its end: its time is over, or its target has gone away. */
export class RunLimits {
  readonly #scheduler: Scheduler;
  readonly #timeLimitMs: number;
  readonly #signal: AbortSignal | undefined;
  #failures = 0;
  #answeredAt = Date.now();
  #why: string | undefined;

  constructor(scheduler: Scheduler, { timeLimitMs, signal }: Pick<RunSettings, "timeLimitMs" | "signal">) {
    this.#scheduler = scheduler;
    this.#timeLimitMs = timeLimitMs;
    this.#signal = signal;
  }

  /** Why the run ends before everything is done; undefined while it goes on. */
  get why(): string | undefined {
    if (this.#signal?.aborted) this.#why ??= "it was interrupted";
    if (this.#why === undefined && this.#scheduler.now() >= this.#timeLimitMs) {
      this.#why = `its time was over (${Math.round(this.#timeLimitMs / 1000)} s)`;
    }
    return this.#why;
  }

  get isOver(): boolean {
    return this.why !== undefined;
  }

  /** Takes notice of how a call went. */
  note(exchange: Exchange): void {
    const failure = failureOf(exchange);
    if (failure === undefined) {
      this.#failures = 0;
      this.#answeredAt = Date.now();
      return;
    }
    this.#failures++;
    const isSilent = this.#failures >= someFailures && Date.now() - this.#answeredAt >= silentMs;
    if (isSilent || this.#failures >= manyFailures) this.#why ??= `the target stopped answering: ${failure}`;
  }
}

/** What is wrong with an answer that no API gives: none, a page for people, or a gateway's own. */
function failureOf({ response, error }: Exchange): string | undefined {
  if (!response) return error ?? "no answer";
  const isRefusal = response.status >= 400 && response.status < 500;
  if (isPage(response) && !isRefusal) return `${response.status} with a page for people`;
  return response.status === 502 || response.status === 504 ? String(response.status) : undefined;
}
