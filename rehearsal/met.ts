import type { RunLog } from "./run/run-log.ts";

/** What a client's tests met in a run: how often each thing came. */
export interface Met {
  readonly requests: number;
  /** By operation id. */
  readonly operations: ReadonlyMap<string, number>;
  /** By assumed rule: the answers that rested on it. */
  readonly rules: ReadonlyMap<string, number>;
  /** By operation and status: `createWidget 201`. */
  readonly answers: ReadonlyMap<string, number>;
  /** By the status that a widget was shown with. */
  readonly statuses: ReadonlyMap<string, number>;
  /** By event: webhooks that were sent. */
  readonly events: ReadonlyMap<string, number>;
  /** By what began a crawl and how it ended: `first succeeded`, `later failed`. */
  readonly crawls: ReadonlyMap<string, number>;
  /** The most widgets that a list showed. */
  readonly longestList: number;
  /** Requests for a page after the first. */
  readonly furtherPages: number;
  readonly idempotencyKeys: number;
  /** The largest limit that a list was asked for with. */
  readonly largestLimit: number;
}

/** Counts what a run met. */
export function metIn({ requests, happenings }: RunLog): Met {
  const lists = requests.filter(({ operation }) => operation === "listWidgets");
  const crawls = happenings.filter(({ type }) => type.startsWith("crawl."));
  return {
    requests: requests.length,
    operations: countBy(requests.flatMap(({ operation }) => operation ?? [])),
    rules: countBy(requests.flatMap(({ assumed }) => assumed)),
    answers: countBy(requests.flatMap(({ operation, status }) => (operation ? `${operation} ${status}` : []))),
    statuses: countBy(requests.flatMap(({ shown }) => [...new Set(shown.map(({ status }) => status))])),
    events: countBy(happenings.flatMap(({ type, event }) => (type.startsWith("webhook.") && event ? event : []))),
    crawls: countBy(
      crawls.map(({ isFirstCrawl, type }) => `${isFirstCrawl ? "first" : "later"} ${type.slice("crawl.".length)}`),
    ),
    longestList: Math.max(0, ...lists.map(({ shown }) => shown.length)),
    furtherPages: lists.filter(({ search }) => new URLSearchParams(search).has("cursor")).length,
    largestLimit: Math.max(0, ...lists.map(({ search }) => Number(new URLSearchParams(search).get("limit")) || 0)),
    idempotencyKeys: requests.filter(({ idempotencyKey }) => idempotencyKey !== undefined).length,
  };
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
