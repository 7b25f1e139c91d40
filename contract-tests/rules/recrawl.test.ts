import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { readGolden } from "../golden/golden.test-helper.ts";
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
