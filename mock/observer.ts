import type { ObservedExchange } from "../spec/observed-exchange.ts";
import type { JournalEntry } from "./journal/journal-entry.ts";
import type { Happening } from "./world/happening.ts";

/** Callbacks for what a mock does. */
export interface Observer {
  /** Called for each response, with its duration in real milliseconds. */
  onResponse?(entry: JournalEntry, milliseconds: number): void;
  /** Called for each request to the API with its answer, credentials and all that was said included. */
  onExchange?(exchange: ObservedExchange): void;
  /** Called for each happening that no request reports itself: the end of a crawl, an attempt to deliver a webhook. */
  onHappening?(happening: Happening): void;
  /** Called for a bug in the mock; the request id is "-" where no request waits. */
  onError?(error: unknown, requestId: string): void;
}
