import type { Adapter } from "./adapter.ts";
import { type CallerRole, isWrongCaller } from "./history/exchange.ts";
import type { Connection } from "./http/connection.ts";
import { wrongCredentialOf } from "./wrong-credential.ts";

/** An implementation, as a run reaches it. */
export interface Target {
  /** Where its paths begin, without a slash at the end. */
  readonly baseUrl: string;
  /** The header fields of the organization's own credential. */
  readonly credential: Fields;
  /** Those of another organization; without them rules that need one are not observed. */
  readonly secondCredential?: Fields;
  /** Sent always; no credential. */
  readonly headers?: Fields;
  /** How it is reached: a proxy, TLS, addresses. */
  readonly connection?: Connection;
  /** Answers requests, for a target in the same process; nothing goes over a network then. */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Moves its clock, where that stands by itself; an adapter's goes before. */
  readonly advance?: (milliseconds: number) => Promise<void> | void;
  /** Shows what the API alone does not. */
  readonly adapter?: Adapter;
}

export interface Fields {
  readonly [name: string]: string;
}

/** Whether a target is reached without leaving this machine. */
export function isOnThisMachine({ baseUrl, fetch }: Target): boolean {
  return fetch !== undefined || /^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(new URL(baseUrl).hostname);
}

/** The header fields of who calls; none where there is no such credential. */
export function credentialOf(target: Target, who: CallerRole): Fields {
  if (who === "anonymous") return {};
  if (isWrongCaller(who)) return wrongCredentialOf(target.credential, who) ?? {};
  return (who === "own" ? target.credential : target.secondCredential) ?? {};
}
