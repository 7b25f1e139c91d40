import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { readGolden } from "../golden/golden.test-helper.ts";
import type { Exchange } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";
import { judge } from "../judge/judge.ts";

test("a new index comes too early only where the first crawl of the same site was seen to take longer", () => {
  const { history } = readGolden("mutants/RECRAWL-3/new-index-too-early.jsonl");
  const verdictOn = (one: History) => judge(publishedDocument, one).find(({ rule }) => rule === "RECRAWL-3")?.verdict;
  expect(verdictOn(history)).toBe("fail");
  // It may have been over at once: when somebody looked says nothing of that.
  const exchanges = history.exchanges.filter(
    ({ operation, response }) =>
      operation === "createWidget" || (operation !== "listWidgets" && widgetIn(response?.body)?.["status"] !== "draft"),
  );
  expect(verdictOn({ ...history, exchanges, walks: [] })).not.toBe("fail");
});

test("an index that is neither the old one nor the one that stays is none only where nothing else may have ended", () => {
  const { history } = readGolden("mutants/RECRAWL-3/quick-recrawl-shows-half-an-index.jsonl");
  const verdictOn = (one: History) => judge(publishedDocument, one).find(({ rule }) => rule === "RECRAWL-3")?.verdict;
  expect(verdictOn(history)).toBe("fail");

  // Where reads may lag, it may be one from before the old one.
  expect(verdictOn({ ...history, settings: { ...history.settings, readLagMs: 2000 } })).not.toBe("fail");

  // An earlier recrawl may not have ended by the look before this one, and lets its own index be seen.
  const isResume = ({ operation }: Exchange) => operation === "resumeWidget";
  const asRecrawl = (one: Exchange): Exchange => ({ ...one, operation: "recrawlWidget" });
  const [first] = history.exchanges.filter(isResume);
  const exchanges = history.exchanges.map((one) => (one === first ? asRecrawl(one) : one));
  expect(verdictOn({ ...history, exchanges })).not.toBe("fail");
  const later = { ...history.settings, crawlTimeoutMs: 0 };
  expect(verdictOn({ ...history, exchanges, settings: later })).toBe("fail");

  // Visitors of a widget that is still paused see nothing of its index.
  const looked = history.exchanges.findLast(isResume)?.ended ?? 0;
  const paused = getOf(history, looked, "paused");
  expect(verdictOn({ ...history, exchanges: [...history.exchanges, paused] })).not.toBe("fail");
});

/** A get that shows a status just after a call. */
function getOf({ exchanges }: History, after: number, status: string): Exchange {
  const call = exchanges.find(({ ended }) => ended === after);
  const body = { ...widgetIn(exchanges[0]?.response?.body), status };
  const get = { operation: "getWidget", began: after + 0.1, ended: after + 0.2, n: 1000 };
  return {
    ...call,
    ...get,
    request: { ...call?.request, method: "GET" },
    response: { ...call?.response, status: 200, body },
  } as Exchange;
}
