import type { components } from "../control-plane/generated/types.ts";
import { compareRequest, type RequestCriteria } from "./compare-request.ts";
import { describeExpectation, type ExpectedRequests, failureText } from "./failure-text.ts";
import { differenceOf, type Mismatch } from "./mismatch.ts";
import { type ReadOptions, recordedRequestOf, redactorOf } from "./recorded-request.ts";
import type { RequestRecord } from "./request-record.ts";

/** What was found instead of the requests that were expected. */
export type Verification = components["schemas"]["Verification"];

/** The requests that are as expected, or what was found instead, as data and as text. */
export type VerifyResult =
  | { readonly passed: true; readonly count: number; readonly matching: readonly RequestRecord[] }
  | { readonly passed: false; readonly verification: Verification; readonly text: string };

/** So many near misses, and matching requests of a failure, are shown. */
const maxShown = 3;
/** Among so many of the latest requests the nearest are looked for. */
const maxCandidates = 1000;

/** The requests to look through, the newest first, and how to read them. */
export interface RequestsToVerify {
  readonly records: Iterable<RequestRecord>;
  /** Older requests that are no longer remembered. */
  readonly forgotten: number;
  readonly options: ReadOptions;
}

/** Checks that there are as many requests like the expected one as there should be. */
export function verifyRequests(
  expected: ExpectedRequests,
  { records, forgotten, options }: RequestsToVerify,
): VerifyResult {
  const { exactly, at_least: least = exactly ?? (expected.at_most === undefined ? 1 : 0) } = expected;
  const most = exactly ?? expected.at_most ?? Number.POSITIVE_INFINITY;
  const matching: RequestRecord[] = [];
  const others: RequestRecord[] = [];
  let uncertain = 0;
  for (const record of records) {
    const outcome = outcomeOf(record, expected, options);
    if (outcome === "matches") matching.push(record);
    else others.push(record);
    if (outcome === "uncertain") uncertain++;
  }
  const count = matching.length;
  if (count >= least && count + uncertain <= most) return { passed: true, count, matching };
  const verification: Verification = {
    expected: describeExpectation(expected),
    count,
    uncertain,
    forgotten,
    matching: inOrder(matching.slice(0, maxShown), options),
    nearest: count > most ? [] : nearestOf(others.slice(0, maxCandidates), expected, options),
  };
  return { passed: false, verification, text: failureText(verification, count + others.length) };
}

/** Recorded requests, oldest first. */
export function inOrder(newestFirst: readonly RequestRecord[], options: ReadOptions) {
  return newestFirst.map((record) => recordedRequestOf(record, options)).reverse();
}

/** Where a body is cut off, nobody knows; the rest decides. */
function outcomeOf(
  record: RequestRecord,
  criteria: RequestCriteria,
  { bodyBytes }: ReadOptions,
): "matches" | "differs" | "uncertain" {
  let outcome: "matches" | "uncertain" = "matches";
  for (const { isUncertain } of compareRequest(record, criteria, bodyBytes)) {
    if (!isUncertain) return "differs";
    outcome = "uncertain";
  }
  return outcome;
}

function nearestOf(
  others: readonly RequestRecord[],
  criteria: RequestCriteria,
  options: ReadOptions,
): Verification["nearest"] {
  const compared = others.map((record) => {
    const mismatches = [...compareRequest(record, criteria, options.bodyBytes)];
    return { record, mismatches, distance: sumOf(mismatches) };
  });
  return compared
    .sort((a, b) => a.distance - b.distance)
    .slice(0, maxShown)
    .map(({ record, mismatches, distance }) => {
      const redactor = redactorOf(record, options);
      return {
        distance: Math.round(distance * 100) / 100,
        differences: mismatches.map((mismatch) => differenceOf(mismatch, redactor)),
        request: recordedRequestOf(record, options),
      };
    });
}

function sumOf(mismatches: readonly Mismatch[]): number {
  return mismatches.reduce((sum, { distance }) => sum + distance, 0);
}
