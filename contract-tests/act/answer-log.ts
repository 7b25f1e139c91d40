import { type Exchange, outcomeOf } from "../history/exchange.ts";

/** So many calls of an operation that has never worked, each made again in vain, leave no doubt: no more are made again. */
const manyFailures = 2;
/** How much sooner than an answer that is still waited for at first the run gives up waiting. */
const sooner = { neverWorked: 3, hungBefore: 6, neverAnswers: 30 };
/** How much longer than the slowest answer so far one may take. */
const slower = 10;

interface OperationAnswers {
  worked: boolean;
  /** How many calls failed each time that they were made. */
  failures: number;
  hung: number;
}

/** Keeps how the target has answered each operation so far: how long to wait for an answer, and what need not be asked again. */
export class AnswerLog {
  readonly #operations = new Map<string, OperationAnswers>();
  readonly #longestMs: number;
  #slowestMs = 0;
  #hasAnswered = false;

  /** @param longestMs how long an answer may take at most, in milliseconds */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  /** Takes notice of an answer, and how long it took in real milliseconds. */
  note(exchange: Exchange, tookMs: number): void {
    const answers = this.#of(exchange.operation);
    const outcome = outcomeOf(exchange);
    if (outcome !== "unknown") {
      this.#hasAnswered = true;
      this.#slowestMs = Math.max(this.#slowestMs, tookMs);
      answers.worked ||= outcome === "done";
    }
    if (!exchange.response) answers.hung++;
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
    const { worked, failures } = this.#of(operation);
    return this.#hasAnswered && !worked && failures >= manyFailures;
  }

  /** How long to wait for the answer to an operation, in milliseconds: less where others answer and this one does not. */
  timeoutMs(operation: string): number {
    const { worked, hung } = this.#of(operation);
    // The first call may have to wake the target.
    if (!this.#hasAnswered) return this.#longestMs;
    if (hung > 0 && this.neverWorks(operation)) return this.#longestMs / sooner.neverAnswers;
    const usual = this.#longestMs / (hung > 0 && !worked ? sooner.hungBefore : sooner.neverWorked);
    return Math.min(this.#longestMs, Math.max(usual, slower * this.#slowestMs));
  }

  #of(operation: string): OperationAnswers {
    const known = this.#operations.get(operation) ?? { worked: false, failures: 0, hung: 0 };
    this.#operations.set(operation, known);
    return known;
  }
}
