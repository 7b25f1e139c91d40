import { type Exchange, outcomeOf } from "../contract-tests/history/exchange.ts";
import type { WatchedExchange } from "./watched-exchange.ts";

/** A widget that was created through the proxy, and what went through it of the widget's life. */
export interface WatchedLife {
  /** The kit's name of it: the id may be given twice. */
  readonly name: string;
  readonly id: string;
  readonly created: WatchedExchange;
  /** What was asked of it by its id, in the order of their ends. */
  readonly exchanges: WatchedExchange[];
  /** Writes that have not been answered yet: their effect may show at any time. */
  openWrites: number;
  /** Why nothing is said of it any more; undefined where it is judged. */
  unjudgedSince: string | undefined;
  isDeleted: boolean;
}

/** Most exchanges of one widget; a widget that is called more often is judged no longer. */
const maxExchangesOfLife = 1000;
/** Of so many writes at one time nobody can tell the order. */
const maxConcurrentWrites = 2;

/** Adds an exchange to the life of its widget. */
export function addToLife(life: WatchedLife, watched: WatchedExchange): void {
  const { exchange, judged, idempotencyKey } = watched;
  const isWrite = exchange.request.method !== "GET";
  if (judged === "unknown-effect")
    life.unjudgedSince ??= `${exchange.operation} was called in a form that the document does not have`;
  if (life.exchanges.length >= maxExchangesOfLife) {
    life.unjudgedSince ??= `it had more than ${maxExchangesOfLife} requests`;
    return;
  }
  const tries = life.exchanges.filter((one) => idempotencyKey !== undefined && one.idempotencyKey === idempotencyKey);
  if (isWrite && tries.length > 0) addRetry(life, watched, tries);
  else if (isWrite && exchange.response?.headers["idempotency-replayed"] === "true") {
    // Nobody knows when the first try had its effect: it did not go through the proxy.
    life.unjudgedSince ??= `${exchange.operation} was retried with one idempotency key`;
  } else push(life, watched);
}

/**
 * Adds a retry with an idempotency key. A server that knows such keys does not do again what it has done, one that does not
 * does it twice; and what a retry is answered may be the answer to an earlier try. In either case the effect is there after
 * a try that was accepted.
 */
function addRetry(life: WatchedLife, watched: WatchedExchange, tries: readonly WatchedExchange[]): void {
  const { operation, request } = watched.exchange;
  // A refusal may be the answer to another try, or be for the retry: it tells nothing.
  if (outcomeOf(watched.exchange) === "refused") return;
  const isSame = ({ exchange }: WatchedExchange) =>
    JSON.stringify(exchange.request.body) === JSON.stringify(request.body);
  if (!tries.every(isSame)) {
    life.unjudgedSince ??= `${operation} was called with one idempotency key and several bodies`;
    return;
  }
  const [first] = tries.filter(({ exchange }) => mayHaveEffect(exchange));
  const isOfOthers = ({ exchange, idempotencyKey }: WatchedExchange) =>
    mayHaveEffect(exchange) && idempotencyKey !== watched.idempotencyKey;
  if (first && life.exchanges.some((one) => isOfOthers(one) && one.exchange.ended > first.exchange.began)) {
    push(life, { ...watched, judged: "maybe" });
    return;
  }
  // Without another write in between, what is done twice is the same as what is done once.
  if (!tries.some(({ exchange }) => outcomeOf(exchange) === "done")) push(life, watched);
}

function push(life: WatchedLife, watched: WatchedExchange): void {
  const { exchange } = watched;
  life.exchanges.push(watched);
  if (mayHaveEffect(exchange)) {
    const beside = life.exchanges.filter(
      (one) =>
        one.exchange.request.method !== "GET" &&
        one.exchange.ended > exchange.began &&
        one.exchange.began < exchange.ended,
    );
    if (beside.length > maxConcurrentWrites) life.unjudgedSince ??= "several writes were made at the same time";
  }
  if (exchange.operation === "deleteWidget" && outcomeOf(exchange) === "done") life.isDeleted = true;
}

/** Whether an exchange may have changed its widget. */
function mayHaveEffect(exchange: Exchange): boolean {
  return exchange.request.method !== "GET" && outcomeOf(exchange) !== "refused" && !exchange.isUnsent;
}
