import { Refusal } from "../refusal.ts";
import { happeningOf } from "../world/happening.ts";
import { type JournalEntry, type JournalFilter, journalEntryOf, matchesJournalFilter } from "../world/journal.ts";
import type { Controls } from "./control-types.ts";
import { type Scope, worldsIn } from "./scope.ts";

const defaultTimeoutSeconds = 10;

/** Controls of recorded requests and what they caused. */
export const requestControls: Controls<"listRequests" | "traceRequest"> = {
  listRequests({ scope, input, signal }) {
    const { operation, status, limit, wait_for: count, timeout_seconds: timeout = defaultTimeoutSeconds } = input;
    const filter = { operation, status };
    const list = () => ({ requests: entriesIn(scope, filter).slice(limit === undefined ? 0 : -limit) });
    if (count === undefined) return list();
    return requestsAnswered({ scope, count, filter, timeoutMs: timeout * 1000, signal }).then(list);
  },

  traceRequest({ scope, input: { request_id: id } }) {
    const worlds = worldsIn(scope);
    const request = entriesIn(scope).find((entry) => entry.request_id === id);
    const happened = worlds.flatMap(({ happenings, name }) =>
      happenings
        .entries()
        .filter(({ trace }) => trace === id)
        .map((record) => happeningOf(record, name)),
    );
    if (!request && happened.length === 0) throw new Refusal("no_trace", { values: { id } });
    return { trace: id, ...(request ? { request } : {}), happened };
  },
};

/** The latest requests, oldest first. */
function entriesIn(scope: Scope, filter: JournalFilter = {}): JournalEntry[] {
  const all = worldsIn(scope).flatMap(({ journal, name }) =>
    journal
      .entries()
      .filter((record) => matchesJournalFilter(record, filter))
      .map((record) => ({ record, name })),
  );
  // Those of one world are in order.
  if (scope.organization === undefined) all.sort((a, b) => a.record.at - b.record.at);
  return all.map(({ record, name }) => journalEntryOf(record, name));
}

/** Resolves when so many matching requests were answered, the time is over, the caller is gone or the mock ends. */
function requestsAnswered(wait: {
  readonly scope: Scope;
  readonly count: number;
  readonly filter: JournalFilter;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}): Promise<void> {
  const { scope, filter, timeoutMs, signal } = wait;
  const { events } = scope.engine.worlds;
  // Counted as they come: the journal may remember fewer than are waited for.
  let missing = wait.count - entriesIn(scope, filter).length;
  if (missing <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      for (const stop of stops) stop();
      resolve();
    };
    const timeout = setTimeout(end, timeoutMs);
    const stops = [
      () => clearTimeout(timeout),
      events.onClose(end),
      events.subscribe((event, from) => {
        if (event.type !== "request.answered" || !matchesJournalFilter(event, filter)) return;
        if ((scope.organization ?? from) === from) missing--;
        if (missing <= 0) end();
      }),
      () => signal?.removeEventListener("abort", end),
    ];
    signal?.addEventListener("abort", end);
  });
}
