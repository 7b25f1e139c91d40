import type { components } from "../control-plane/generated/types.ts";
import { BodyReader, compareRequest, type RequestCriteria } from "./compare-request.ts";
import { describeExpectation, type ExpectedRequests, failureText } from "./failure-text.ts";
import { differenceOf, type Mismatch } from "./mismatch.ts";
import { type ReadOptions, type RecordedRequest, recordedRequestOf, redactorOf } from "./recorded-request.ts";
import type { RequestRecord } from "./request-record.ts";

/** What was found instead of the requests that were expected. */
export type Verification = components["schemas"]["Verification"];

/** The requests that are as expected, or what was found instead, as data and as text. */
export type VerifyResult =
  | { readonly passed: true; readonly count: number; readonly requests: readonly RecordedRequest[] }
  | { readonly passed: false; readonly verification: Verification; readonly text: string };

/** So many near misses, and matching requests of a failure, are shown. */
const maxShown = 3;
/** So many of the requests that were verified are returned. */
const maxVerified = 100;
/** Among so many of the latest requests the nearest are looked for, until so many differences have been looked at. */
const maxCandidates = 1000;
const maxCompared = 5000;
/** So many differences of one request are looked at. */
const maxDifferences = 100;

/** The requests to look through, the newest first, and how to read them. */
export interface RequestsToVerify {
  readonly records: Iterable<RequestRecord>;
  /** Older requests that are no longer remembered. */
  readonly forgotten: number;
  readonly options: ReadOptions;
}

/** Checks, in steps, that there are as many requests like the expected one as there should be. */
export function* verifyRequests(
  expected: ExpectedRequests,
  { records, forgotten, options }: RequestsToVerify,
): Generator<void, VerifyResult> {
  const { exactly, at_least: least = exactly ?? (expected.at_most === undefined ? 1 : 0) } = expected;
  const most = exactly ?? expected.at_most ?? Number.POSITIVE_INFINITY;
  const bodies = new BodyReader(options.bodyBytes);
  const matching: RequestRecord[] = [];
  const others: RequestRecord[] = [];
  let uncertain = 0;
  // Others may be recorded, and these forgotten, between the steps.
  for (const record of [...records]) {
    const outcome = outcomeOf(record, expected, bodies);
    if (outcome === "matches") matching.push(record);
    else others.push(record);
    if (outcome === "uncertain") uncertain++;
    yield;
  }
  const count = matching.length;
  if (count >= least && count + uncertain <= most) {
    return { passed: true, count, requests: yield* inOrder(matching.slice(0, maxVerified), options) };
  }
  const verification: Verification = {
    expected: describeExpectation(expected),
    count,
    uncertain,
    forgotten,
    matching: yield* inOrder(matching.slice(0, maxShown), options),
    nearest: count > most ? [] : yield* nearestOf(others, expected, options),
  };
  return { passed: false, verification, text: failureText(verification, count + others.length) };
}

/** Recorded requests, oldest first, read in steps. */
export function* inOrder(
  newestFirst: readonly RequestRecord[],
  options: ReadOptions,
): Generator<void, RecordedRequest[]> {
  const read: RecordedRequest[] = [];
  for (const record of newestFirst.toReversed()) {
    read.push(recordedRequestOf(record, options));
    yield;
  }
  return read;
}

/** Where a body is cut off, nobody knows; the rest decides. */
function outcomeOf(
  record: RequestRecord,
  criteria: RequestCriteria,
  bodies: BodyReader,
): "matches" | "differs" | "uncertain" {
  let outcome: "matches" | "uncertain" = "matches";
  for (const { isUncertain } of compareRequest(record, criteria, bodies)) {
    if (!isUncertain) return "differs";
    outcome = "uncertain";
  }
  return outcome;
}

function* nearestOf(
  others: readonly RequestRecord[],
  criteria: RequestCriteria,
  options: ReadOptions,
): Generator<void, Verification["nearest"]> {
  const bodies = new BodyReader(options.bodyBytes);
  const compared: { readonly record: RequestRecord; readonly mismatches: readonly Mismatch[]; distance: number }[] = [];
  let looked = 0;
  for (const record of others.slice(0, maxCandidates)) {
    const mismatches = firstOf(compareRequest(record, criteria, bodies), maxDifferences);
    compared.push({ record, mismatches, distance: sumOf(mismatches) });
    looked += mismatches.length;
    if (looked >= maxCompared) break;
    yield;
  }
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

function firstOf(mismatches: Iterable<Mismatch>, most: number): Mismatch[] {
  const found: Mismatch[] = [];
  for (const mismatch of mismatches) {
    found.push(mismatch);
    if (found.length === most) break;
  }
  return found;
}

function sumOf(mismatches: readonly Mismatch[]): number {
  return mismatches.reduce((sum, { distance }) => sum + distance, 0);
}
