import type { WidgetsDocument } from "../../spec/document.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";
import type { Fields } from "../target.ts";
import type { Sight } from "./sight.ts";

/** How callers say who they are, and what becomes of those who do not; and what befalls calls. */
export function callerSights(document: WidgetsDocument, history: History, credential: Fields): Sight[] {
  return [
    ...keyed(history, credential),
    ...history.exchanges.flatMap((exchange) => [...withoutKey(document, exchange), ...trouble(exchange)]),
    ...sameKey(history),
  ];
}

/** A-AUTH-1. */
function keyed({ exchanges }: History, credential: Fields): Sight[] {
  const done = exchanges.find((exchange) => exchange.caller === "own" && outcomeOf(exchange) === "done");
  const ways = Object.entries(credential).map(([name, scheme]) => [name, scheme].join(" ").trim());
  if (!done || ways.length === 0) return [];
  const isOurs = ways.join() === "authorization Bearer";
  return [
    { rule: "A-AUTH-1", calls: [done.n], ...(isOurs ? {} : { otherwise: `the key comes as ${ways.join(", ")}` }) },
  ];
}

/** A-AUTH-2. */
function withoutKey({ "x-problems": problems }: WidgetsDocument, exchange: Exchange): Sight[] {
  const { caller, probe, n, response } = exchange;
  if (caller !== "anonymous" || probe !== undefined || outcomeOf(exchange) !== "refused" || !response) return [];
  const { status, headers } = response;
  const otherwise =
    status !== problems["unauthorized"]?.status
      ? `a call without a key is answered ${status}`
      : /^bearer\b/i.test(headers["www-authenticate"] ?? "")
        ? undefined
        : "a call without a key is answered with no WWW-Authenticate: Bearer";
  return [{ rule: "A-AUTH-2", calls: [n], ...(otherwise === undefined ? {} : { otherwise }) }];
}

/** A-RATE-1, A-OUT-1 and A-PATCH-8. */
function trouble({ n, operation, response }: Exchange): Sight[] {
  if (!response) return [];
  const { status, headers } = response;
  const says = headers["retry-after"] === undefined ? { otherwise: `a ${status} has no Retry-After` } : {};
  if (status === 429) return [{ rule: "A-RATE-1", calls: [n], ...says }];
  if (status === 503) return [{ rule: "A-OUT-1", calls: [n], ...says }];
  if (operation !== "getWidget" || status !== 200) return [];
  return [
    { rule: "A-PATCH-8", calls: [n], ...(headers["etag"] === undefined ? {} : { otherwise: "reads have an ETag" }) },
  ];
}

/** A-IDEM-1: a create that comes again with the same key. */
function sameKey({ exchanges }: History): Sight[] {
  return exchanges
    .filter(({ probe, operation }) => probe === "A-IDEM-1" && operation === "createWidget")
    .flatMap((again): Sight[] => {
      const key = again.request.headers?.["idempotency-key"];
      const first = exchanges.find(
        ({ n, request, response }) =>
          n < again.n && request.headers?.["idempotency-key"] === key && widgetIn(response?.body) !== undefined,
      );
      const outcome = outcomeOf(again);
      if (!first || outcome === "unknown" || again.response?.status === 429) return [];
      const calls = [first.n, again.n];
      if (outcome === "refused") {
        const otherwise = `a create that comes again with its Idempotency-Key is answered ${again.response?.status}`;
        return [{ rule: "A-IDEM-1", otherwise, calls }];
      }
      const isSame = widgetIn(again.response?.body)?.["id"] === widgetIn(first.response?.body)?.["id"];
      const isMarked = again.response?.headers["idempotency-replayed"] === "true";
      const unmarked = isSame && !isMarked ? { otherwise: "an answer that is given again is not marked as such" } : {};
      return [{ rule: "A-IDEM-1", choice: isSame ? "honour" : "ignore", calls, ...unmarked }];
    });
}
