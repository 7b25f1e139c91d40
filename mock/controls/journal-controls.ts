import { boundReached } from "../bounds.ts";
import { depthOf, readMemberFilter } from "../journal/compare-body.ts";
import { matchesCriteria, type RequestCriteria } from "../journal/compare-request.ts";
import { harOf } from "../journal/har.ts";
import { readOptionsOf, recordedRequestOf } from "../journal/recorded-request.ts";
import type { RequestRecord } from "../journal/request-record.ts";
import { inOrder, verifyRequests } from "../journal/verify-requests.ts";
import { Refusal } from "../refusal.ts";
import { happeningOf } from "../world/happening.ts";
import type { ControlInput, Controls } from "./control-types.ts";
import { invalidInput, unknownInput } from "./invalid-input.ts";
import { type Scope, worldsIn } from "./scope.ts";

const defaultTimeoutSeconds = 10;
const defaultLimit = 1000;
/** So many of the requests that were verified are returned. */
const maxVerified = 100;
/** A body that is expected is nested no deeper. */
const maxDepth = 100;

type JournalOperation = "listRequests" | "listHappenings" | "traceRequest" | "verifyRequests" | "exportHar";

/** Controls of recorded requests and what they caused. */
export const journalControls: Controls<JournalOperation> = {
  listRequests({ scope, input, signal }) {
    const { limit = defaultLimit, wait_for: count, timeout_seconds: timeout = defaultTimeoutSeconds } = input;
    const criteria = criteriaOf(scope, input);
    const list = () => ({ requests: inOrder(latestIn(scope, criteria, limit), readOptionsOf(scope.engine)) });
    if (count === undefined) return list();
    const { worlds } = scope.engine;
    const question = JSON.stringify([scope.organization, criteria, limit]);
    const answered = requestsAnswered({ scope, count, criteria, timeoutMs: timeout * 1000, signal });
    return answered.then(() => worlds.events.wokenTurns.do(`${worlds.journals.changes} ${question}`, list));
  },

  exportHar({ scope, input }) {
    const { limit = defaultLimit } = input;
    const records = latestIn(scope, criteriaOf(scope, input), limit).reverse();
    const { version, dialect } = scope.engine;
    const titles = new Map(Object.values(dialect.document["x-problems"]).map(({ status, title }) => [status, title]));
    const titleOf = (status: number) => successTitles[status] ?? titles.get(status) ?? "";
    return harOf(records, { ...readOptionsOf(scope.engine), version, titleOf });
  },

  verifyRequests({ scope, input }) {
    checkExpectation(scope, input);
    const options = readOptionsOf(scope.engine);
    const verdict = verifyRequests(input, { records: newestIn(scope), forgotten: forgottenIn(scope), options });
    if (!verdict.passed) {
      const { text, verification } = verdict;
      throw new Refusal("verification_failed", { members: { detail: text, verification } });
    }
    return { count: verdict.count, requests: inOrder(verdict.matching.slice(0, maxVerified), options) };
  },

  listHappenings({ scope, input: { widget, limit = defaultLimit } }) {
    const found = worldsIn(scope).flatMap(({ happenings, name }) =>
      happenings
        .entries()
        .filter((happening) => widget === undefined || happening.widget === widget)
        .slice(-limit)
        .map((happening) => ({ happening, name })),
    );
    // Those of one moment stay in the order in which they happened.
    found.sort((a, b) => a.happening.at - b.happening.at);
    return { happened: found.slice(-limit).map(({ happening, name }) => happeningOf(happening, name)) };
  },

  traceRequest({ scope, input: { request_id: id } }) {
    const [record] = [...newestIn(scope)].filter(({ requestId }) => requestId === id);
    const happened = worldsIn(scope).flatMap(({ happenings, name }) =>
      happenings
        .entries()
        .filter(({ trace }) => trace === id)
        .map((happening) => happeningOf(happening, name)),
    );
    if (!record && happened.length === 0) throw new Refusal("no_trace", { values: { id } });
    const request = record && recordedRequestOf(record, readOptionsOf(scope.engine));
    return { trace: id, ...(request ? { request } : {}), happened };
  },
};

/** Number of recorded requests whose answer relies on each assumption. */
export function countAssumptions(scope: Scope): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { assumed } of newestIn(scope)) for (const rule of assumed) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

const successTitles: Readonly<Record<number, string>> = { 200: "OK", 201: "Created", 204: "No Content" };

