import { type Exchange, outcomeOf } from "../history/exchange.ts";

/** So many calls of an operation that has never worked, each made again in vain, leave no doubt: no more are made again. */
const manyFailures = 2;
/** So many calls in a row, each made when the one before was given up, leave none either, where none was ever answered. */
const manyHangs = 3;
/** From so many answers on it is known how promptly a target answers. */
const manyAnswers = 20;
/** How much sooner than an answer that is still waited for at first the run gives up waiting. */
const sooner = { usually: 3, neverWorked: 6, hungBefore: 12, neverAnswers: 30 };
/** How much longer than the slowest answer so far one may take. */
const slower = 10;

interface OperationAnswers {
  worked: boolean;
  /** How many calls failed each time that they were made. */
  failures: number;
  /** How many calls were given up in a row, and when the last of them was, in milliseconds of real time. */
  hangs: number;
  hungUntil: number;
}

/** Keeps how the target has answered each operation so far: how long to wait for an answer, and what need not be asked again. */
export class AnswerLog {
  readonly #operations = new Map<string, OperationAnswers>();
  readonly #longestMs: number;
  #slowestMs = 0;
  #answers = 0;

  /**
   * @param longestMs how long an answer may take at most, in milliseconds
   * @param before what was asked before the run
   */
  constructor(longestMs: number, before: readonly Exchange[] = []) {
    this.#longestMs = longestMs;
    for (const exchange of before) if (exchange.response) this.#noteAnswer(exchange.t1 - exchange.t0);
  }

  /** Takes notice of an answer, and how long it took in real milliseconds. */
  note(exchange: Exchange, tookMs: number): void {
    const answers = this.#of(exchange.operation);
    const outcome = outcomeOf(exchange);
    answers.worked ||= outcome === "done";
    if (outcome !== "unknown") this.#noteAnswer(tookMs);
    if (exchange.response) answers.hangs = 0;
    const now = Date.now();
    // Those that were under way at the same time may all have met one fault that passes.
    if (!exchange.isGivenUp || now - tookMs < answers.hungUntil) return;
    answers.hangs++;
    answers.hungUntil = now;
  }

  /** Takes notice of an answer that came when nobody waited for it any more. */
  noteLate(operation: string, tookMs: number): void {
    this.#of(operation).hangs = 0;
    this.#noteAnswer(tookMs);
  }

  /** Takes notice of a call that failed each time that it was made. */
  noteFailure(operation: string): void {
    this.#of(operation).failures++;
  }

  /** Whether an operation has ever worked. */
  hasWorked(operation: string): boolean {
    return this.#of(operation).worked;
  }

  /** Whether an operation has failed again and again, and never worked, though another is answered. */
  neverWorks(operation: string): boolean {
    const { worked, failures, hangs } = this.#of(operation);
    return this.#answers > 0 && !worked && (failures >= manyFailures || hangs >= manyHangs);
  }

  /** How long to wait for the answer to an operation, in milliseconds: less where others answer and this one does not. */
  timeoutMs(operation: string): number {
    const { worked, hangs } = this.#of(operation);
    // The first call may have to wake the target.
    if (this.#answers === 0) return this.#longestMs;
    if (hangs > 0 && this.neverWorks(operation)) return this.#longestMs / sooner.neverAnswers;
    const isNew = !worked && this.#answers >= manyAnswers;
    const part = !worked && hangs > 0 ? sooner.hungBefore : isNew ? sooner.neverWorked : sooner.usually;
    return Math.min(this.#longestMs, Math.max(this.#longestMs / part, slower * this.#slowestMs));
  }

  #noteAnswer(tookMs: number): void {
    this.#answers++;
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
  }

  #of(operation: string): OperationAnswers {
    const known = this.#operations.get(operation) ?? { worked: false, failures: 0, hangs: 0, hungUntil: 0 };
    this.#operations.set(operation, known);
    return known;
  }
}
