import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { goldenFiles, readGolden } from "../golden/golden.test-helper.ts";
import type { History } from "../history/history.ts";
import { judge } from "../judge/judge.ts";

const files = goldenFiles().filter((file) => file.startsWith("mutants/CREATE-4/"));

test.each(files)("creates are slow for other reasons where one is faster than any crawl: %s", (file) => {
  const { history } = readGolden(file);
  const verdictOn = (one: History) => judge(publishedDocument, one).find(({ rule }) => rule === "CREATE-4")?.verdict;
  const first = history.exchanges.find(({ operation, caller }) => operation === "createWidget" && caller === "own");
  const exchanges = history.exchanges.map((one) => (one === first ? { ...one, t1: one.t0 + 100 } : one));
  expect(verdictOn(history)).toBe("fail");
  expect(verdictOn({ ...history, exchanges })).not.toBe("fail");
});
