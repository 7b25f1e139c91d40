import { type Exchange, isDone, isFromGateway, mayHaveCreated } from "../history/exchange.ts";
import type { StoppedEarly } from "../history/history.ts";
import type { OutgoingRequest } from "../http/http-client.ts";
import type { RunSettings } from "../options.ts";
import type { Scheduler } from "./scheduler.ts";

/**
 * After so many failures in a row, of so many operations, and so long without an answer, a target is taken to have gone away: a
 * deploy is shorter, and one operation alone may not work.
 */
const someFailures = 12;
const someOperations = 2;
const silentMs = 15_000;
/** From so many failures in a row on everybody waits a moment before the next call: at first, and at most. */
const fewFailures = 3;
const firstHoldMs = 250;
const longestHoldMs = 2000;
/** How long an answer may take of a target that has gone away. */
const farewellMs = 5000;

/** So many widgets that cannot be deleted, and none that could be, are enough: more would only be left behind. */
const manyStuck = 2;

/** How long it takes until what is under way has ended, in milliseconds. */
const leavingMs = 3000;
/** How often it is looked whether a run has to end while everybody sleeps, in milliseconds. */
const lookMs = 250;

/** What limits a run. */
export type LimitSettings = Pick<
  RunSettings,
  "timeLimitMs" | "signal" | "callsPerSecond" | "maxWidgets" | "progress"
> & {
  /** Ends every call that is under way, and all waiting. */
  readonly stop?: AbortSignal | undefined;
  /** The time limit of the whole run, of which `timeLimitMs` is left, in milliseconds. */
  readonly wholeTimeMs?: number;
};

/** Says when a run has to come to its end: its time is over, or its target has gone away. */
export class RunLimits {
  readonly #scheduler: Scheduler;
  readonly #settings: LimitSettings;
  #failures = 0;
  readonly #failing = new Set<string>();
  #answeredAt = 0;
  #stopped: StoppedEarly | undefined;
  /** When the run was over, in milliseconds of real time. */
  #overAt: number | undefined;
  /** How many widgets are there that have to be deleted, or may be, and how long an answer took last, in milliseconds. */
  #open = 0;
  #callMs = 0;
  /** How many widgets have been made, or are being made. */
  #widgets = 0;
  /** What is waited for that the target asked for. */
  #waitingFor = "";
  /** The widgets that are still there after their delete, until one is not. */
  #stuck: Set<string> | undefined = new Set();

  constructor(scheduler: Scheduler, settings: LimitSettings) {
    this.#scheduler = scheduler;
    this.#settings = settings;
  }

