import { unknownName } from "../../spec/nearest.ts";
import { boundReached } from "../bounds.ts";
import { readMemberFilter } from "../journal/compare-body.ts";
import { BodyReader, matchesCriteria, type RequestCriteria } from "../journal/compare-request.ts";
import type { RequestRecord } from "../journal/request-record.ts";
import { runToEnd, Slices } from "../snapshot/slices.ts";
import type { ControlInput } from "./control-types.ts";
import { invalidInput, unknownInput } from "./invalid-input.ts";
import type { Scope } from "./scope.ts";

/** So many are listed unless the caller says so. */
export const defaultLimit = 1000;

/** What requests must be like to be listed. */
export function criteriaOf(scope: Scope, input: ControlInput<"exportHar">): RequestCriteria {
  const { operation, status, widget, rule, body } = input;
  checkNames(scope, { operation, rule });
  return { operation, status, widget, rule, member: body === undefined ? undefined : readMemberFilter(body) };
}

/** @throws Refusal for an operation or a rule that the API does not have */
export function checkNames(
  { engine }: Scope,
  { operation, rule }: { readonly operation?: string | undefined; readonly rule?: string | undefined },
): void {
  const operations = [...engine.operations.keys()];
  if (operation !== undefined && !operations.includes(operation))
    throw unknownInput("operation", operation, operations);
  const rules = Object.keys(engine.dialect.document["x-rules"]);
  if (rule !== undefined && !rules.includes(rule)) throw invalidInput("rule", unknownName("rule", rule, rules));
}

/** The requests of the scope, the newest first. */
export function* newestIn({ engine: { worlds }, organization }: Scope): Generator<RequestRecord> {
  if (organization === undefined) {
    for (let record = worlds.journals.newest; record; record = record.older) yield record;
    return;
  }
  const { journal } = worlds.worldOf(organization);
  let place = 0;
  for (let record = journal.fromNewest(place); record; record = journal.fromNewest(++place)) yield record;
}

/** Finds the latest requests that match, of those that are recorded now, in steps, the newest first. */
export function latestIn(
  scope: Scope,
  criteria: RequestCriteria,
  limit: number,
): Generator<void, readonly RequestRecord[]> {
  const bodies = new BodyReader(scope.engine.bounds.journalBodyBytes);
  // Others may be recorded, and these forgotten, between the steps.
  return matching([...newestIn(scope)], { criteria, bodies, limit });
}

interface Search {
  readonly criteria: RequestCriteria;
  readonly bodies: BodyReader;
  readonly limit: number;
}

function* matching(
  records: readonly RequestRecord[],
  { criteria, bodies, limit }: Search,
): Generator<void, readonly RequestRecord[]> {
  const found: RequestRecord[] = [];
  for (const record of records) {
    if (matchesCriteria(record, criteria, bodies)) found.push(record);
    if (found.length === limit) break;
    yield;
  }
  return found;
}

/** Does work on what a mock remembers: at once, or in turns where the caller may wait for it. */
export function workOn<Result>(
  scope: Scope,
  steps: Iterator<void, Result>,
  waits: boolean | undefined,
): Result | Promise<Result> {
  return waits ? inTurns(scope, steps) : runToEnd(steps);
}

/** In slices between which other requests are served, for one caller after the other. */
function inTurns<Result>({ engine }: Scope, steps: Iterator<void, Result>): Promise<Result> {
  return engine.worlds.events.journalTurns.do(steps, () => new Slices().run(steps));
}

/** Resolves when so many matching requests were answered, the time is over, the caller is gone or the mock ends. */
export function requestsAnswered(wait: {
  readonly scope: Scope;
  readonly count: number;
  readonly criteria: RequestCriteria;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}): Promise<void> {
  const { scope, count, criteria, timeoutMs, signal } = wait;
  const { bounds, worlds } = scope.engine;
  const { events, journals } = worlds;
  if (events.waiting >= bounds.maxWaiting) throw boundReached("maxWaiting", bounds, 429);
  events.waiting++;
  return new Promise((resolve, reject) => {
    let hasEnded = false;
    const end = () => {
      if (hasEnded) return;
      hasEnded = true;
      events.waiting--;
      for (const stop of stops) stop();
      resolve();
    };
    // Counted as they come: the journal may remember fewer than are waited for.
    let missing = count;
    const take = (number: number) => {
      missing -= number;
      if (missing <= 0) end();
    };
    const timeout = setTimeout(end, timeoutMs);
    const stops = [
      () => clearTimeout(timeout),
      events.onClose(end),
      journals.subscribe((record) => {
        const { organization } = record.journal;
        if ((scope.organization ?? organization) !== organization) return;
        if (matchesCriteria(record, criteria, journals.bodies)) take(1);
      }),
      () => signal?.removeEventListener("abort", end),
    ];
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
    else inTurns(scope, latestIn(scope, criteria, count)).then(({ length }) => take(length), reject);
  });
}
