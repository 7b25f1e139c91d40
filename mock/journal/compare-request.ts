import { compareBody, type MemberFilter, memberMismatch } from "./compare-body.ts";
import { distanceBetween, type Mismatch, minDistance, mismatch, nothing, shown } from "./mismatch.ts";
import { decodeBody } from "./readable-message.ts";
import type { RequestRecord } from "./request-record.ts";
import { matchesPath, matchesText } from "./wildcards.ts";

/** What a request must be like; what is left out does not matter. */
export interface RequestCriteria {
  readonly operation?: string | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly status?: number | undefined;
  readonly widget?: string | undefined;
  readonly rule?: string | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
  /** A part of the JSON body. */
  readonly body?: unknown;
  readonly member?: MemberFilter | undefined;
}

/**
 * Compares a request with criteria, the cheap ones first. It gives nothing for a request that matches.
 * @param bodies reads the body of the request
 */
export function* compareRequest(
  request: RequestRecord,
  criteria: RequestCriteria,
  bodies: BodyReader,
): Generator<Mismatch> {
  yield* compareLine(request, criteria);
  const { query, headers = {}, body, member } = criteria;
  if (query) {
    const sent = new URLSearchParams(request.search);
    for (const [name, value] of Object.entries(query)) yield* compareValue(`query ${name}`, value, sent.getAll(name));
  }
  for (const [name, value] of Object.entries(headers)) {
    yield* compareValue(`header ${name.toLowerCase()}`, value, headerValues(request, name));
  }
  if (body === undefined && member === undefined) return;
  const json = bodies.jsonOf(request);
  if ("reason" in json) yield { where: "body", expected: shown(body), found: json.reason, ...json.mismatch };
  else if (member) yield* memberMismatch(json.value, member);
  else yield* compareBody(json.value, body, "");
}

/** True if a request matches all criteria. */
export function matchesCriteria(request: RequestRecord, criteria: RequestCriteria, bodies: BodyReader): boolean {
  return compareRequest(request, criteria, bodies).next().done === true;
}

/** Reads bodies of requests as JSON, the last one only once: thousands may wait for the same request. */
export class BodyReader {
  readonly #bodyBytes: number;
  #last: { readonly request: RequestRecord; readonly json: JsonBody } | undefined;

  /** @param bodyBytes that are kept of a body at most */
  constructor(bodyBytes: number) {
    this.#bodyBytes = bodyBytes;
  }

  jsonOf(request: RequestRecord): JsonBody {
    if (this.#last?.request !== request) this.#last = { request, json: jsonOf(request, this.#bodyBytes) };
    return this.#last.json;
  }
}

function* compareLine(request: RequestRecord, criteria: RequestCriteria): Generator<Mismatch> {
  const { operation, method, path, status, widget, rule } = criteria;
  if (operation !== undefined && operation !== request.operation) {
    yield mismatch("operation", operation, request.operation ?? nothing);
  }
  if (method !== undefined && method.toUpperCase() !== request.method) {
    yield { ...mismatch("method", method.toUpperCase(), request.method), distance: 1 };
  }
  if (path !== undefined && !matchesPath(path, request.path)) {
    yield { ...mismatch("path", path, request.path), distance: pathDistance(path, request.path) };
  }
  if (status !== undefined && status !== request.status) {
    yield { ...mismatch("status", String(status), String(request.status)), distance: 0.5 };
  }
  if (widget !== undefined && widget !== request.widget) {
    yield mismatch("widget", widget, request.widget ?? nothing);
  }
  if (rule !== undefined && rule !== request.rule && !request.assumed.some((assumed) => assumed === rule)) {
    yield mismatch("rule", rule, [request.rule, ...request.assumed].filter(Boolean).join(", ") || nothing);
  }
}

/** The mean over the segments, of which one that matches its wildcard is no distance. */
function pathDistance(expected: string, found: string): number {
  const [wanted, sent] = [expected.split("/"), found.split("/")];
  const length = Math.max(wanted.length, sent.length);
  const distances = Array.from({ length }, (_, index) => {
    const [one = "", other = ""] = [wanted[index], sent[index]];
    return matchesText(one, other) ? 0 : distanceBetween(one, other);
  });
  return Math.max(minDistance, distances.reduce((sum, distance) => sum + distance, 0) / length);
}

function* compareValue(where: string, expected: unknown, found: readonly string[]): Generator<Mismatch> {
  if (expected === null) {
    if (found.length > 0) yield { ...mismatch(where, nothing, found.join(", ")), distance: 1 };
  } else if (!found.some((value) => matchesText(String(expected), value))) {
    yield mismatch(where, String(expected), found.length > 0 ? found.join(", ") : nothing);
  }
}

/** Each line of a header, and all of them joined (RFC 9110, section 5.2). */
function headerValues({ requestHeaders }: RequestRecord, name: string): string[] {
  const { raw = [] } = requestHeaders ?? {};
  const wanted = name.toLowerCase();
  const lines = raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === wanted);
  return lines.length > 1 ? [...lines, lines.join(", ")] : lines;
}

type JsonBody =
  | { readonly value: unknown }
  | { readonly reason: string; readonly mismatch: { readonly distance: number; readonly isUncertain?: boolean } };

function jsonOf({ requestBody }: RequestRecord, bodyBytes: number): JsonBody {
  const decoded = decodeBody(requestBody, bodyBytes);
  if (!decoded) return { reason: "no body", mismatch: { distance: 2 } };
  if (decoded.isCut) {
    const reason = `a body of ${decoded.size} bytes, of which ${decoded.bytes.byteLength} are kept`;
    return { reason, mismatch: { distance: 1, isUncertain: true } };
  }
  try {
    return { value: JSON.parse(decoded.text ?? "") };
  } catch {
    return { reason: "a body that is not JSON", mismatch: { distance: 2 } };
  }
}
