import type { WidgetsDocument } from "../../spec/document.ts";
import { type Exchange, outcomeOf, ownCallsOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";
import type { DialectContext, DialectObservation } from "./observation.ts";

/** Observes how callers authenticate, what happens to requests whatever they ask for, and to creates that repeat others. */
export function observeCallers(context: DialectContext): DialectObservation[] {
  const { recorded, document } = context;
  return [
    ...observeCredential(context),
    ...recorded.exchanges.flatMap((exchange) => [
      ...observeMissingKey(document, exchange),
      ...observeResponseHeaders(exchange),
    ]),
    ...observeRepeatedKeys(recorded),
    ...observeRepeatedNames(context.history),
  ];
}

/** A-AUTH-1. */
function observeCredential({ recorded, credential }: DialectContext): DialectObservation[] {
  const accepted = recorded.exchanges.find((exchange) => exchange.caller === "own" && outcomeOf(exchange) === "done");
  const headers = Object.entries(credential).map(([name, scheme]) => `${name} ${scheme}`.trim());
  if (!accepted || headers.length === 0) return [];
  const isAssumed = headers.join() === "authorization Bearer";
  const deviation = isAssumed ? undefined : `the key is sent as ${headers.join(", ")}`;
  return [{ rule: "A-AUTH-1", calls: [accepted], deviation }];
}

/** A-AUTH-2. */
function observeMissingKey({ "x-problems": problems }: WidgetsDocument, exchange: Exchange): DialectObservation[] {
  const { caller, probe, response } = exchange;
  if (caller !== "anonymous" || probe !== undefined || outcomeOf(exchange) !== "refused" || !response) return [];
  const { status, headers } = response;
  const isAssumed = status === problems["unauthorized"]?.status;
  const hasScheme = /^bearer\b/i.test(headers["www-authenticate"] ?? "");
  const what = isAssumed ? "no WWW-Authenticate: Bearer" : String(status);
  const deviation = isAssumed && hasScheme ? undefined : `a request without a key returns ${what}`;
  return [{ rule: "A-AUTH-2", calls: [exchange], deviation }];
}

/** A-RATE-1, A-OUT-1 and A-PATCH-8. */
function observeResponseHeaders(exchange: Exchange): DialectObservation[] {
  const { operation, response } = exchange;
  if (!response) return [];
  const { status, headers } = response;
  const calls = [exchange];
  if (status === 429 || status === 503) {
    const deviation = headers["retry-after"] === undefined ? `a ${status} has no Retry-After` : undefined;
    return [{ rule: status === 429 ? "A-RATE-1" : "A-OUT-1", calls, deviation }];
  }
  if (operation !== "getWidget" || status !== 200) return [];
  return [{ rule: "A-PATCH-8", calls, deviation: headers["etag"] === undefined ? undefined : "reads have an ETag" }];
}

/** A-IDEM-1: a create with the key of an earlier one. */
function observeRepeatedKeys({ exchanges }: History): DialectObservation[] {
  return exchanges
    .filter(({ probe, operation }) => probe === "A-IDEM-1" && operation === "createWidget")
    .flatMap((repeated): DialectObservation[] => {
      const key = repeated.request.headers?.["idempotency-key"];
      const first = exchanges.find(
        ({ n, request, response }) =>
          n < repeated.n && request.headers?.["idempotency-key"] === key && widgetIn(response?.body) !== undefined,
      );
      const outcome = outcomeOf(repeated);
      const { status, headers, body } = repeated.response ?? {};
      if (!first || outcome === "unknown" || status === 429) return [];
      const observation = { rule: "A-IDEM-1", calls: [first, repeated] } as const;
      if (outcome === "refused") {
        return [{ ...observation, deviation: `a create with a repeated Idempotency-Key returns ${status}` }];
      }
      const isSame = widgetIn(body)?.["id"] === widgetIn(first.response?.body)?.["id"];
      const isMarked = headers?.["idempotency-replayed"] === "true";
      const deviation = isSame && !isMarked ? "a replayed response is not marked as one" : undefined;
      return [{ ...observation, choice: isSame ? "honour" : "ignore", deviation }];
    });
}

/** A-CREATE-4: a create with the name of an earlier one. */
function observeRepeatedNames({ exchanges }: History): DialectObservation[] {
  const creates = ownCallsOf(exchanges, "createWidget").filter(({ probe }) => !probe);
  const nameOf = ({ request }: Exchange) => request.body?.["name"];
  const isRepeated = (create: Exchange) =>
    creates.some(
      (other) => other.ended < create.began && outcomeOf(other) === "done" && nameOf(other) === nameOf(create),
    );
  // If other creates are rejected too, the reason is a quota and not the name.
  const rejected = creates.filter((create) => outcomeOf(create) === "refused");
  const isForName = rejected.every(isRepeated);
  return creates.filter(isRepeated).flatMap((create): DialectObservation[] => {
    const observation = { rule: "A-CREATE-4", calls: [create] } as const;
    if (outcomeOf(create) === "done") return [observation];
    if (!isForName || !rejected.includes(create)) return [];
    return [{ ...observation, deviation: `a name that exists returns ${create.response?.status}` }];
  });
}
