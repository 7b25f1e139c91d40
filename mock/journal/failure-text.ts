import type { components } from "../control-plane/generated/types.ts";
import { Redactor } from "./credentials.ts";
import { shown } from "./mismatch.ts";
import type { RecordedRequest } from "./recorded-request.ts";

/** Requests that are expected, and how many. */
export type ExpectedRequests = components["schemas"]["ExpectedRequests"];

type Verification = components["schemas"]["Verification"];

/** No more differences of one request are listed. */
const maxListed = 5;

/** Says what is expected: `exactly 2 calls: createWidget with body {"name":"Bakery"}`. */
export function describeExpectation(expected: ExpectedRequests): string {
  const conditions = conditionsOf(expected).filter(Boolean);
  return `${numberOf(expected)}: ${[lineOf(expected), conditions.join(", ")].filter(Boolean).join(" ")}`;
}

/**
 * Explains a failure to a person.
 * @param recorded number of requests that were looked at
 */
export function failureText(verification: Verification, recorded: number): string {
  const { expected, count, uncertain, forgotten, matching, nearest } = verification;
  const found = recorded === 0 ? "No requests are recorded." : `Found ${count} among ${requests(recorded)}.`;
  const notes = [
    uncertain > 0 ? `${requests(uncertain)} may match: the journal keeps only the beginning of the body.` : "",
    forgotten > 0 ? `${requests(forgotten)} before these are no longer remembered.` : "",
  ];
  const head = [`Expected ${expected}`, found, ...notes].filter(Boolean).join("\n");
  const matches = matching.length === 0 ? "" : ["Matching:", ...matching.map((call) => `  ${callOf(call)}`)].join("\n");
  const misses = nearest.map(({ request, differences }, index) => {
    const more = differences.length > maxListed ? [`     and ${differences.length - maxListed} more`] : [];
    const lines = differences
      .slice(0, maxListed)
      .map((one) => `     ${one.where}: expected ${one.expected}, found ${one.found}`);
    return [`  ${index + 1}. ${callOf(request)}`, ...lines, ...more].join("\n");
  });
  return [head, matches, misses.length === 0 ? "" : ["Nearest:", ...misses].join("\n")].filter(Boolean).join("\n\n");
}

function numberOf({ exactly, at_least: least, at_most: most }: ExpectedRequests): string {
  if (exactly === 0 || (most === 0 && !least)) return "no call";
  if (exactly !== undefined) return `exactly ${calls(exactly)}`;
  if (most === undefined) return `at least ${calls(least ?? 1)}`;
  return least === undefined ? `at most ${calls(most)}` : `${least} to ${calls(most)}`;
}

function lineOf({ operation, method, path }: ExpectedRequests): string {
  const line = [method?.toUpperCase(), path].filter(Boolean).join(" ");
  return [operation, line].filter(Boolean).join(", ") || "any request";
}

function conditionsOf({ status, widget, rule, query = {}, headers = {}, body }: ExpectedRequests): string[] {
  const redactor = new Redactor([]);
  const inQuery = Object.entries(query).map(([name, value]) =>
    value === null ? `without query ${name}` : `with query ${redactor.query(`${name}=${value}`)}`,
  );
  const inHeaders = Object.entries(headers).map(([name, value]) =>
    value === null ? `without header ${name}` : `with header ${name}: ${redactor.header(name, String(value))}`,
  );
  return [
    widget === undefined ? "" : `of widget ${widget}`,
    ...inQuery,
    ...inHeaders,
    body === undefined ? "" : `with body ${redactor.text(redactor.json(shown(body)))}`,
    status === undefined ? "" : `answered ${status}`,
    rule === undefined ? "" : `by rule ${rule}`,
  ];
}

/** A request on a line. */
function callOf({ method, path, query = "", status, code, request_id: id }: RecordedRequest): string {
  const answer = status === 0 ? "no response" : [status, code].filter(Boolean).join(" ");
  const target = path + query;
  return `${method} ${target.length > 120 ? `${target.slice(0, 120)}…` : target} -> ${answer} (${id})`;
}

function calls(count: number): string {
  return count === 1 ? "1 call" : `${count} calls`;
}

function requests(count: number): string {
  return count === 1 ? "1 request" : `${count} requests`;
}
