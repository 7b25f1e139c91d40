import { outcomeOf } from "../contract-tests/history/exchange.ts";
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
  const before = idempotencyKey && life.exchanges.find((one) => one.idempotencyKey === idempotencyKey);
  const isReplay = before || exchange.response?.headers["idempotency-replayed"] === "true";
  if (isWrite && isReplay) {
    // A retry has no effect of its own; where the first try was lost, nobody knows when its effect came.
    if (!before || outcomeOf(before.exchange) !== "done")
      life.unjudgedSince ??= `${exchange.operation} was retried with one idempotency key`;
    return;
  }
  life.exchanges.push(watched);
  if (isWrite && outcomeOf(exchange) !== "refused") {
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
