import { depthOf } from "../journal/compare-body.ts";
import { type HarOptions, harEntryOf, harOf } from "../journal/har.ts";
import { readOptionsOf, recordedRequestOf } from "../journal/recorded-request.ts";
import type { RequestRecord } from "../journal/request-record.ts";
import { inOrder, type VerifyResult, verifyRequests } from "../journal/verify-requests.ts";
import { Refusal } from "../refusal.ts";
import { runToEnd } from "../snapshot/slices.ts";
import { type HappeningRecord, happeningOf } from "../world/happening.ts";
import type { ControlInput, ControlOutput, Controls } from "./control-types.ts";
import { checkNames, criteriaOf, defaultLimit, latestIn, newestIn, requestsAnswered, workOn } from "./find-requests.ts";
import { invalidInput } from "./invalid-input.ts";
import { type Scope, worldsIn } from "./scope.ts";

/** So long is waited for requests unless the caller says so. */
export const defaultTimeoutSeconds = 10;
/** A body that is expected is nested no deeper. */
const maxDepth = 100;
/** Of a query or of headers, so many names are expected at most, each and its value with so many characters. */
const maxNames = 100;
const maxCharacters = 1000;

type JournalOperation = "listRequests" | "listHappenings" | "traceRequest" | "verifyRequests" | "exportHar";

/** Controls of recorded requests and what they caused. */
export const journalControls: Controls<JournalOperation> = {
  listRequests({ scope, input, signal }) {
    const { limit = defaultLimit, wait_for: count, timeout_seconds: timeout = defaultTimeoutSeconds } = input;
    const criteria = criteriaOf(scope, input);
    const list = () => {
      const found = runToEnd(latestIn(scope, criteria, limit));
      return { requests: runToEnd(inOrder(found, readOptionsOf(scope.engine))) };
    };
    if (count === undefined) return list();
    return requestsAnswered({ scope, count, criteria, timeoutMs: timeout * 1000, signal }).then(list);
  },

  exportHar({ scope, input }) {
    const { limit = defaultLimit } = input;
    const options = harOptionsOf(scope);
    const records = runToEnd(latestIn(scope, criteriaOf(scope, input), limit)).toReversed();
    return harOf(
      records.map((record) => harEntryOf(record, options)),
      options,
    );
  },

  verifyRequests({ scope, input, waits }) {
    checkExpectation(scope, input);
    const options = readOptionsOf(scope.engine);
    const steps = verifyRequests(input, { records: newestIn(scope), forgotten: forgottenIn(scope), options });
    const result = workOn(scope, steps, waits);
    return result instanceof Promise ? result.then(verifiedOrRefused) : verifiedOrRefused(result);
  },

  listHappenings: ({ scope, input, waits }) => workOn(scope, latestHappenings(scope, input), waits),

  traceRequest: ({ scope, input, waits }) => workOn(scope, traceOf(scope, input.request_id), waits),
};

/** In steps, one for each organization. */
function* latestHappenings(
  scope: Scope,
  { widget, limit = defaultLimit }: ControlInput<"listHappenings">,
): Generator<void, ControlOutput<"listHappenings">> {
  let found: NamedHappening[] = [];
  for (const world of worldsIn(scope)) {
    const own = world.happenings.entries().filter((happening) => widget === undefined || happening.widget === widget);
    for (const happening of own.slice(-limit)) found.push({ happening, name: world.name });
    if (found.length > 2 * limit) found = latestOf(found, limit);
    yield;
  }
  return { happened: latestOf(found, limit).map(({ happening, name }) => happeningOf(happening, name)) };
}

interface NamedHappening {
  readonly happening: HappeningRecord;
  readonly name: string;
}

/** Those of one moment stay in the order in which they happened. */
function latestOf(found: readonly NamedHappening[], limit: number): NamedHappening[] {
  return found.toSorted((a, b) => a.happening.at - b.happening.at).slice(-limit);
}