function criteriaOf(scope: Scope, input: ControlInput<"exportHar">): RequestCriteria {
  const { operation, status, widget, rule, body } = input;
  checkOperation(scope, operation);
  return { operation, status, widget, rule, member: body === undefined ? undefined : readMemberFilter(body) };
}

function checkOperation({ engine }: Scope, operation: string | undefined): void {
  const operations = [...engine.operations.keys()];
  if (operation !== undefined && !operations.includes(operation))
    throw unknownInput("operation", operation, operations);
}

/** @throws Refusal for an unknown operation, a number that cannot be met, and a value that cannot be compared */
function checkExpectation(scope: Scope, input: ControlInput<"verifyRequests">): void {
  const { operation, query = {}, headers = {}, body, exactly, at_least: least, at_most: most } = input;
  checkOperation(scope, operation);
  if (exactly !== undefined && (least !== undefined || most !== undefined)) {
    throw invalidInput("exactly", "exactly cannot be combined with at_least or at_most");
  }
  if (least !== undefined && most !== undefined && least > most) {
    throw invalidInput("at_least", `at_least must be at most at_most, got ${least} and ${most}`);
  }
  for (const [member, values] of Object.entries({ query, headers })) {
    for (const [name, value] of Object.entries(values)) {
      if (value === null || ["string", "number", "boolean"].includes(typeof value)) continue;
      const shown = JSON.stringify(name.slice(0, 60));
      throw invalidInput(
        member,
        `${member} must have a text, a number, or null for each name; that of ${shown} is none`,
      );
    }
  }
  if (depthOf(body, maxDepth) > maxDepth) {
    throw invalidInput("body", `body must not be nested deeper than ${maxDepth} levels`);
  }
}

/** The requests of the scope, the newest first. */
function* newestIn({ engine: { worlds }, organization }: Scope): Generator<RequestRecord> {
  if (organization === undefined) {
    for (let record = worlds.journals.newest; record; record = record.older) yield record;
    return;
  }
  const { journal } = worlds.worldOf(organization);
  let place = 0;
  for (let record = journal.fromNewest(place); record; record = journal.fromNewest(++place)) yield record;
}

/** The latest requests that match, the newest first. */
function latestIn(scope: Scope, criteria: RequestCriteria, limit: number): RequestRecord[] {
  const found: RequestRecord[] = [];
  for (const record of newestIn(scope)) {
    if (!matchesCriteria(record, criteria, scope.engine.bounds.journalBodyBytes)) continue;
    found.push(record);
    if (found.length === limit) break;
  }
  return found;
}

function forgottenIn(scope: Scope): number {
  const { unassigned } = scope.engine.worlds;
  const ofWorlds = worldsIn(scope).reduce((sum, { journal }) => sum + journal.forgotten, 0);
  return scope.organization === undefined ? ofWorlds + unassigned.forgotten : ofWorlds;
}

/** Resolves when so many matching requests were answered, the time is over, the caller is gone or the mock ends. */
function requestsAnswered(wait: {
  readonly scope: Scope;
  readonly count: number;
  readonly criteria: RequestCriteria;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}): Promise<void> {
  const { scope, count, criteria, timeoutMs, signal } = wait;
  const { events, journals } = scope.engine.worlds;
  // Counted as they come: the journal may remember fewer than are waited for.
  let missing = count - latestIn(scope, criteria, count).length;
  if (missing <= 0) return Promise.resolve();
  const { bounds } = scope.engine;
  if (events.waiting >= bounds.maxWaiting) throw boundReached("maxWaiting", bounds, 429);
  events.waiting++;
  return new Promise((resolve) => {
    let hasEnded = false;
    const end = () => {
      if (hasEnded) return;
      hasEnded = true;
      events.waiting--;
      for (const stop of stops) stop();
      resolve();
    };
    const timeout = setTimeout(end, timeoutMs);
    const stops = [
      () => clearTimeout(timeout),
      events.onClose(end),
      journals.subscribe((record) => {
        const { organization } = record.journal;
        if ((scope.organization ?? organization) !== organization) return;
        if (!matchesCriteria(record, criteria, scope.engine.bounds.journalBodyBytes)) return;
        missing--;
        if (missing <= 0) end();
      }),
      () => signal?.removeEventListener("abort", end),
    ];
    signal?.addEventListener("abort", end);
  });
}
