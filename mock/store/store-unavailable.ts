import { Refusal } from "../refusal.ts";

/** The rejection of a request whose state cannot be read, or cannot be written: nothing was changed by it. */
export function storeUnavailable(reason: string): Refusal {
  return new Refusal("store_unavailable", { values: { reason }, headers: { "Retry-After": "1" } });
}