  /** Why the run ends before everything is done; undefined while it goes on. */
  get stoppedEarly(): StoppedEarly | undefined {
    const { timeLimitMs, wholeTimeMs = timeLimitMs, signal } = this.#settings;
    if (signal?.aborted) this.#stopped ??= { cause: "interrupted", message: "interrupted" };
    if (this.#scheduler.clockError !== undefined) {
      const message = `the server's test clock could not be moved: ${this.#scheduler.clockError}`;
      this.#stopped ??= { cause: "no-response", message };
    }
    if (this.#scheduler.now() >= timeLimitMs - this.#cleaningMs) {
      const waiting = this.#waitingFor === "" ? "" : `, last ${this.#waitingFor}`;
      const message = `time limit of ${Math.round(wholeTimeMs / 1000)} s${waiting}`;
      this.#stopped ??= { cause: "time-limit", message };
    }
    if (this.#stopped) this.#overAt ??= Date.now();
    return this.#stopped;
  }

  get isOver(): boolean {
    return this.stoppedEarly !== undefined;
  }

  /** Whether one more widget may be created: then its place is taken, until it is returned. */
  takeWidget(): boolean {
    if (this.isOver || this.#widgets >= this.#settings.maxWidgets) return false;
    this.#widgets++;
    return true;
  }

  /** Takes notice that a create has made no widget. */
  returnWidget(): void {
    this.#widgets--;
  }

  /**
   * Wakes everybody as soon as the run has to end.
   * @returns what ends that
   */
  watch(): () => void {
    const timer = setInterval(() => {
      if (!this.isOver) return;
      clearInterval(timer);
      this.#scheduler.wake();
    }, lookMs);
    return () => clearInterval(timer);
  }

  /** Whether nobody answers any more. */
  get isGone(): boolean {
    return this.stoppedEarly?.cause === "no-response" || this.#settings.stop?.aborted === true;
  }

  /** How long everybody waits before the next call, because the last ones failed; 0 where they did not. */
  get outageMs(): number {
    const beyond = this.#failures - fewFailures;
    return beyond < 0 ? 0 : Math.min(longestHoldMs, firstHoldMs * 2 ** beyond);
  }

  /** What ends every request at once. */
  get ofRequest(): Pick<OutgoingRequest, "signal"> {
    return { signal: this.#settings.stop };
  }

  /**
   * How long an answer may take, where that is usual, in milliseconds: what is under way when the run is over is hardly waited
   * for any longer, so that there is time to delete what was made.
   * @param startedAt when its request was sent, in milliseconds of real time
   */
  answerMs(startedAt: number, usualMs: number): number {
    if (this.isGone) return Math.min(usualMs, farewellMs);
    const overAt = this.isOver ? (this.#overAt ?? startedAt) : startedAt;
    return overAt > startedAt ? Math.min(usualMs, overAt - startedAt + leavingMs) : usualMs;
  }

  /** Whether it ends the run if this widget cannot be deleted either. */
  isLastStuck(id: string): boolean {
    return this.#stuck !== undefined && !this.#stuck.has(id) && this.#stuck.size + 1 >= manyStuck && !this.isOver;
  }

  /**
   * Takes notice that a widget is gone, or still there, after a delete that had to work, and what the delete returned. By
   * its id: where all creates give one, deletes say nothing.
   */
  noteDelete(id: string, isGone: boolean, answer: string): void {
    if (isGone) this.#stuck = undefined;
    if (!this.#stuck?.add(id) || this.#stuck.size < manyStuck) return;
    const message = `widgets cannot be deleted: deleteWidget returned ${answer}, and they are still shown`;
    this.#stopped ??= { cause: "no-delete", message };
  }

  /** Tells whoever waits what is being waited for. */
  say(text: string): void {
    this.#waitingFor = text;
    this.#settings.progress(text);
  }

  /** Takes notice of how a call went. */
  note(exchange: Exchange): void {
    if (exchange.response) this.#callMs = exchange.t1 - exchange.t0;
    const failure = failureOf(exchange);
    if (failure === undefined) {
      this.#failures = 0;
      this.#failing.clear();
      this.#answeredAt = this.#scheduler.now();
      if (exchange.response?.status !== 429) this.#waitingFor = "";
      return;
    }
    this.#failures++;
    this.#failing.add(exchange.operation);
    const areMany = this.#failures >= someFailures && this.#failing.size >= someOperations;
    if (areMany && this.#scheduler.now() - this.#answeredAt >= silentMs)
      this.#stopped ??= { cause: "no-response", message: `the server stopped responding: ${failure}` };
  }

  /** Counts the widgets that there may be, by a call that may have made one or deleted one. */
  count(exchange: Exchange): void {
    if (mayHaveCreated(exchange)) this.#open++;
    if (isDone(exchange, "deleteWidget")) this.#open = Math.max(0, this.#open - 1);
  }

  /** How long it takes to delete what is there; no more than a quarter of the time limit is kept for it. */
  get #cleaningMs(): number {
    const { timeLimitMs, wholeTimeMs = timeLimitMs, callsPerSecond } = this.#settings;
    if (!Number.isFinite(timeLimitMs)) return 0;
    if (this.#open === 0) return 0;
    return Math.min(wholeTimeMs / 4, leavingMs + this.#open * Math.max(this.#callMs, 1000 / callsPerSecond));
  }
}

/** What is wrong with an answer that no API gives: none, a page for people, or a gateway's own. */
function failureOf(exchange: Exchange): string | undefined {
  const { response, error } = exchange;
  if (!response) return error ?? "no response";
  if (!isFromGateway(exchange)) return undefined;
  return response.status >= 500 ? String(response.status) : `${response.status} with an HTML page`;
}
