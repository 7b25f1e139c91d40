/** A request to the API and its answer as they were said, whole, for whoever judges a client. */
export interface ObservedExchange {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** The query with its question mark, or an empty text. */
  readonly search: string;
  /** The operation's id; left out for a path that the API does not have. */
  readonly operation?: string;
  /** 0 if the connection was closed before an answer. */
  readonly status: number;
  /** The assumed rules that the answer rests on. */
  readonly assumed: readonly string[];
  /** Ids of the faults that were injected. */
  readonly faults: readonly string[];
  readonly idempotencyKey: string | undefined;
  /** True for an earlier answer that was sent again (A-IDEM-1). */
  readonly replayed: boolean;
  readonly requestBody: string;
  /** As the operation made it, even if a fault lost it on the way. */
  readonly responseBody: string;
}