/**
 * In steps, one for each organization.
 * @throws Refusal for a request that nothing is known of
 */
function* traceOf(scope: Scope, id: string): Generator<void, ControlOutput<"traceRequest">> {
  const record = newestWithId(scope, id);
  const happened = [];
  for (const { happenings, name } of worldsIn(scope)) {
    const own = happenings.entries().filter(({ trace }) => trace === id);
    for (const happening of own) happened.push(happeningOf(happening, name));
    yield;
  }
  if (!record && happened.length === 0) throw new Refusal("no_trace", { values: { id } });
  const request = record && recordedRequestOf(record, readOptionsOf(scope.engine));
  return { trace: id, ...(request ? { request } : {}), happened };
}

function newestWithId(scope: Scope, id: string): RequestRecord | undefined {
  for (const record of newestIn(scope)) if (record.requestId === id) return record;
  return undefined;
}

function verifiedOrRefused(result: VerifyResult): ControlOutput<"verifyRequests"> {
  if (result.passed) return { count: result.count, requests: [...result.requests] };
  throw new Refusal("verification_failed", { members: { detail: result.text, verification: result.verification } });
}

/** How an archive of a mock's requests is made. */
export function harOptionsOf({ engine }: Scope): HarOptions {
  const { version, dialect } = engine;
  const titles = new Map(Object.values(dialect.document["x-problems"]).map(({ status, title }) => [status, title]));
  const titleOf = (status: number) => successTitles[status] ?? titles.get(status) ?? "";
  return { ...readOptionsOf(engine), version, titleOf };
}

/** Number of recorded requests whose answer relies on each assumption. */
export function countAssumptions(scope: Scope): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { assumed } of newestIn(scope)) for (const rule of assumed) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return counts;
}

const successTitles: Readonly<Record<number, string>> = { 200: "OK", 201: "Created", 204: "No Content" };

/** @throws Refusal for an unknown operation, a number that cannot be met, and a value that cannot be compared */
function checkExpectation(scope: Scope, input: ControlInput<"verifyRequests">): void {
  const { operation, rule, query = {}, headers = {}, body, exactly, at_least: least, at_most: most } = input;
  checkNames(scope, { operation, rule });
  if (exactly !== undefined && (least !== undefined || most !== undefined)) {
    throw invalidInput("exactly", "exactly cannot be combined with at_least or at_most");
  }
  if (least !== undefined && most !== undefined && least > most) {
    throw invalidInput("at_least", `at_least must be at most at_most, got ${least} and ${most}`);
  }
  for (const [member, values] of Object.entries({ query, headers })) checkExpectedValues(member, values);
  if (depthOf(body, maxDepth) > maxDepth) {
    throw invalidInput("body", `body must not be nested deeper than ${maxDepth} levels`);
  }
}

function forgottenIn(scope: Scope): number {
  const { unassigned } = scope.engine.worlds;
  const ofWorlds = worldsIn(scope).reduce((sum, { journal }) => sum + journal.forgotten, 0);
  return scope.organization === undefined ? ofWorlds + unassigned.forgotten : ofWorlds;
}

/** @throws Refusal for more or longer values than are compared, and for those that are no text */
function checkExpectedValues(member: string, values: Readonly<Record<string, unknown>>): void {
  const entries = Object.entries(values);
  if (entries.length > maxNames) throw invalidInput(member, `${member} must have at most ${maxNames} names`);
  for (const [name, value] of entries) {
    const shown = JSON.stringify(name.slice(0, 60));
    if (value !== null && !["string", "number", "boolean"].includes(typeof value)) {
      throw invalidInput(
        member,
        `${member} must have a text, a number, or null for each name; that of ${shown} is none`,
      );
    }
    if (Math.max(name.length, String(value).length) > maxCharacters) {
      throw invalidInput(member, `${member} must have at most ${maxCharacters} characters for ${shown}`);
    }
  }
}
