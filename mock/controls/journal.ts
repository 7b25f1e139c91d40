import type { Happening } from "../world/happening.ts";
import { type JournalEntry, type JournalFilter, matchesJournalFilter } from "../world/journal.ts";
import { type Scope, worldsIn } from "./scope.ts";

/** What one request has led to, over all that happened later by itself. */
export interface Trace {
  /** The request's id. */
  readonly id: string;
  /** Its answer; undefined where it came by `/_mock`, or is forgotten. */
  readonly request: JournalEntry | undefined;
  /** States left and entered, crawls that ended, and attempts to deliver events, in order. */
  readonly happenings: readonly Happening[];
}

/** The newest answers, oldest first. */
export function entries(scope: Scope, filter: JournalFilter = {}): JournalEntry[] {
  const journals = worldsIn(scope).map(({ journal }) => journal.entries());
  const all = journals.length === 1 ? (journals[0] ?? []) : journals.flat().sort((a, b) => a.at - b.at);
  return all.filter((entry) => matchesJournalFilter(entry, filter));
}

/**
 * Waits until there are so many answers.
 * @param timeoutMs how long at most, in real time
 * @param signal tells that nobody waits any more
 * @returns what there is then, be it enough or not
 */
export function waitFor(
  scope: Scope,
  count: number,
  filter: JournalFilter = {},
  timeoutMs = 5000,
  signal?: AbortSignal,
): Promise<JournalEntry[]> {
  const found = entries(scope, filter);
  if (found.length >= count) return Promise.resolve(found);
  const { events } = scope.engine.worlds;
  // Counted as they come: the journal may remember fewer than are waited for.
  let left = count - found.length;
  return new Promise((resolve) => {
    const end = () => {
      for (const stop of stops) stop();
      resolve(entries(scope, filter));
    };
    const timeout = setTimeout(end, timeoutMs);
    const stops = [
      () => clearTimeout(timeout),
      events.onClose(end),
      events.subscribe((occurrence) => {
        if (occurrence.type !== "request.answered" || !matchesJournalFilter(occurrence, filter)) return;
        if ((scope.organization ?? occurrence.organization) === occurrence.organization) left--;
        if (left <= 0) end();
      }),
      () => signal?.removeEventListener("abort", end),
    ];
    signal?.addEventListener("abort", end);
  });
}

/** What a request has led to; undefined where nothing is known of it. */
export function trace(scope: Scope, id: string): Trace | undefined {
  const worlds = worldsIn(scope);
  const request = worlds.flatMap(({ journal }) => journal.entries()).find(({ requestId }) => requestId === id);
  const happenings = worlds.flatMap((world) => world.happenings.entries()).filter(({ trace }) => trace === id);
  return request || happenings.length > 0 ? { id, request, happenings } : undefined;
}
