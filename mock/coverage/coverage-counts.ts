import type { RuleId } from "../../spec/generated/rules.ts";
import * as key from "./item-keys.ts";

/** How often an item was met, and how often a client disregarded it: came again too early, accepted a wrong signature. */
export interface ItemCount {
  count: number;
  disregarded: number;
}

/** An answer as it is counted. */
export interface CountedAnswer {
  /** Undefined for a request to something else than an operation. */
  readonly operation: string | undefined;
  /** 0 if the connection was closed instead. */
  readonly status: number;
  readonly code: string | undefined;
  readonly assumed: readonly RuleId[];
  readonly connection: key.BrokenConnection | undefined;
  readonly isReplay: boolean;
}

/** A request as far as it shows whether its client waits when it is told to. */
export interface TimedRequest {
  /** What is asked again, when it is asked again. */
  readonly target: string;
  readonly status: number;
  /** Seconds of the answer's `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** When it was answered, in milliseconds of the world's time. */
  readonly at: number;
  /** The real milliseconds of its way through the mock. */
  readonly cameAt: number;
  readonly answeredAt: number;
  /** False if the world's clock stands: then an early request may come from a client whose own clock is a test's. */
  readonly isClockRunning: boolean;
}

/** A success: nearly all answers are, and all of one kind share their list of assumptions. */
interface Tally {
  readonly status: number;
  readonly assumed: readonly RuleId[];
  readonly isReplay: boolean;
  count: number;
}

/** How often a widget was seen in a state. */
interface StateTally {
  readonly state: string;
  count: number;
}

/** How often a widget went from one state to another. */
interface TransitionTally {
  readonly cause: key.TransitionCause;
  readonly from: string;
  readonly to: string;
  count: number;
}

/** An answer whose client was told to wait. */
interface Wait {
  readonly status: number;
  readonly until: number;
  readonly answeredAt: number;
}

/** So many targets whose clients were told to wait are kept, the latest, and no longer ones. */
const maxWaits = 100;
const maxTargetLength = 500;
/** A timer of a client may fire so early. */
const toleranceMs = 50;

/** What the clients of an organization have met. It grows no further than the items that the document has. */
export class CoverageCounts {
  readonly #successes = new Map<string, Tally[]>();
  /** There are few states and transitions: a look at each takes less than a key put together. */
  readonly #states: StateTally[] = [];
  readonly #transitions: TransitionTally[] = [];
  readonly #counts = new Map<string, ItemCount>();
  readonly #waits = new Map<string, Wait>();

  /** Counts an answer; for a success this is a comparison or two. */
  countAnswer(answer: CountedAnswer): void {
    const { operation, status, assumed, isReplay, connection } = answer;
    if (operation === undefined || status < 200 || status >= 400 || connection !== undefined) {
      this.#countOther(answer);
      return;
    }
    let tallies = this.#successes.get(operation);
    if (!tallies) {
      tallies = [];
      this.#successes.set(operation, tallies);
    }
    for (const tally of tallies) {
      if (tally.assumed === assumed && tally.status === status && tally.isReplay === isReplay) {
        tally.count++;
        return;
      }
    }
    tallies.push({ status, assumed, isReplay, count: 1 });
  }

  #countOther({ operation, status, code, assumed, connection }: CountedAnswer): void {
    if (operation !== undefined) this.add(key.operationKey(operation));
    // A client that cannot read an answer whole has not met it.
    if (connection !== undefined) this.add(key.connectionKey(connection));
    else if (operation !== undefined) {
      this.add(key.answerKey(operation, status));
      if (code !== undefined) this.add(key.answerKey(operation, status, code));
    }
    if (status !== 0) for (const rule of assumed) this.add(key.ruleKey(rule));
  }

  /** Counts that a client saw a widget in a state. */
  countState(state: string): void {
    for (const tally of this.#states) {
      if (tally.state === state) {
        tally.count++;
        return;
      }
    }
    this.#states.push({ state, count: 1 });
  }

  /** Counts a change of state. */
  countTransition(cause: key.TransitionCause, from: string, to: string): void {
    for (const tally of this.#transitions) {
      if (tally.from === from && tally.to === to && tally.cause === cause) {
        tally.count++;
        return;
      }
    }
    this.#transitions.push({ cause, from, to, count: 1 });
  }

  /** True if a client was told to wait, and has not come again. */
  get hasWaits(): boolean {
    return this.#waits.size > 0;
  }

  /** Finds out whether a client comes again when `Retry-After` is over. Only the same request is compared. */
  countWait(request: TimedRequest): void {
    const { target, status, retryAfter, at, answeredAt } = request;
    this.#judgeWait(request, this.#waits.get(target));
    if (retryAfter === undefined || target.length > maxTargetLength) return;
    this.#waits.delete(target);
    this.#waits.set(target, { status, until: at + retryAfter * 1000, answeredAt });
    const [oldest] = this.#waits.size > maxWaits ? this.#waits.keys() : [];
    if (oldest !== undefined) this.#waits.delete(oldest);
  }

  #judgeWait({ target, at, cameAt, answeredAt, isClockRunning }: TimedRequest, wait: Wait | undefined): void {
    // One that was under way already could not know.
    if (!wait || cameAt < wait.answeredAt) return;
    const arrival = isClockRunning ? at - (answeredAt - cameAt) : at;
    const isEarly = arrival < wait.until - toleranceMs;
    if (isEarly && !isClockRunning) return;
    this.#waits.delete(target);
    this.add(key.retryKey(wait.status), isEarly ? { count: 0, disregarded: 1 } : once);
  }

  /** Counts what is met at once with its key. */
  add(itemKey: string, { count, disregarded }: ItemCount = once): void {
    const known = this.#counts.get(itemKey);
    if (known) {
      known.count += count;
      known.disregarded += disregarded;
    } else this.#counts.set(itemKey, { count, disregarded });
  }

  /** Adds all counts to others. */
  addTo(others: CoverageCounts): void {
    for (const [itemKey, count] of this.entries()) others.add(itemKey, count);
  }

  /** The counts by the keys of items; a key may come several times. */
  *entries(): Generator<readonly [itemKey: string, count: ItemCount]> {
    yield* this.#counts;
    for (const { state, count } of this.#states) yield [key.stateKey(state), { count, disregarded: 0 }];
    for (const { cause, from, to, count } of this.#transitions)
      yield [key.transitionKey(cause, from, to), { count, disregarded: 0 }];
    for (const [operation, tallies] of this.#successes) {
      for (const tally of tallies) {
        const { status, assumed, isReplay, count } = tally;
        const keys = [key.operationKey(operation), key.answerKey(operation, status), ...assumed.map(key.ruleKey)];
        if (isReplay) keys.push(key.replayKey(operation));
        for (const rule of assumed) keys.push(key.successKey(operation, rule));
        for (const itemKey of keys) yield [itemKey, { count, disregarded: 0 }];
      }
    }
  }
}

const once: ItemCount = { count: 1, disregarded: 0 };
