import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { readGolden } from "../golden/golden.test-helper.ts";
import type { Exchange } from "../history/exchange.ts";
import { judge } from "../judge/judge.ts";

const { history } = readGolden("mutants/LIFE-1/never-active.jsonl");
const [wait] = history.waits;

/** What is said of a draft that was given up, and that shows a member `crawl` of its own. */
function verdictWith(crawl: object): string | undefined {
  const exchange = (n: number, operation: string, method: string, body: object): Exchange => ({
    ...{ n, operation, widget: wait?.widget ?? "", caller: "own", t0: n * 1000, t1: n * 1000 },
    ...{ began: 2 * n, ended: 2 * n + 1, request: { method, path: "/" } },
    response: { status: 200, headers: {}, body: { id: "wgt_1", status: "draft", ...body } },
  });
  const exchanges = [exchange(1, "createWidget", "POST", {}), exchange(2, "getWidget", "GET", { crawl })];
  return judge(publishedDocument, { ...history, exchanges }).find(({ rule }) => rule === "LIFE-1")?.verdict;
}

test("nothing more is promised of a draft that says in words of its own that its crawl has failed", () => {
  expect(verdictWith({ running: false, trouble: null })).toBe("fail");
  expect(verdictWith({ running: false, trouble: "no address" })).not.toBe("fail");
  expect(verdictWith({ running: false, outcome: "site unreachable" })).not.toBe("fail");
  expect(verdictWith({ running: false, failures: 0, errors: [] })).toBe("fail");
});
