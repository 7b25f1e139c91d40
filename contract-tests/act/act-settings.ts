import type { Ledger } from "./ledger.ts";
import type { Reception } from "./receiver.ts";

/** How a run goes about. */
export interface ActSettings {
  readonly seed: number;
  /** Part of the name of everything that the run makes. */
  readonly nonce: string;
  readonly readLagMs: number;
  readonly crawlTimeoutMs: number;
  readonly callsPerSecond: number;
  readonly maxListCalls: number;
  /** When it ends, whatever is left to be done; what it made is deleted all the same. */
  readonly timeLimitMs: number;
  /** Ends it at once, in the same way. */
  readonly signal?: AbortSignal | undefined;
  /** Sites to crawl, with {n} for a number; without one, hosts that are reserved for examples. */
  readonly sites: readonly string[];
  readonly ledger: Ledger;
  /** Where events come; undefined where nobody listens. */
  readonly reception?: Reception | undefined;
  /** Is told what is being waited for. */
  readonly progress: (text: string) => void;
}
