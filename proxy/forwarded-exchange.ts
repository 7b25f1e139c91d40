import type { CapturedBody } from "./captured-body.ts";
import type { HeaderLine } from "./headers.ts";

/** A request that went through the proxy, and what came back; nobody keeps it as it is, for it holds credentials. */
export interface ForwardedExchange {
  /** Counts the requests, from 1. */
  readonly n: number;
  readonly method: string;
  /** Path and query, as the client sent them. */
  readonly path: string;
  readonly requestLines: readonly HeaderLine[];
  readonly requestBody: CapturedBody;
  /** Milliseconds since the proxy began: when the request was written to the server, and when the answer was there. */
  t0: number;
  t1: number;
  /** The places of its start and its end among all starts and ends. */
  readonly began: number;
  ended: number;
  response?: ForwardedResponse;
  /** Why no answer came, or not all of it. */
  error?: string;
  /** Whether there was no connection to send it over. */
  isUnsent?: boolean;
  /** Whether the client went away before the answer was complete. */
  isLeft?: boolean;
}

export interface ForwardedResponse {
  readonly status: number;
  readonly lines: readonly HeaderLine[];
  readonly body: CapturedBody;
}

/** What watches the exchanges that go through a proxy. */
export interface ExchangeObserver {
  /** Told when a request begins: until it ends its effect may show at any time. */
  begin(exchange: ForwardedExchange): void;
  /** Told when it is over. */
  end(exchange: ForwardedExchange): void;
  /** Whether an answer is held back until it is judged. */
  isHeldBack(exchange: ForwardedExchange): boolean;
  /** What proves that an answer is broken that was held back; told after `end`. */
  proofIn(exchange: ForwardedExchange): BrokenAnswer | undefined;
}

/** A documented rule that an answer breaks. */
export interface BrokenAnswer {
  readonly rule: string;
  readonly text: string;
  readonly message: string;
  readonly expected?: string | undefined;
}
