import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { readGolden } from "../golden/golden.test-helper.ts";
import type { Exchange } from "../history/exchange.ts";
import { judge } from "../judge/judge.ts";

const { history } = readGolden("mutants/LIFE-1/never-active.jsonl");
const [wait] = history.waits;

/**
 * What is said of a draft that was given up, and that shows a member `crawl` of its own; beside it an active widget shows
 * another one, after the calls that are named.
 */
function verdictWith(crawl: object, ofActive: object = {}, ...before: readonly string[]): string | undefined {
  const exchangeOf = (widget: string) => (n: number, operation: string, method: string, body: object) => ({
    ...{ n, operation, widget, caller: "own" as const, t0: n * 1000, t1: n * 1000 },
    ...{ began: 2 * n, ended: 2 * n + 1, request: { method, path: "/" } },
    response: { status: 200, headers: {}, body: { id: `wgt_${widget}`, status: "draft", ...body } },
  });
  const [draft, other] = [exchangeOf(wait?.widget ?? ""), exchangeOf("other")];
  const active = { status: "active", crawl: ofActive };
  const exchanges: Exchange[] = [
    draft(1, "createWidget", "POST", {}),
    draft(2, "getWidget", "GET", { crawl }),
    other(3, "createWidget", "POST", {}),
    ...before.map((operation, n) => other(4 + n, operation, "POST", { status: "active" })),
    other(9, "getWidget", "GET", active),
  ];
  return judge(publishedDocument, { ...history, exchanges }).find(({ rule }) => rule === "LIFE-1")?.verdict;
}

test("nothing more is promised of a draft that says in words of its own that its crawl has failed", () => {
  expect(verdictWith({ running: false, trouble: null })).toBe("fail");
  expect(verdictWith({ running: false, trouble: "no address" })).not.toBe("fail");
  expect(verdictWith({ running: false, outcome: "site unreachable" })).not.toBe("fail");
  expect(verdictWith({ running: false, failures: 0, errors: [] })).toBe("fail");
});

test("what active widgets say as well is no sign of a failed crawl, unless it may be of a recrawl of theirs", () => {
  const failed = { outcome: "failed" };
  expect(verdictWith(failed, failed)).toBe("fail");
  expect(verdictWith(failed, failed, "pauseWidget", "resumeWidget")).toBe("fail");
  expect(verdictWith(failed, failed, "recrawlWidget")).not.toBe("fail");
});
