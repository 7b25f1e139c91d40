import { type Exchange, isPage } from "../history/exchange.ts";
import type { StoppedEarly } from "../history/history.ts";
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
  readonly #settings: Pick<RunSettings, "timeLimitMs" | "signal">;
  #failures = 0;
  #answeredAt = Date.now();
  #stopped: StoppedEarly | undefined;

  constructor(scheduler: Scheduler, settings: Pick<RunSettings, "timeLimitMs" | "signal">) {
    this.#scheduler = scheduler;
    this.#settings = settings;
  }

  /** Why the run ends before everything is done; undefined while it goes on. */
  get stoppedEarly(): StoppedEarly | undefined {
    const { timeLimitMs, signal } = this.#settings;
    if (signal?.aborted) this.#stopped ??= { cause: "interrupted", message: "interrupted" };
    if (this.#scheduler.now() >= timeLimitMs) {
      const message = `time limit of ${Math.round(timeLimitMs / 1000)} s`;
      this.#stopped ??= { cause: "time-limit", message };
    }
    return this.#stopped;
  }

  get isOver(): boolean {
    return this.stoppedEarly !== undefined;
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
    if (isSilent || this.#failures >= manyFailures) {
      this.#stopped ??= { cause: "no-response", message: `the server stopped responding: ${failure}` };
    }
  }
}

/** What is wrong with an answer that no API gives: none, a page for people, or a gateway's own. */
function failureOf({ response, error }: Exchange): string | undefined {
  if (!response) return error ?? "no response";
  const isRefusal = response.status >= 400 && response.status < 500;
  if (isPage(response) && !isRefusal) return `${response.status} with an HTML page`;
  return response.status === 502 || response.status === 504 ? String(response.status) : undefined;
}
