import type { Answer } from "../http/answer.ts";
import { harEntryOf, harOf } from "../journal/har.ts";
import { readOptionsOf, recordedRequestOf } from "../journal/recorded-request.ts";
import type { RequestRecord } from "../journal/request-record.ts";
import { Slices } from "../snapshot/slices.ts";
import type { ControlInput } from "./control-types.ts";
import { criteriaOf, defaultLimit, latestIn, requestsAnswered } from "./find-requests.ts";
import { invalidInput } from "./invalid-input.ts";
import { defaultTimeoutSeconds, harOptionsOf } from "./journal-controls.ts";
import type { Scope } from "./scope.ts";

/** A list or an archive is not larger. */
const maxMegabytes = 64;

/** A request over HTTP for recorded requests. */
interface RequestsCall {
  readonly scope: Scope;
  readonly input: ControlInput<"listRequests">;
  readonly signal: AbortSignal | undefined;
}

/** Recorded requests as JSON: what stands around them, and each of them. */
interface Form {
  /** With an empty array. */
  readonly frame: object;
  readonly entryOf: (record: RequestRecord) => object;
}

/**
 * Answers with the list of recorded requests, or their archive. A journal holds many megabytes, so it is read in slices
 * between which other requests are served, for one caller after the other.
 */
export async function sendRequests(operation: "listRequests" | "exportHar", call: RequestsCall): Promise<Answer> {
  const { scope, input, signal } = call;
  const { limit = defaultLimit, wait_for: count, timeout_seconds: timeout = defaultTimeoutSeconds } = input;
  const criteria = criteriaOf(scope, input);
  if (count !== undefined) await requestsAnswered({ scope, count, criteria, timeoutMs: timeout * 1000, signal });
  const { events, journals } = scope.engine.worlds;
  const question = JSON.stringify([operation, scope.organization, criteria, limit, journals.changes]);
  const body = await events.journalTurns.do(question, async () => {
    const slices = new Slices();
    const found = await slices.run(latestIn(scope, criteria, limit));
    return slices.run(textOf(found.toReversed(), formOf(operation, scope)));
  });
  return { status: 200, body };
}

function formOf(operation: "listRequests" | "exportHar", scope: Scope): Form {
  if (operation === "listRequests") {
    const options = readOptionsOf(scope.engine);
    return { frame: { requests: [] }, entryOf: (record) => recordedRequestOf(record, options) };
  }
  const options = harOptionsOf(scope);
  return { frame: harOf([], options), entryOf: (record) => harEntryOf(record, options) };
}

const utf8 = new TextEncoder();

/** @throws Refusal for more than is sent at once */
function* textOf(
  records: readonly RequestRecord[],
  { frame, entryOf }: Form,
): Generator<void, Uint8Array<ArrayBuffer>> {
  const [before = "", after = ""] = JSON.stringify(frame).split("[]");
  const pieces = [utf8.encode(`${before}[`)];
  let size = 0;
  for (const [index, record] of records.entries()) {
    const piece = utf8.encode((index === 0 ? "" : ",") + JSON.stringify(entryOf(record)));
    pieces.push(piece);
    size += piece.length;
    if (size > maxMegabytes * 1024 * 1024) {
      throw invalidInput(
        "limit",
        `the ${records.length} requests that were found have more than ${maxMegabytes} MiB together; limit must be smaller`,
      );
    }
    yield;
  }
  pieces.push(utf8.encode(`]${after}`));
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
